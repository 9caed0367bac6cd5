"""What a change has to tell: facts, inbox items, letters, and hints for open pages."""

from dataclasses import dataclass, field
from typing import Any

from contracts.fact import NewFact
from contracts.notify import AlertEscalated, AlertOverdue, AlertRaised
from services.notify.domain import Plan, Rung
from services.notify.queries.inbox import NewItem


@dataclass
class News:
    """What one transaction has to tell; `asking.put_out` writes the items and letters of all at once."""

    facts: list[NewFact] = field(default_factory=list)
    hints: list[dict[str, Any]] = field(default_factory=list)
    items: list[NewItem] = field(default_factory=list)
    letters: list[dict[str, Any]] = field(default_factory=list)

    def __iadd__(self, other: "News") -> "News":
        self.facts += other.facts
        self.hints += other.hints
        self.items += other.items
        self.letters += other.letters
        return self


def alert_hint(reader: str, handoff_id: str, seq: int | None, state: str) -> dict[str, Any]:
    """Return the hint that something new is in a reader's inbox."""
    return _hint("alert", [reader], handoff_id, state) | {"seq": seq}


def handoff_hint(readers: list[str], handoff_id: str, state: str) -> dict[str, Any]:
    """Return the hint that what these readers hold has another state now."""
    return _hint("handoff", readers, handoff_id, state) | {"seq": None}


def holding_hint(to: list[str], handoff_id: str) -> dict[str, Any]:
    """Return the hint that somebody else, or nobody, is at what these readers hold."""
    return {"event": "live", "kind": "holding", "to": to, "handoff_id": handoff_id, "seq": None}


def inbox_hint(to: list[str]) -> dict[str, Any]:
    """Return the hint that the numbers of these inboxes are others now."""
    return {"event": "live", "kind": "inbox", "to": to, "seq": None}


def _hint(kind: str, to: list[str], handoff_id: str, state: str) -> dict[str, Any]:
    return {"event": "live", "kind": kind, "to": to, "handoff_id": handoff_id, "state": state}


def raised(row: Any, plan: Plan) -> NewFact:
    """Return the fact that the first rung has it, with the ladder that is planned."""
    return AlertRaised.happened(
        **_about(row),
        delivered_at=row["raised_at"],
        rungs=[rung_wire(rung) for rung in plan.rungs],
        current=plan.current,
        hours_are_provisional=plan.hours_are_provisional,
    )


def escalated(row: Any, plan: Plan) -> NewFact:
    """Return the fact that the current rung has it now."""
    rung = plan.rung(plan.current)
    return AlertEscalated.happened(
        **_about(row), rung=rung_wire(rung), escalated_at=rung.started_at, next_at=rung.due_at
    )


def overdue(row: Any, at: Any) -> NewFact:
    """Return the fact that the desk's time is over too."""
    return AlertOverdue.happened(**_about(row), overdue_at=at)


def rung_wire(rung: Rung) -> dict[str, Any]:
    """Return a rung as it crosses the boundary."""
    return {
        "number": rung.number,
        "role": rung.role,
        "account_ids": list(rung.account_ids),
        "office_id": rung.office_id,
        "starts_at": rung.starts_at,
        "started_at": rung.started_at,
        "skipped": rung.skipped,
    }


def _about(row: Any) -> dict[str, Any]:
    return {
        "municipality": row["municipality"],
        "episode": row["stay_id"] or "",
        "handoff_id": row["handoff_id"],
        "alert_id": row["alert_id"],
        # That of the plan: a hearer takes no step of an older ladder.
        "revision": row["revision"],
    }
