"""Brings each service's database to the present shape, by Alembic; one history per service."""

import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config

_HERE = Path(__file__).parent
_SERVICES = _HERE.parent / "services"


def config_for(service: str, database_url: str) -> Config:
    """Return Alembic's configuration for one service's database."""
    config = Config()
    config.set_main_option("script_location", str(_HERE / "alembic_environment"))
    config.set_main_option("version_locations", str(_SERVICES / service / "migrations"))
    config.set_main_option("path_separator", "newline")
    config.attributes["database_url"] = database_url
    config.attributes["metadata"] = import_module(f"services.{service}.models").metadata
    return config


def upgrade(service: str, database_url: str, to: str = "head") -> None:
    """Apply every migration, up to `to`, that the database has not had yet. May be repeated."""
    command.upgrade(config_for(service, database_url), to)


def draft(service: str, database_url: str, words: str) -> Any:
    """Write a migration from the difference between models and database; to be read before use."""
    existing = len(list((_SERVICES / service / "migrations").glob("[0-9]*.py")))
    return command.revision(
        config_for(service, database_url), message=words, autogenerate=True, rev_id=f"{existing + 1:04}"
    )


def differences(service: str, database_url: str) -> list[Any]:
    """Return how the models differ from a migrated database; none when the migrations are complete."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext
    from sqlalchemy import create_engine

    engine = create_engine(database_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        found = compare_metadata(context, import_module(f"services.{service}.models").metadata)
    engine.dispose()
    return list(found)


if __name__ == "__main__":
    # python -m chassis.migrate draft <service> "<words>" <database url>
    _, verb, name, words, url = sys.argv
    upgrade(name, url)
    draft(name, url, words)
