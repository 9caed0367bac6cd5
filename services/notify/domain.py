"""The rules of a ladder: who is asked in which order, until when, and why somebody is not asked.

Pure: takes values, returns values. Times count by the calendar of the office that is asked.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from chassis.calendar import NeverOpen, OfficeCalendar
from contracts.rules import DESK, ON_DUTY
from services.notify.candidates import Receivers, asked_at, at_desk
from services.notify.offices import DEFAULT_CALENDAR, Office
from services.notify.rules import Rule, RuleRung

# A later fact about the same handoff can only raise its end: facts may come out of order.
ENDS = ("acknowledged", "accepted", "declined", "superseded", "recalled")


@dataclass(frozen=True)
class Rung:
    """One step: who is asked from `starts_at` until `due_at`. `skipped` is a code, or None.

    At `remind_at` the same people are asked once more; `reminded` counts how often that has been.
    """

    number: int
    role: str
    office_id: str | None
    account_ids: tuple[str, ...]
    starts_at: datetime
    due_at: datetime | None
    skipped: str | None = None
    started_at: datetime | None = None
    remind_at: tuple[datetime, ...] = ()
    reminded: int = 0

    @property
    def next_at(self) -> datetime | None:
        """Return when its people are reminded, or when its time is over."""
        return self.remind_at[self.reminded] if self.reminded < len(self.remind_at) else self.due_at


@dataclass(frozen=True)
class Plan:
    """A ladder as it is planned; `current` is the number of the rung that is asked now."""

    rungs: tuple[Rung, ...]
    current: int
    is_complete: bool
    hours_are_provisional: bool

    def rung(self, number: int) -> Rung:
        """Return the rung with this number, counted from 1."""
        return self.rungs[number - 1]

    def with_rung(self, rung: Rung) -> "Plan":
        """Return the plan with this rung in the place of the one with its number."""
        rungs = tuple(rung if each.number == rung.number else each for each in self.rungs)
        return replace(self, rungs=rungs)

    @property
    def next_at(self) -> datetime | None:
        """Return when something is to be done on the current rung."""
        return self.rung(self.current).next_at


def plan_ladder(to: Receivers, now: datetime) -> Plan:
    """Return the ladder of a note that arrives `now`: its first rung is asked at once."""
    rungs = _rungs(to, (), now)
    first = next(rung for rung in rungs if not rung.skipped)
    return _plan(to, rungs, first.number)


def replan_ladder(to: Receivers, before: Plan, now: datetime) -> Plan:
    """Return the ladder after hours or staff have changed; what was asked stays asked.

    A ladder planned without its office's copy starts anew. Otherwise the rung that is asked keeps
    its start; when nobody on it can answer any more, its time is over now.
    """
    if not before.is_complete:
        return plan_ladder(to, now) if to.office.is_known else before
    current = before.rung(before.current)
    passed = before.rungs[: before.current - 1]
    fresh = _rung(to, current.number, passed, current.started_at or now)
    if fresh.skipped:
        fresh = replace(current, due_at=now, remind_at=())
    kept = (*passed, replace(fresh, started_at=current.started_at, reminded=current.reminded))
    return _plan(to, _rungs(to, kept, fresh.due_at or now), before.current)


def for_now(to: Receivers, plan: Plan, now: datetime) -> Plan:
    """Return the plan for a climb `now`: who is on duty may be somebody else than when it was made.

    A ladder that climbs early or late, since a mailbox is dead or nothing ran for a while, meets another hour
    of the rota. Without that the plan stays as it is.
    """
    later = plan.rungs[plan.current :]
    if not plan.is_complete or all(rung.role != ON_DUTY for rung in later):
        return plan
    fresh = _plan(to, _rungs(to, plan.rungs[: plan.current], now), plan.current)
    return plan if _who(fresh) == _who(plan) else fresh


def _who(plan: Plan) -> list[tuple[tuple[str, ...], str | None]]:
    return [(rung.account_ids, rung.skipped) for rung in plan.rungs]


def next_rung(plan: Plan) -> Rung | None:
    """Return the rung that follows the current one, or None at the desk."""
    later = plan.rungs[plan.current :]
    return next((rung for rung in later if not rung.skipped), None)


def climb(plan: Plan, desk: Office, rule: Rule, now: datetime) -> Plan:
    """Return the plan one rung higher, from `now` on.

    A desk that is reached late, after a standstill, still has its own time.
    """
    rung = next_rung(plan)
    assert rung is not None
    if rung.role == DESK and rung.due_at is not None and rung.due_at <= now:
        rung = replace(rung, due_at=_due_at_desk(desk.calendar, now, rule.desk))
    return replace(plan.with_rung(replace(rung, started_at=now)), current=rung.number)


def is_to_remind(rung: Rung, now: datetime) -> bool:
    """Return whether a rung's people are to be reminded, and not to be left for the next rung, at `now`."""
    is_over = rung.due_at is not None and rung.due_at <= now
    # Before that its people were found out of reach.
    is_due = any(at <= now for at in rung.remind_at[rung.reminded :])
    return is_due and not is_over


def remind(plan: Plan, now: datetime) -> Plan:
    """Return the plan once its current rung is reminded `now`; after a standstill one reminder is enough."""
    rung = plan.rung(plan.current)
    passed = sum(at <= now for at in rung.remind_at)
    return plan.with_rung(replace(rung, reminded=max(rung.reminded, passed)))


def remind_desk_at(desk: Office, rule: Rule, now: datetime) -> datetime:
    """Return when the desk is reminded of a handoff that is overdue."""
    return _due_at_desk(desk.calendar, now, replace(rule.desk, wait=rule.remind_desk))


def later_end(one: str | None, other: str) -> str:
    """Return the end that counts of two; None is no end yet."""
    return max((one, other), key=ENDS.index) if one else other


def _plan(to: Receivers, rungs: tuple[Rung, ...], current: int) -> Plan:
    complete = to.office.is_known or to.office.office_id is None
    return Plan(rungs, current, complete, to.office.calendar.is_provisional)


def _rungs(to: Receivers, kept: tuple[Rung, ...], start: datetime) -> tuple[Rung, ...]:
    rungs, at = kept, start
    for number in range(len(kept) + 1, len(to.rule.rungs) + 1):
        rung = _rung(to, number, rungs, at)
        rungs, at = (*rungs, rung), rung.due_at or at
    return rungs


def _rung(to: Receivers, number: int, earlier: tuple[Rung, ...], at: datetime) -> Rung:
    asks = to.rule.rungs[number - 1]
    if asks.target == DESK:
        due_at = _due_at_desk(to.desk.calendar, at, asks)
        return Rung(number, DESK, to.desk.office_id, at_desk(to.desk, at), at, due_at)
    below = {id for rung in earlier for id in rung.account_ids}
    account_ids, skipped = asked_at(to, asks, below, at)
    if skipped:
        return Rung(number, asks.target, to.office.office_id, (), at, None, skipped)
    # Without the office's copy nobody knows who comes next, so the desk is asked at once too.
    ends = _ends(to.office.calendar, at, asks) if to.office.is_known else (at,)
    return Rung(
        number, asks.target, to.office.office_id, account_ids, at, due_at=ends[-1], remind_at=ends[:-1]
    )


def _ends(calendar: OfficeCalendar, at: datetime, asks: RuleRung) -> tuple[datetime, ...]:
    """Return when each of a rung's waits is over, the last one's end being the rung's."""
    start, ends = at, []
    try:
        for _ in range(asks.repeats + 1):
            at = at + asks.wait if asks.is_clock else calendar.add_office_time(at, asks.wait)
            ends.append(at)
    except NeverOpen:
        # It closes for good before the wait is over.
        return (start,)
    return tuple(ends)


def _due_at_desk(calendar: OfficeCalendar, at: datetime, asks: RuleRung) -> datetime:
    if asks.is_clock:
        return at + asks.wait
    try:
        return calendar.add_office_time(at, asks.wait)
    except NeverOpen:
        return DEFAULT_CALENDAR.add_office_time(at, asks.wait)


def may_see(
    office_id: str | None, from_office_id: str | None, to_office_id: str | None, rungs: tuple[Rung, ...]
) -> bool:
    """Return whether an office may see a ladder: both sides may, the desk once it was asked."""
    if office_id is None:
        return False
    asked = {rung.office_id for rung in rungs if rung.started_at is not None}
    return office_id in {from_office_id, to_office_id, *asked}
