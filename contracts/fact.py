"""What a fact is: its class, its envelope (CloudEvents 1.0) and the registry of all facts."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar

from marshmallow import EXCLUDE, Schema

FACTS: dict[str, type["Fact"]] = {}


class Fact(Schema):
    """One thing that happened. Its fields are the `data` of the envelope.

    A subclass lives in `contracts/<service>.py`, or in a file of the folder `contracts/<service>/`. It names
    its `subject` (the field whose value is the CloudEvents subject) and the services in `heard_by`;
    deployment declares exactly those queues.
    """

    class Meta:
        unknown = EXCLUDE

    version: ClassVar[int] = 1
    subject: ClassVar[str]
    heard_by: ClassVar[tuple[str, ...]] = ()
    # It carries the whole state of its subject: the newest one is never forgotten, since copies of
    # that state are rebuilt from it.
    is_state: ClassVar[bool] = False
    service: ClassVar[str]
    what: ClassVar[str]
    type: ClassVar[str]
    routing_key: ClassVar[str]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.service = cls.__module__.split(".")[1]  # contracts.<service>…
        cls.what = re.sub(r"(?<!^)(?=[A-Z])", "_", re.sub(r"V\d+$", "", cls.__name__)).lower()
        cls.routing_key = f"{cls.what}.v{cls.version}"
        cls.type = f"{cls.service}.{cls.routing_key}"
        FACTS[cls.type] = cls

    @classmethod
    def happened(
        cls, *, municipality: str = "", episode: str = "", revision: int = 0, **data: Any
    ) -> "NewFact":
        """Return the fact with its `data`, ready for the outbox.

        `municipality` is the 6-digit code, `episode` the id of the stay it belongs to, `revision`
        counts the versions of the thing it tells of (a hearer ignores older ones).
        """
        return NewFact(cls, data, municipality, episode, revision)


@dataclass(frozen=True)
class NewFact:
    """A fact that has not been published yet."""

    kind: type[Fact]
    data: dict[str, Any]
    municipality: str = ""
    episode: str = ""
    revision: int = 0


@dataclass(frozen=True)
class Envelope:
    """A fact as it was heard; `envelope["handoff_id"]` reads its data."""

    id: str
    kind: type[Fact]
    time: datetime
    data: dict[str, Any]
    municipality: str
    episode: str
    revision: int
    traceparent: str

    def __getitem__(self, key: str) -> Any:
        return self.data[key]


_SCHEMAS: dict[type[Fact], Fact] = {}


def _schema(kind: type[Fact]) -> Fact:
    if kind not in _SCHEMAS:
        _SCHEMAS[kind] = kind()
        _ready(_SCHEMAS[kind])
    return _SCHEMAS[kind]


def _ready(part: Any) -> None:
    """Let a schema, or a field of one, pass over what it does not know at every depth, and quickly."""
    if isinstance(part, Schema):
        part.unknown = EXCLUDE
        for field in part.fields.values():
            _ready(field)
        return
    if not part.validators:
        # marshmallow makes an empty validator for each value: an eighth of the time a fact takes to read.
        part._validate = _accept
    for inside in (getattr(part, name, None) for name in ("inner", "value_field", "schema")):
        if inside is not None:
            _ready(inside)


def _accept(value: Any) -> None:
    """Validate nothing."""


def seal(fact: NewFact, *, id: str, time: datetime, traceparent: str = "") -> dict[str, Any]:
    """Return the CloudEvents envelope of a new fact, as plain JSON values."""
    kind = fact.kind
    return {
        "specversion": "1.0",
        "id": id,
        "source": f"tsunagi/{kind.service}",
        "type": kind.type,
        "subject": str(fact.data[kind.subject]),
        "time": time.astimezone(UTC).isoformat(),
        "datacontenttype": "application/json",
        "traceparent": traceparent,
        "municipality": fact.municipality,
        "episode": fact.episode,
        "revision": fact.revision,
        "data": _schema(kind).dump(fact.data),
    }


def unseal(envelope: dict[str, Any]) -> Envelope:
    """Return the fact inside a JSON envelope.

    Raises marshmallow's ValidationError when the data do not fit the class and KeyError when the
    type is unknown; fields that the class does not know are ignored.
    """
    kind = FACTS[envelope["type"]]
    return Envelope(
        id=envelope["id"],
        kind=kind,
        time=datetime.fromisoformat(envelope["time"]),
        data=_schema(kind).load(envelope["data"]),
        municipality=envelope.get("municipality", ""),
        episode=envelope.get("episode", ""),
        revision=envelope.get("revision", 0),
        traceparent=envelope.get("traceparent", ""),
    )
