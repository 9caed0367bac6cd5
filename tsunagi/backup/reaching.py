"""The databases of the instance that is backed up or restored; its servers are started where they rest."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from chassis import config
from chassis.config import Settings
from tsunagi import holding, running
from tsunagi import instance as instances
from tsunagi.admin import handed
from tsunagi.backup.refusal import BackupRefused
from tsunagi.commands.where import DEFAULTS, is_in_environment
from tsunagi.instance import Instance
from tsunagi.parts import EMBEDDED, NODE, SERVICES
from tsunagi.servers import packages
from tsunagi.servers.postgres import Postgres
from tsunagi.servers.process import answers


@contextmanager
def to_back_up(known: Instance | None) -> Iterator[dict[str, Settings]]:
    """Give the settings of the services inside the block.

    The instance runs around this command, or is held; None is the environment's.
    """
    if known is None or known.is_embedded or answers(known.ports["postgres"]):
        yield _settings(known)
        return
    if handed.inside():
        raise BackupRefused("the instance runs, but its database server does not answer")
    with _databases_of(known):
        yield _settings(known)


@contextmanager
def _databases_of(known: Instance) -> Iterator[None]:
    """Run the databases' server alone: preparing the instance would change what is to be saved."""
    packages.ensure(_quiet)
    instances.settle_ports(known)
    server = Postgres(known.folder / "postgres", known.ports["postgres"], known.passwords["postgres_admin"])
    try:
        server.launch()
        server.wait_ready()
        yield
    finally:
        server.halt()


@contextmanager
def to_restore(folder: Path | None, about: dict[str, Any]) -> Iterator[dict[str, Settings]]:
    """Give the settings of the services inside the block; an instance that is not there yet is made."""
    if is_in_environment():
        yield _settings(None)
        return
    profile = EMBEDDED if about["databases"] == "sqlite" else NODE
    folder = folder or DEFAULTS[profile != EMBEDDED]
    with holding.alone(folder, holding.COMMAND):
        known = instances.ensure(folder, about["instance"], profile=profile, door=instances.HTTP_PORT)
        if known.is_embedded or answers(known.ports["postgres"]):
            yield _settings(known)
        else:
            with running.servers_of(known, _quiet):
                yield _settings(known)


def _settings(known: Instance | None) -> dict[str, Settings]:
    if known is not None:
        os.environ.update(known.admin_environment())
    settings = {service: config.load(service) for service in SERVICES}
    missing = [
        f"TSUNAGI_DATABASE_URL_{name.upper()}" for name, each in settings.items() if not each.database_url
    ]
    if missing:
        raise config.BadSettings(f"{', '.join(missing)} is not set")
    return settings


def _quiet(line: str) -> None:
    """Say nothing of what the servers do."""
