"""Alembic's environment, shared by the services; `chassis.migrate` says which database it is."""

from alembic import context
from sqlalchemy import create_engine, pool

from chassis.embedded import sqlite
from chassis.schema import note_migration

config = context.config
engine = create_engine(config.attributes["database_url"], poolclass=pool.NullPool)
if sqlite.is_sqlite(config.attributes["database_url"]):
    sqlite.migrate_in_transactions(engine)

with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=config.attributes["metadata"],
        transaction_per_migration=True,
        # SQLite, too: a migration that is broken off leaves nothing behind, and waits for the disk once.
        transactional_ddl=True,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        on_version_apply=note_migration,
    )
    with context.begin_transaction():
        context.run_migrations()
