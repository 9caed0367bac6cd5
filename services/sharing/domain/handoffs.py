"""A handoff and the acts on it: which state follows which, and what is said about it.

sent → delivered → seen → acknowledged → accepted → completed
while nobody has acknowledged the ladder climbs: escalated … overdue (see `ladder`)
declined, recalled, superseded and completed are ends: nothing follows them
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from contracts.errors import Conflict

WAITING = frozenset({"sent", "delivered", "seen", "escalated", "overdue"})
OPEN = WAITING | {"acknowledged", "accepted"}
ENDS = frozenset({"declined", "recalled", "superseded", "completed"})

# Which states may precede each.
BEFORE: dict[str, frozenset[str]] = {
    "delivered": frozenset({"sent"}),
    "seen": frozenset({"sent", "delivered", "escalated"}),
    "escalated": WAITING - {"overdue"},
    "overdue": WAITING - {"overdue"},
    "acknowledged": WAITING,
    "accepted": WAITING | {"acknowledged"},
    "declined": WAITING | {"acknowledged"},
    "completed": frozenset({"acknowledged", "accepted"}),
    "recalled": OPEN,
    "superseded": OPEN,
}
RECEIVER_MAY = {
    "acknowledge": "acknowledged",
    "accept": "accepted",
    "decline": "declined",
    "complete": "completed",
}
SENDER_MAY = {"recall": "recalled", "supersede": "superseded"}


@dataclass(frozen=True)
class Actor:
    """A signed-in person, by name: nobody else can act."""

    account_id: str
    name: str
    office_id: str


@dataclass(frozen=True)
class Event:
    """One line of the history."""

    handoff_id: str
    state: str
    at: datetime
    actor_id: str | None = None
    actor_name: str | None = None
    office_id: str | None = None
    rung: int | None = None
    words: str = ""


@dataclass(frozen=True)
class Handoff:
    """One handoff, as its row is."""

    handoff_id: str
    code: str
    note_id: str
    stay_id: str
    person_id: str
    municipality: str
    version: int
    state: str
    urgency: str
    from_office_id: str
    from_office_name: str
    from_account_id: str
    from_name: str
    to_office_id: str | None
    to_account_id: str | None
    desk_id: str | None
    sent_at: datetime
    delivered_at: datetime | None = None
    seen_at: datetime | None = None
    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = None
    acknowledged_by_name: str | None = None
    acknowledged_office_id: str | None = None
    accepted_at: datetime | None = None
    declined_at: datetime | None = None
    decline_reason: str | None = None
    ended_at: datetime | None = None
    superseded_by_id: str | None = None
    changed: list[str] = field(default_factory=list)
    plan: int = 0
    rungs: list[dict[str, Any]] = field(default_factory=list)
    rung: int = 0
    next_at: datetime | None = None
    hours_are_provisional: bool = False

    @property
    def is_waiting(self) -> bool:
        """Return whether nobody has answered yet."""
        return self.state in WAITING


def may(handoff: Handoff, side: str) -> list[str]:
    """Return what the sender's or the receiver's side can do now."""
    verbs = SENDER_MAY if side == "sender" else RECEIVER_MAY
    return [verb for verb, state in verbs.items() if handoff.state in BEFORE[state]]


def see(handoff: Handoff, who: Actor, at: datetime) -> tuple[Handoff, Event] | None:
    """Return the handoff as opened for the first time, or None when it was before.

    An answer or an end stays what it is, and so does `overdue`: being read is no answer.
    """
    if handoff.seen_at is not None or handoff.state in ENDS:
        return None
    state = "seen" if handoff.state in BEFORE["seen"] else handoff.state
    return replace(handoff, state=state, seen_at=at), _event(handoff, "seen", who, at)


def acknowledge(handoff: Handoff, who: Actor, at: datetime) -> tuple[Handoff, Event]:
    """Return the handoff as received by a named person."""
    _check(handoff, "acknowledged")
    return _taken(handoff, "acknowledged", who, at), _event(handoff, "acknowledged", who, at)


def accept(handoff: Handoff, who: Actor, at: datetime) -> tuple[Handoff, Event]:
    """Return the handoff as taken on; it counts as received, too, if nobody had said so."""
    _check(handoff, "accepted")
    taken = _taken(handoff, "accepted", who, at) if handoff.is_waiting else replace(handoff, state="accepted")
    return replace(taken, accepted_at=at), _event(handoff, "accepted", who, at)


def decline(handoff: Handoff, reason: str, words: str, who: Actor, at: datetime) -> tuple[Handoff, Event]:
    """Return the handoff as refused, with the code of the reason; the sender has to act."""
    _check(handoff, "declined")
    declined = replace(_ended(handoff, "declined", at), declined_at=at, decline_reason=reason)
    return declined, _event(handoff, "declined", who, at, words)


def complete(handoff: Handoff, who: Actor, at: datetime) -> tuple[Handoff, Event]:
    """Return the handoff as done."""
    _check(handoff, "completed")
    return _ended(handoff, "completed", at), _event(handoff, "completed", who, at)


def recall(handoff: Handoff, words: str, who: Actor, at: datetime) -> tuple[Handoff, Event]:
    """Return the handoff as taken back by its sender."""
    _check(handoff, "recalled")
    return _ended(handoff, "recalled", at), _event(handoff, "recalled", who, at, words)


def supersede(handoff: Handoff, by_id: str, who: Actor, at: datetime) -> tuple[Handoff, Event]:
    """Return the handoff as replaced by that of a newer version of the note."""
    _check(handoff, "superseded")
    ended = replace(_ended(handoff, "superseded", at), superseded_by_id=by_id)
    return ended, _event(handoff, "superseded", who, at)


def _check(handoff: Handoff, state: str) -> None:
    if handoff.state not in BEFORE[state]:
        raise Conflict(f"is_{handoff.state}")


def _taken(handoff: Handoff, state: str, who: Actor, at: datetime) -> Handoff:
    return replace(
        handoff,
        state=state,
        next_at=None,
        acknowledged_at=at,
        acknowledged_by=who.account_id,
        acknowledged_by_name=who.name,
        acknowledged_office_id=who.office_id,
    )


def _ended(handoff: Handoff, state: str, at: datetime) -> Handoff:
    return replace(handoff, state=state, ended_at=at, next_at=None)


def _event(handoff: Handoff, state: str, who: Actor, at: datetime, words: str = "") -> Event:
    return Event(
        handoff.handoff_id, state, at, who.account_id, who.name, who.office_id, handoff.rung or None, words
    )
