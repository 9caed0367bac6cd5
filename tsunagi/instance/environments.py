"""What each process of an instance is told: its own logins and keys, and nobody else's."""

import os
from typing import TYPE_CHECKING

from tsunagi.instance import places
from tsunagi.key_rings import RINGS
from tsunagi.parts import ALL, GATEWAY, SERVICES, WORKER

if TYPE_CHECKING:
    from tsunagi.instance.fixed import Instance


def of_process(instance: "Instance", name: str) -> dict[str, str]:
    """Return the settings of one process."""
    return {**from_outside(), **_common(instance), **_own(instance, name), **instance.settings}


def of_operator(instance: "Instance") -> dict[str, str]:
    """Return the settings of commands that set up or mend the instance: every login."""
    own = {
        "TSUNAGI_AMQP_URL": instance.amqp_url("admin"),
        # A backup takes the keys that encrypt second factors and addresses along.
        **{f"TSUNAGI_KEYS_{name.upper()}": _keys(instance, name) for name in RINGS},
    }
    return {**from_outside(), **_common(instance), **_databases(instance), **own, **instance.settings}


def from_outside() -> dict[str, str]:
    """Return the variables of this process that a child needs to run at all."""
    wanted = (
        *("PATH", "HOME", "LANG", "LC_ALL", "PYTHONPATH", "VIRTUAL_ENV", "TMPDIR", "SSL_CERT_FILE"),
        "TSUNAGI_TRACES_URL",
    )
    return {name: os.environ[name] for name in wanted if name in os.environ} | {"PYTHONUNBUFFERED": "1"}


def _common(instance: "Instance") -> dict[str, str]:
    return {
        "TSUNAGI_INSTANCE": instance.kind,
        "TSUNAGI_CLOCK_FILE": str(instance.clock_file) if instance.kind != "real" else "",
        "TSUNAGI_PUBLIC_URL": instance.public_url,
    }


def _own(instance: "Instance", name: str) -> dict[str, str]:
    own = {
        "TSUNAGI_SERVICE": name,
        "TSUNAGI_KEYS": _keys(instance, name),
        "TSUNAGI_HEALTH_PORT": str(instance.ports.get(f"health_{name}", 0)),
        "TSUNAGI_AMQP_URL": instance.amqp_url(name),
    }
    if name == GATEWAY:
        return {**own, **_door(instance)}
    if instance.is_embedded:
        own["TSUNAGI_START_AFTER"] = str(instance.preparing)
    if name == WORKER:
        return {**own, **_databases(instance)}
    if name == ALL:
        return {**own, **_databases(instance), **_door(instance), **_every_key(instance)}
    return {**own, "TSUNAGI_DATABASE_URL": instance.database_url(name)}


def _databases(instance: "Instance") -> dict[str, str]:
    return {f"TSUNAGI_DATABASE_URL_{name.upper()}": instance.database_url(name) for name in SERVICES}


def _door(instance: "Instance") -> dict[str, str]:
    http = {"TSUNAGI_HTTP_HOST": "127.0.0.1", "TSUNAGI_HTTP_PORT": str(instance.ports["http"])}
    return {**http, "TSUNAGI_SECRET_KEY": instance.passwords["secret_key"]}


def _every_key(instance: "Instance") -> dict[str, str]:
    return {f"TSUNAGI_KEYS_{name.upper()}": _keys(instance, name) for name in (*SERVICES, GATEWAY)}


def _keys(instance: "Instance", name: str) -> str:
    return str(places.keys(instance.folder) / name)
