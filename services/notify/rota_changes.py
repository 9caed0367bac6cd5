"""A manager's changes to a rota, and what is wrong with them. Pure: values in, values out."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from chassis.calendar import WEEKDAYS
from chassis.clock import TOKYO
from contracts.duties import MOST_SINGLE, MOST_WEEKLY
from contracts.errors import Conflict, Invalid, NotFound
from services.notify.duties import Rota, Single, Weekly, clash, ended, without_single
from services.notify.offices import Office

_DAY = 24 * 60
_FURTHEST = timedelta(days=400)

Row = dict[str, Any]


def weekly_from(duty_id: str, request: Row, now: datetime) -> Weekly:
    """Return the duty that a loaded `AddWeeklyDuty` describes."""
    return Weekly(
        duty_id=duty_id,
        account_id=request["account_id"],
        weekday=WEEKDAYS.index(request["weekday"]),
        begins=minute(request["begins"]),
        minutes=_minutes(request),
        from_at=first_moment(request["first_day"], now),
    )


def with_weekly(office: Office, new: Weekly) -> Rota:
    """Return the office's rota with one more weekly duty. Raises Invalid or Conflict."""
    _check_member(office, new.account_id)
    if clash(office.rota, new):
        raise Invalid("duty", {"begins": ["duties_overlap"]})
    if len(office.rota.weekly) >= MOST_WEEKLY:
        raise Conflict("too_many_duties")
    return replace(office.rota, weekly=(*office.rota.weekly, new))


def without_weekly(rota: Rota, duty_id: str, at: datetime) -> Rota:
    """Return the rota without a weekly duty from a moment on. Raises NotFound."""
    if all(each.duty_id != duty_id for each in rota.weekly):
        raise NotFound("duty")
    return ended(rota, duty_id, at)


def single_from(duty_id: str, request: Row) -> Single:
    """Return the duty that a loaded `AddSingleDuty` describes."""
    begins = midnight(request["day"]) + timedelta(minutes=minute(request["begins"]))
    return Single(duty_id, request["account_id"], begins, begins + timedelta(minutes=_minutes(request)))


def with_single(office: Office, new: Single, now: datetime) -> Rota:
    """Return the office's rota with a single duty in the place of what covers its time."""
    if new.until_at <= now:
        raise Invalid("duty", {"day": ["in_the_past"]})
    if new.from_at > now + _FURTHEST:
        raise Invalid("duty", {"day": ["out_of_range"]})
    if new.account_id is not None:
        _check_member(office, new.account_id)
    if len(office.rota.single) >= MOST_SINGLE:
        raise Conflict("too_many_duties")
    return replace(office.rota, single=(*office.rota.single, new))


def less_single(rota: Rota, duty_id: str) -> Rota:
    """Return the rota without a single duty. Raises NotFound."""
    if all(each.duty_id != duty_id for each in rota.single):
        raise NotFound("duty")
    return without_single(rota, duty_id)


def people_of(*rotas: Rota) -> set[str]:
    """Return who stands in any of these rotas."""
    return {each.account_id for rota in rotas for each in (*rota.weekly, *rota.single) if each.account_id}


def first_moment(day: date | None, now: datetime) -> datetime:
    """Return when a day begins, or `now` for today, earlier days and none."""
    return max(now, midnight(day)) if day else now


def midnight(day: date) -> datetime:
    """Return when a day begins in Japan. Raises Invalid where no calendar reaches."""
    if not 2000 <= day.year < 2999:
        raise Invalid("duty", {"day": ["out_of_range"]})
    return datetime.combine(day, time(), TOKYO)


def minute(text: str) -> int:
    """Return which minute of the day `HH:MM` is."""
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


def clock_time(minutes: int) -> str:
    """Return a minute of the day, or of the next one, as `HH:MM`."""
    return f"{minutes // 60 % 24:02}:{minutes % 60:02}"


def _minutes(request: Row) -> int:
    """Return how long a duty is; what ends at the time at which it begins has a whole day."""
    return (minute(request["ends"]) - minute(request["begins"])) % _DAY or _DAY


def _check_member(office: Office, account_id: str) -> None:
    member = office.member(account_id)
    if member is None or not member.is_active:
        raise Invalid("duty", {"account_id": ["not_active" if member else "not_a_member"]})
