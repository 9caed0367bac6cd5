"""Alembic's environment, shared by the services; `chassis.migrate` says which database it is."""

from alembic import context
from sqlalchemy import create_engine, pool

from chassis.schema import note_migration

config = context.config
engine = create_engine(config.attributes["database_url"], poolclass=pool.NullPool)

with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=config.attributes["metadata"],
        transaction_per_migration=True,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        on_version_apply=note_migration,
    )
    with context.begin_transaction():
        context.run_migrations()
