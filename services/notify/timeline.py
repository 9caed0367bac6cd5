"""What a ladder will do when nobody answers, moment by moment: for the page, the API and the command. Pure.

The moments come from the plan of a real ladder, by the functions that climb it.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from chassis.calendar import OfficeCalendar
from chassis.clock import TOKYO
from services.notify.candidates import Receivers
from services.notify.domain import Rung, plan_ladder, remind_desk_at
from services.notify.duties import Rota, Weekly
from services.notify.offices import Member, Office
from services.notify.rules import Rule

_MOST_DAYS = 31
_PERSON, _DEPUTY, _MANAGER, _ON_DUTY = "person", "deputy", "manager", "on_duty"
_ALWAYS = datetime(2000, 1, 1, tzinfo=UTC)

# Where no office is chosen: one with all its people, open on weekdays 9:00–17:00, and always one on duty.
MODEL = Office(
    office_id="model",
    members=(
        Member(_PERSON, frozenset({"care_manager"}), deputy_id=_DEPUTY),
        Member(_DEPUTY, frozenset({"care_manager"})),
        Member(_MANAGER, frozenset({"office_manager"})),
        Member(_ON_DUTY, frozenset({"care_manager"})),
    ),
    rota=Rota(tuple(Weekly(f"{day}", _ON_DUTY, day, 0, 24 * 60, _ALWAYS) for day in range(7))),
    manager_id=_MANAGER,
    is_known=True,
)


def receivers(rule: Rule, office: Office | None, desk: Office) -> Receivers:
    """Return whom a note would name: at an office the first of its care managers, else those of the model."""
    if office is None:
        return Receivers(_PERSON, MODEL, desk, rule)
    first = min((member.account_id for member in office.active("care_manager")), default=None)
    return Receivers(first, office, desk, rule)


def draw(to: Receivers, at: datetime) -> dict[str, Any]:
    """Return {"steps", "days"} of a note that arrives `at`, to the desk's first reminder."""
    rungs = plan_ladder(to, at).rungs
    steps = [step for rung in rungs for step in _steps(rung)]
    overdue_at = rungs[-1].due_at or at
    again_at = remind_desk_at(to.desk, to.rule, overdue_at)
    steps += [_step(rungs[-1], "overdue", overdue_at), _step(rungs[-1], "desk_reminded", again_at)]
    return {"steps": steps, "days": list(_days(to, at, again_at))}


def _steps(rung: Rung) -> list[dict[str, Any]]:
    if rung.skipped:
        return [_step(rung, "skipped", rung.starts_at)]
    asked = _step(rung, "asked", rung.starts_at) | {"until": rung.due_at}
    return [asked, *(_step(rung, "reminded", at) for at in rung.remind_at)]


def _step(rung: Rung, what: str, at: datetime) -> dict[str, Any]:
    about = {"number": rung.number, "role": rung.role, "skipped": rung.skipped}
    return {"at": at, "what": what, **about, "until": None}


def _days(to: Receivers, start: datetime, end: datetime) -> Iterator[dict[str, Any]]:
    day, last = start.astimezone(TOKYO).date(), end.astimezone(TOKYO).date()
    for _ in range(min(_MOST_DAYS, (last - day).days + 1)):
        yield {
            "day": day,
            **_hours("office", to.office.calendar, day),
            **_hours("desk", to.desk.calendar, day),
        }
        day += timedelta(days=1)


def _hours(whose: str, calendar: OfficeCalendar, day: date) -> dict[str, Any]:
    spans = [{"opens_at": opens, "closes_at": closes} for opens, closes in calendar.openings_on(day)]
    return {whose: spans, f"{whose}_closed": None if spans else calendar.why_closed(day)}
