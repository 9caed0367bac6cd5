"""When handoffs were first seen and first acknowledged."""

from datetime import datetime

from sqlalchemy import Connection, or_, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from services.notify.models import alert, milestone
from services.notify.queries import offices

SEEN, ACKNOWLEDGED = "seen", "acknowledged"


def reach(tx: Connection, handoff_id: str, what: str, at: datetime) -> None:
    """Note that a handoff was seen or acknowledged; the earliest time counts, told first or not."""
    column = milestone.c[f"{what}_at"]
    values = {f"{what}_at": at, f"{what}_office_s": _office_time_s(tx, handoff_id, at)}
    insert = sqlite_insert if tx.dialect.name == "sqlite" else postgresql_insert
    statement = insert(milestone).values(handoff_id=handoff_id, **values)
    tx.execute(
        statement.on_conflict_do_update(
            index_elements=[milestone.c.handoff_id],
            set_={name: statement.excluded[name] for name in values},
            where=or_(column.is_(None), statement.excluded[column.name] < column),
        )
    )


def _office_time_s(tx: Connection, handoff_id: str, at: datetime) -> int | None:
    """Return the opening time of the receiving office since the alert; None while either is unknown."""
    asked = select(alert.c.raised_at, alert.c.to_office_id).where(alert.c.handoff_id == handoff_id)
    row = tx.execute(asked).first()
    if row is None or row.raised_at is None:
        return None
    office = offices.find_offices(tx, [row.to_office_id]).get(row.to_office_id)
    if office is None or not office.is_known:
        return None
    return int(office.calendar.office_time_between(row.raised_at, at).total_seconds())
