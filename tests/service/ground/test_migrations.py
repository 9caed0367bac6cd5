"""Every migration keeps the rows that are there, from the first shape to the newest."""

from datetime import date, datetime
from types import SimpleNamespace

import pytest
from sqlalchemy import MetaData, create_engine, select, types

from chassis import migrate
from chassis.ids import new_id
from tsunagi.parts import SERVICES

FIRST = "0001"
# What alembic and the marks of versions write themselves.
NOT_OURS = ("alembic_version", "instance_mark")


@pytest.fixture(params=SERVICES)
def old(request, machine, tmp_path):
    """A database of the first shape, with a row in every table."""
    service = request.param
    name = f"old_{service}"
    if machine.pattern.is_embedded:
        url = f"sqlite:///{tmp_path}/{name}.db"
    else:
        server, login = machine.servers.postgres, machine.pattern.login(service)
        server.drop_database(name)
        server.add_database(name, login)
        url = machine.pattern.database_url(service).rpartition("/")[0] + f"/{name}"
    migrate.upgrade(service, url, FIRST)
    engine = create_engine(url)
    tables = reflected(engine)
    fill(engine, tables)
    yield SimpleNamespace(service=service, url=url, engine=engine, tables=tables)
    engine.dispose()
    if not machine.pattern.is_embedded:
        machine.servers.postgres.drop_database(name)


def reflected(engine):
    metadata = MetaData()
    metadata.reflect(engine)
    return [table for table in metadata.sorted_tables if table.name not in NOT_OURS]


def fill(engine, tables):
    """Put a row into every table; what refers to another finds it."""
    known = {}
    with engine.begin() as tx:
        for table in tables:
            row = {column.name: value_of(column, known) for column in table.c}
            known |= {(table.name, name): value for name, value in row.items()}
            tx.execute(table.insert(), row)


def value_of(column, known):
    """Return what another row has where the column refers to it, nothing where to its own table."""
    referred = target(column)
    if referred is not None and referred[0] == column.table.name:
        return None
    return known.get(referred) or something(column)


def target(column):
    """Return the table and column that a column refers to, or None."""
    return next(((key.column.table.name, key.column.name) for key in column.foreign_keys), None)


def something(column):
    """Return a value of a column's kind that fits into it."""
    kind = column.type
    if isinstance(kind, types.DateTime):
        return datetime.fromisoformat("2026-11-02T10:00:00+00:00")
    if isinstance(kind, types.Date):
        return date(1941, 7, 22)
    if isinstance(kind, types.JSON):
        return []
    if isinstance(kind, types.Boolean):
        return False
    if isinstance(kind, types.LargeBinary):
        return bytes(32)
    if isinstance(kind, types.Integer | types.Numeric | types.Float):
        return 1
    if isinstance(kind, types.ARRAY):
        return []
    if isinstance(kind, types.Uuid) or getattr(kind, "length", None) == 36:
        return new_id()
    return "x"


def rows(old):
    """Return all rows by table, as far as the first shape has their columns."""
    with old.engine.connect() as tx:
        return {table.name: [tuple(row) for row in tx.execute(select(table))] for table in old.tables}


def test_migrating_from_the_first_shape_to_the_newest_keeps_every_row(old):
    before = rows(old)

    migrate.upgrade(old.service, old.url)

    assert all(len(found) == 1 for found in before.values())
    assert rows(old) == before
    assert migrate.differences(old.service, old.url) == []
