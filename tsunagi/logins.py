"""Who may do what at the broker and in the databases of an instance."""

from typing import Any

from chassis import topology
from tsunagi.instance import Instance
from tsunagi.parts import PROCESSES, SERVICES
from tsunagi.servers.postgres import Postgres
from tsunagi.servers.rabbitmq import login_definitions, merged, vhost_definition

EVERYTHING = {"configure": ".*", "write": ".*", "read": ".*"}


def broker_definitions(instance: Instance) -> dict[str, Any]:
    """Return the vhost, its policies and logins: each process may do just what `topology` says (ADR 6)."""
    logins = [_login(instance, name, topology.permissions(name)) for name in PROCESSES]
    admin = _login(instance, "admin", EVERYTHING)
    vhost = {"vhosts": [vhost_definition(instance.vhost)], "policies": topology.policies(instance.vhost)}
    return merged(vhost, admin, *logins)


def _login(instance: Instance, name: str, permissions: dict[str, Any]) -> dict[str, Any]:
    password = instance.passwords[f"broker_{name}"]
    return login_definitions(instance.login(name), password, permissions, instance.vhost)


def add_databases(instance: Instance, server: Postgres) -> None:
    """Have one role and one database per service, closed to every other role."""
    for service in SERVICES:
        server.add_role(instance.login(service), instance.passwords[f"database_{service}"])
        server.add_database(instance.database(service), instance.login(service))
