"""The copy of offices: hours from directory, staff from accounts; and their rotas, which are notify's own."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, and_, case, or_, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from chassis.db import among
from services.notify.duties import Rota, rota_row
from services.notify.models import alert, office
from services.notify.offices import Office, office_from


def save_hours(tx: Connection, office_id: str, name: str, hours: dict[str, Any], revision: int) -> None:
    """Keep an office's hours and name unless a later revision is there."""
    _save(tx, {"office_id": office_id, "name": name, "hours": hours, "hours_revision": revision})


def save_staffing(tx: Connection, office_id: str, staffing: dict[str, Any], revision: int) -> None:
    """Keep who works at an office unless a later revision is there."""
    _save(tx, {"office_id": office_id, "staffing": staffing, "staffing_revision": revision})


def _save(tx: Connection, values: dict[str, Any]) -> None:
    insert = sqlite_insert if tx.dialect.name == "sqlite" else postgresql_insert
    statement = insert(office).values(values)
    part = "hours" if "hours" in values else "staffing"
    new, is_same = statement.excluded, office.c[part].is_not_distinct_from(statement.excluded[part])
    changes = {name: new[name] for name in values if name != "office_id"}
    # A new name or address moves no ladder, so it is no new version.
    changes["version"] = case((is_same, office.c.version), else_=office.c.version + 1)
    tx.execute(
        statement.on_conflict_do_update(
            index_elements=[office.c.office_id],
            set_=changes,
            where=office.c[f"{part}_revision"] < new[f"{part}_revision"],
        )
    )


def find_offices(tx: Connection, office_ids: Iterable[str | None]) -> dict[str | None, Office]:
    """Return the known ones of these offices by id."""
    wanted = sorted({office_id for office_id in office_ids if office_id})
    if not wanted:
        return {}
    rows = tx.execute(select(office).where(among(tx, office.c.office_id, wanted))).mappings()
    return {row["office_id"]: office_from(row) for row in rows}


def all_offices(tx: Connection) -> list[Office]:
    """Return every known office."""
    return [office_from(row) for row in tx.execute(select(office).order_by(office.c.office_id)).mappings()]


def lock(tx: Connection, office_id: str) -> Office | None:
    """Return an office and hold it until the transaction ends."""
    row = tx.execute(select(office).where(office.c.office_id == office_id).with_for_update()).mappings()
    found = row.first()
    return office_from(found) if found else None


def save_rota(tx: Connection, office_id: str, rota: Rota) -> None:
    """Keep an office's rota; ladders are planned anew by it. Its row is locked before."""
    values = {"rota": rota_row(rota), "version": office.c.version + 1}
    tx.execute(office.update().where(office.c.office_id == office_id).values(values))


def desks(tx: Connection) -> list[str]:
    """Return the offices at which somebody acts as the desk."""
    return sorted(each.office_id for each in all_offices(tx) if each.office_id and each.active("desk"))


def alerts_to_plan_anew(tx: Connection, limit: int) -> list[str]:
    """Lock and return open alerts whose office or desk has changed since they were planned."""
    desk = office.alias("desk")
    rows = tx.execute(
        select(alert.c.alert_id)
        .select_from(
            alert.outerjoin(office, office.c.office_id == alert.c.to_office_id).outerjoin(
                desk, desk.c.office_id == alert.c.desk_id
            )
        )
        .where(
            and_(
                alert.c.ended_as.is_(None),
                or_(office.c.version > alert.c.office_version, desk.c.version > alert.c.desk_version),
            )
        )
        .order_by(alert.c.alert_id)
        .limit(limit)
        .with_for_update(of=alert, skip_locked=True)
    )
    return list(rows.scalars())
