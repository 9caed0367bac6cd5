"""What the services have written down, read from their databases."""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from tests.support.stack import Stack

Row = dict[str, Any]
_TIMES = ("starts_at", "due_at", "started_at")


@dataclass(frozen=True)
class Rung:
    """One rung as notify keeps it."""

    number: int
    role: str
    office_id: str | None
    account_ids: tuple[str, ...]
    starts_at: datetime
    due_at: datetime | None
    started_at: datetime | None
    skipped: str | None


@dataclass(frozen=True)
class Alert:
    """One alert with its ladder; `row` holds the other columns."""

    handoff_id: str
    rungs: tuple[Rung, ...]
    current: int
    row: Row

    @property
    def is_open(self) -> bool:
        return self.row["ended_as"] is None

    @property
    def asked(self) -> list[Rung]:
        """The rungs that were asked, from the lowest on."""
        return [rung for rung in self.rungs if rung.started_at is not None]


def alerts_of(stack: Stack) -> dict[str, Alert]:
    """Return every alert by its handoff."""
    rows = stack.database("notify").rows("SELECT * FROM alert")
    return {
        str(row["handoff_id"]): Alert(
            str(row["handoff_id"]), tuple(_rung(rung) for rung in row["rungs"]), row["current"], row
        )
        for row in rows
    }


def handoffs_of(stack: Stack) -> dict[str, Row]:
    """Return every handoff of sharing, with its `events` and `holders`."""
    database = stack.database("sharing")
    events, holders = defaultdict(list), defaultdict(set)
    for event in database.rows("SELECT * FROM handoff_event ORDER BY at"):
        events[str(event["handoff_id"])].append(event)
    for row in database.rows("SELECT * FROM handoff_holder"):
        holders[str(row["handoff_id"])].add(str(row["holder"]))
    rows = {str(row["handoff_id"]): row for row in database.rows("SELECT * FROM handoff")}
    return {id: row | {"events": events[id], "holders": holders[id]} for id, row in rows.items()}


def without_times(rung: Rung) -> Rung:
    """Return the rung as sharing knows it: who and when planned, not what became of it."""
    return replace(rung, due_at=None, started_at=None)


def rung_told(told: Row) -> Rung:
    """Return a rung of sharing's copy."""
    return without_times(_rung({"due_at": None, **told}))


def _rung(row: Row) -> Rung:
    times = {name: datetime.fromisoformat(row[name]) if row.get(name) else None for name in _TIMES}
    known = {name: row[name] for name in ("number", "role", "office_id", "skipped")}
    return Rung(**known, account_ids=tuple(row["account_ids"]), **times)
