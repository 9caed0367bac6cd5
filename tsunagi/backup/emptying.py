"""Makes PostgreSQL's empty tables those of a backup's time; of what was there before nothing stays."""

from sqlalchemy import Connection, inspect, text

from chassis import migrate

# What a login made besides tables: migrations make it again, and fail where it is.
# `DROP OWNED` would do the same and take rights that an operator has given along with it.
_WHAT_ELSE = text("""
SELECT format('DROP ROUTINE IF EXISTS %s CASCADE', oid::regprocedure) FROM pg_proc
WHERE proowner = current_user::regrole AND pronamespace = current_schema()::regnamespace
UNION ALL
SELECT format('DROP TYPE IF EXISTS %s CASCADE', oid::regtype) FROM pg_type
WHERE typowner = current_user::regrole AND typnamespace = current_schema()::regnamespace
    AND typtype IN ('d', 'e')
UNION ALL
SELECT format('DROP SEQUENCE IF EXISTS %s CASCADE', oid::regclass) FROM pg_class
WHERE relowner = current_user::regrole AND relnamespace = current_schema()::regnamespace
    AND relkind = 'S'
""")


def have_tables(service: str, tx: Connection, url: str, revision: str) -> None:
    """Have the empty tables of the backup's time. Those of another time hold nothing and are dropped."""
    names = inspect(tx).get_table_names()
    found = tx.execute(text("SELECT version_num FROM alembic_version")).scalar() if names else None
    if found != revision:
        if names:
            tx.execute(text(f"DROP TABLE {', '.join(map(quoted, names))} CASCADE"))
        for statement in tx.execute(_WHAT_ELSE).scalars().all():
            tx.execute(text(statement))
        tx.commit()
    tx.rollback()
    migrate.upgrade(service, url, revision)


def quoted(name: str) -> str:
    """Return a table's or column's name as SQL takes it."""
    return f'"{name}"'
