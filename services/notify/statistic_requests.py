"""The request about figures of answering: a desk's, or an office's own."""

from typing import Any

from sqlalchemy import Connection

from chassis.rpc import reads
from chassis.service import Service
from contracts.errors import Invalid
from contracts.roles import DESK, OFFICE_MANAGER
from contracts.rules import TARGETS
from contracts.statistics import MOST_DAYS, GetStatistics
from services.notify.models import alert
from services.notify.queries import loads, statistics

Row = dict[str, Any]


class StatisticRequests(Service):
    """How the notes of a desk, or to an office, were answered."""

    @reads(DESK, OFFICE_MANAGER, takes=GetStatistics)
    def get_statistics(self, tx: Connection, request: Row) -> Row:
        """Tell how long answers took, how far ladders went, and whom how much was asked."""
        _check_days(request)
        own_id = self.caller.office_id or ""
        is_desk = self.caller.role == DESK
        whose = (alert.c.desk_id if is_desk else alert.c.to_office_id) == own_id
        of = statistics.cases(whose, request["first_day"], request["last_day"])
        there = None if is_desk else own_id
        return {
            **request,
            **_shares(statistics.shares(tx, of)),
            "rungs": sorted(loads.rungs(tx, of), key=lambda rung: TARGETS.index(rung["role"])),
            "workload": loads.load(tx, of, there),
            "people": loads.people(tx, of, own_id),
            "deliveries": loads.letters(tx, of, there),
        }


def _check_days(request: Row) -> None:
    days = (request["last_day"] - request["first_day"]).days
    if not 0 <= days < MOST_DAYS:
        raise Invalid("invalid", {"last_day": ["before_start" if days < 0 else "out_of_range"]})


def _shares(found: dict[str, list[Row]]) -> Row:
    [whole] = found.pop("whole") or [_none_arrived()]
    named = {name: [row | {"of": _text(row["of"])} for row in rows] for name, rows in found.items()}
    return {"whole": whole | {"of": None}, **named}


def _text(of: Any) -> str | None:
    return None if of is None else str(of)


def _none_arrived() -> Row:
    names = ("arrived", "seen", "acknowledged", "declined", "withdrawn", "overdue", "waiting")
    return dict.fromkeys(names, 0) | {"took": dict.fromkeys(statistics.MEASURES, statistics.NOTHING)}
