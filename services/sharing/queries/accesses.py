"""The access log, as an auditor reads it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, func, select

from contracts.keys import KEY_SESSION
from services.sharing.models import facility, metadata

_LOG = metadata.tables["access_log"]
# Not the session: even its hash is no auditor's business.
_SHOWN = [column for column in _LOG.c if column.name not in ("session", "sealed_as")]
# Where an API key was used, its id stands in place of a session.
_BY_KEY = func.coalesce(_LOG.c.session.startswith(KEY_SESSION), False).label("by_key")


def list_accesses(tx: Connection, areas: list[str], page: int, size: int) -> Sequence[RowMapping]:
    """Return accesses by offices of these municipalities, newest first."""
    offices = select(facility.c.facility_id).where(facility.c.municipality.in_(areas))
    statement = (
        select(*_SHOWN, _BY_KEY)
        .where(_LOG.c.office_id.in_(offices))
        .order_by(_LOG.c.at.desc(), _LOG.c.id.desc())
    )
    return tx.execute(statement.limit(size).offset((page - 1) * size)).mappings().all()


def known_municipalities(tx: Connection) -> list[str]:
    """Return every municipality in which an office is known; of some offices it is not known."""
    known = select(facility.c.municipality).distinct().where(facility.c.municipality != "")
    return list(tx.execute(known).scalars())


def sealing(tx: Connection) -> tuple[datetime | None, int]:
    """Return up to which moment the log is sealed, and how many rows are not yet."""
    sealed: Any = func.max(_LOG.c.at).filter(_LOG.c.sealed_as.is_not(None))
    unsealed: Any = func.count().filter(_LOG.c.sealed_as.is_(None))
    until, open_rows = tx.execute(select(sealed, unsealed)).one()
    return until, open_rows
