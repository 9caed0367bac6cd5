"""How far ladders went, how many alerts people had, and what became of letters. Counted by the database."""

from typing import Any

from sqlalchemy import CTE, Integer, Subquery, and_, cast, func, select, true

from chassis.columns import items_of_list, length_of_list, text_in
from chassis.sql_times import day_in_japan
from services.notify.models import delivery, inbox_item
from services.notify.queries.inbox import NOTE
from services.notify.queries.statistics import spread

Row = dict[str, Any]
_item = inbox_item.c


def rungs(tx: Any, of: CTE) -> list[Row]:
    """Return by role how often a rung was asked and was left without an answer."""
    each = items_of_list(of.c.rungs).table_valued("value")
    role = text_in(each.c.value, "role").label("role")
    is_over = cast(text_in(each.c.value, "number"), Integer) < of.c.current
    counted = (
        select(role, func.count().label("asked"), func.count().filter(is_over).label("climbed"))
        .select_from(of.join(each, true()))
        .where(text_in(each.c.value, "started_at").is_not(None))
        .group_by(role)
    )
    return [dict(row) for row in tx.execute(counted).mappings()]


def load(tx: Any, of: CTE, office_id: str | None) -> Row:
    """Return the `Load` of those who were asked, in one office or (None) in all."""
    days = _days(of, office_id)
    people, in_all = tx.execute(select(func.count(days.c.reader.distinct()), func.sum(days.c.alerts))).one()
    found = tx.execute(spread(days, (), days.c.alerts)).one()
    told = {name: getattr(found, name) for name in ("median", "p90", "most")}
    return {"people": people, "days": found.n or 0, "alerts": int(in_all or 0), **told}


def people(tx: Any, of: CTE, office_id: str) -> list[Row]:
    """Return the `PersonLoad`s of an office, the busiest first."""
    days = _days(of, office_id)
    row, in_all = days.c, func.sum(days.c.alerts)
    each = select(
        row.reader, func.count().label("days"), in_all.label("alerts"), func.max(row.alerts).label("most")
    )
    found = tx.execute(each.group_by(row.reader).order_by(in_all.desc(), row.reader))
    return [
        {
            "account_id": one.reader.removeprefix("account:"),
            "days": one.days,
            "alerts": int(one.alerts),
            "most": one.most,
        }
        for one in found
    ]


def letters(tx: Any, of: CTE, office_id: str | None) -> list[Row]:
    """Return by channel what became of deliveries; of one office without those to the desk."""
    row = delivery.c
    is_asked = true() if office_id is None else row.rung < length_of_list(of.c.rungs)
    counted = (
        select(row.channel, row.state, func.count().label("count"))
        .select_from(delivery.join(of, of.c.alert_id == row.alert_id))
        .where(is_asked)
        .group_by(row.channel, row.state)
        .order_by(row.channel, row.state)
    )
    return [dict(one) for one in tx.execute(counted).mappings()]


def _days(of: CTE, office_id: str | None) -> Subquery:
    """Return how many alerts each person had on each day on which there was any."""
    is_there = true() if office_id is None else _item.office_id == office_id
    asked = and_(_item.kind == NOTE, _item.reader.startswith("account:"), is_there)
    day = day_in_japan(_item.arrived_at).label("day")
    return (
        select(_item.reader, day, func.count().label("alerts"))
        .select_from(inbox_item.join(of, of.c.alert_id == _item.alert_id))
        .where(asked)
        .group_by(_item.reader, day)
        .subquery()
    )
