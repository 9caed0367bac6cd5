"""What events asks of its table and writes to it."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, literal_column, or_, select

from chassis.db import insert_new
from chassis.ids import new_id
from services.events.domain import NEW, PROPOSED, Conference
from services.events.models import conference

_LIMIT = 500
# Written into the statement: a partial index is of no use for a value that only the execution brings.
_PROPOSED = literal_column(f"'{PROPOSED}'")


def hold_conference(tx: Connection, stay_id: str, hospital_id: str) -> Conference:
    """Return the conference of a stay, a new one if it has none, held until the transaction ends."""
    blank = {"conference_id": new_id(), "stay_id": stay_id, "hospital_id": hospital_id, "state": NEW}
    insert_new(tx, conference, [blank])
    held = select(conference).where(conference.c.stay_id == stay_id).with_for_update()
    return Conference(**tx.execute(held).mappings().one())


def save_conference(tx: Connection, changed: Conference) -> None:
    """Write a conference as it is now."""
    is_it = conference.c.conference_id == changed.conference_id
    tx.execute(conference.update().where(is_it).values(asdict(changed)))


def list_conferences(tx: Connection, office_id: str | None) -> list[dict[str, Any]]:
    """Return the proposed conferences of a hospital or care office, soonest first."""
    is_mine = or_(conference.c.hospital_id == office_id, conference.c.care_office_id == office_id)
    rows = tx.execute(
        select(conference)
        .where(is_mine, conference.c.state == _PROPOSED)
        .order_by(conference.c.hold_before.nulls_last(), conference.c.conference_id)
        .limit(_LIMIT)
    )
    return [dict(row) for row in rows.mappings()]
