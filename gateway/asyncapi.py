"""The facts on the bus in AsyncAPI 3.0, made from the contracts: channels, messages and who hears them."""

from functools import cache
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from apispec.ext.marshmallow.common import resolve_schema_cls

from chassis import topology
from contracts import samples
from contracts.fact import FACTS, Fact
from gateway.openapi_fields import own_limits

_ABOUT = """
What services tell each other. Every fact travels in a CloudEvents 1.0 envelope on the topic exchange
`<service>.events`, with the routing key `<what>.v<version>`, and waits in one quorum queue per hearer.

A message may come twice, late or out of order: `id` tells repeats, `revision` older states. Hearers pass over
fields that they do not know. A field may be added to a fact; anything else is a new version beside the old
one. No fact carries a name, address, telephone number or clinical text of a person.
"""

_BINDING = "0.3.0"

ENVELOPE: dict[str, Any] = {
    "type": "object",
    "description": "CloudEvents 1.0 in JSON, with traceparent, municipality, episode and revision.",
    "properties": {
        "specversion": {"const": "1.0"},
        "id": {"type": "string", "format": "uuid"},
        "source": {"type": "string", "description": "tsunagi/<service>"},
        "type": {"type": "string", "description": "<service>.<what>.v<version>"},
        "subject": {"type": "string", "description": "the id of the thing that it tells of"},
        "time": {"type": "string", "format": "date-time"},
        "datacontenttype": {"const": "application/json"},
        "traceparent": {"type": "string", "description": "W3C trace context, or empty"},
        "municipality": {"type": "string", "pattern": r"^(\d{6})?$"},
        "episode": {"type": "string", "description": "the id of the stay that it belongs to, or empty"},
        "revision": {"type": "integer", "minimum": 0},
        "data": {"type": "object"},
    },
    "required": ["specversion", "id", "source", "type", "subject", "time", "data"],
}


@cache
def document() -> dict[str, Any]:
    """Return the document: plain JSON values, the same in every process."""
    facts = [FACTS[name] for name in sorted(FACTS)]
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "つなぎ Tsunagi",
            "version": "1",
            "description": _ABOUT.strip(),
            "license": {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": {fact.type: _channel(fact) for fact in facts},
        "operations": {name: told for fact in facts for name, told in _operations(fact).items()},
        "components": {
            "messages": {fact.type: _message(fact) for fact in facts},
            "schemas": {"Envelope": ENVELOPE, **_schemas(facts)},
        },
    }


def _channel(fact: type[Fact]) -> dict[str, Any]:
    exchange = topology.events_exchange(fact.service)
    return {
        "address": fact.routing_key,
        "messages": {fact.type: {"$ref": f"#/components/messages/{fact.type}"}},
        "bindings": {
            "amqp": {
                "is": "routingKey",
                "exchange": {"name": exchange.name, "type": exchange.type, "durable": exchange.durable},
                "bindingVersion": _BINDING,
            }
        },
    }


def _operations(fact: type[Fact]) -> dict[str, dict[str, Any]]:
    """Return one sending and, for each service that hears it, one receiving, named by its queue."""
    channel = {"$ref": f"#/channels/{fact.type}"}
    announced = {"action": "send", "channel": channel, "summary": f"{fact.service} announces it."}
    heard = {
        topology.queue_name(hearer, fact): {
            "action": "receive",
            "channel": channel,
            "summary": f"{hearer} hears it.",
            "bindings": {"amqp": {"ack": True, "bindingVersion": _BINDING}},
        }
        for hearer in fact.heard_by
    }
    return {f"{fact.service}.announce_{fact.routing_key}": announced, **heard}


def _message(fact: type[Fact]) -> dict[str, Any]:
    first, _, rest = _words(fact).partition("\n\n")
    own = {"type": {"const": fact.type}, "data": {"$ref": f"#/components/schemas/{fact.__name__}"}}
    return {
        "name": fact.type,
        "title": fact.__name__,
        "summary": " ".join(first.split()),
        "description": "\n\n".join(filter(None, [rest, f"Subject: `{fact.subject}`."])),
        "payload": {"allOf": [{"$ref": "#/components/schemas/Envelope"}, {"properties": own}]},
        "examples": [{"name": fact.what, "payload": samples.fact(fact.type)}],
    }


def _schemas(facts: list[type[Fact]]) -> dict[str, Any]:
    kinds: dict[str, Any] = {}

    def name_of(schema: Any) -> str:
        kind: Any = resolve_schema_cls(schema)
        kinds[kind.__name__] = kind
        return str(kind.__name__)

    plugin = MarshmallowPlugin(schema_name_resolver=name_of)
    spec = APISpec("", "1", "3.1.0", plugins=[plugin])
    assert plugin.converter is not None  # the spec has made it
    plugin.converter.add_attribute_function(own_limits)
    for fact in facts:
        plugin.converter.resolve_nested_schema(fact)
    told: dict[str, Any] = spec.to_dict()["components"]["schemas"]
    for name, shape in told.items():
        shape["description"] = _words(kinds[name])
        # Hearers pass over what they do not know.
        shape.pop("additionalProperties", None)
    return told


def _words(kind: Any) -> str:
    return "\n".join(line.strip() for line in (kind.__doc__ or "").strip().splitlines())
