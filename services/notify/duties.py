"""A rota: who is on duty at an office, from when to when. Pure: values in, values out.

Weekly duties repeat; a single one takes the place of whatever else covers its time, and of two single ones
the later. So at any moment at most one person is on duty. Japanese times of day
know no summer time.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any

from chassis.clock import TOKYO

WEEKLY, SINGLE, SWAP = "weekly", "single", "swap"
_DAY = timedelta(days=1)
_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True)
class Weekly:
    """A duty of every week, from its first day until it is ended; it begins so many minutes into its day."""

    duty_id: str
    account_id: str
    weekday: int  # 0 is Monday
    begins: int  # minutes
    minutes: int  # 1440 at most
    from_at: datetime
    until_at: datetime | None = None

    def within(self, start: datetime, end: datetime) -> "Iterator[Stretch]":
        """Yield its parts between two moments, in their order."""
        start = max(start, self.from_at)
        end = min(end, self.until_at) if self.until_at else end
        day, last = start.astimezone(TOKYO).date() - _DAY, end.astimezone(TOKYO).date()
        while day <= last:
            if day.weekday() == self.weekday:
                begins = datetime.combine(day, time(), TOKYO) + timedelta(minutes=self.begins)
                ends = begins + timedelta(minutes=self.minutes)
                if max(begins, start) < min(ends, end):
                    yield Stretch(max(begins, start), min(ends, end), self.account_id, self.duty_id, WEEKLY)
            day += _DAY


@dataclass(frozen=True)
class Single:
    """A duty of one day. Without `account_id` nobody is on duty then; `swap_id` is that of a swap."""

    duty_id: str
    account_id: str | None
    from_at: datetime
    until_at: datetime
    swap_id: str | None = None


@dataclass(frozen=True)
class Stretch:
    """When one person, or on purpose nobody, is on duty; `source` is weekly, single or swap."""

    from_at: datetime
    until_at: datetime
    account_id: str | None
    duty_id: str
    source: str


@dataclass(frozen=True)
class Rota:
    """The duties of one office, each kind in the order in which it was made."""

    weekly: tuple[Weekly, ...] = ()
    single: tuple[Single, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Return whether nothing is said in it."""
        return not self.weekly and not self.single


EMPTY = Rota()


def stretches(rota: Rota, start: datetime, end: datetime) -> list[Stretch]:
    """Return who is on duty between two moments, in order; what is between the stretches nobody has."""
    found: list[Stretch] = []
    for weekly in rota.weekly:
        for stretch in weekly.within(start, end):
            found = _over(found, stretch)
    for single in rota.single:
        begins, ends = max(single.from_at, start), min(single.until_at, end)
        if begins < ends:
            source = SWAP if single.swap_id else SINGLE
            found = _over(found, Stretch(begins, ends, single.account_id, single.duty_id, source))
    return sorted(found, key=lambda stretch: stretch.from_at)


def on_duty(rota: Rota, at: datetime) -> str | None:
    """Return who is on duty at a moment. Where one duty ends another may begin."""
    return next((stretch.account_id for stretch in stretches(rota, at, at + _MOMENT)), None)


def of_person(rota: Rota, account_id: str, start: datetime, end: datetime) -> list[Stretch]:
    """Return when somebody is on duty between two moments."""
    return [stretch for stretch in stretches(rota, start, end) if stretch.account_id == account_id]


def has_all(rota: Rota, account_id: str, start: datetime, end: datetime) -> bool:
    """Return whether somebody is on duty all the time between two moments."""
    own = of_person(rota, account_id, start, end)
    return sum((each.until_at - each.from_at for each in own), timedelta()) == end - start


def gaps(found: Iterable[Stretch], start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Yield the times between two moments that none of these stretches covers, in their order."""
    at = start
    for stretch in found:
        if at < stretch.from_at:
            yield at, stretch.from_at
        at = max(at, stretch.until_at)
    if at < end:
        yield at, end


def clash(rota: Rota, new: Weekly) -> bool:
    """Return whether a weekly duty meets one that is there: in some week both would be on duty."""
    return any(_meet(new, each) for each in rota.weekly)


def _meet(one: Weekly, other: Weekly) -> bool:
    start = max(one.from_at, other.from_at)
    # What does not meet within two weeks never does.
    end = min(at for at in (start + 14 * _DAY, one.until_at, other.until_at) if at)
    return any(
        first.from_at < second.until_at and second.from_at < first.until_at
        for first in one.within(start, end)
        for second in other.within(start, end)
    )


def ended(rota: Rota, duty_id: str, at: datetime) -> Rota:
    """Return the rota without a weekly duty from a moment on; one that would end before it begins is gone."""
    weekly = tuple(
        replace(each, until_at=min(at, each.until_at or at)) if each.duty_id == duty_id else each
        for each in rota.weekly
    )
    return replace(
        rota, weekly=tuple(each for each in weekly if not each.until_at or each.from_at < each.until_at)
    )


def without_single(rota: Rota, duty_id: str) -> Rota:
    """Return the rota without a single duty: what it took the place of is there again."""
    return replace(rota, single=tuple(each for each in rota.single if each.duty_id != duty_id))


def without_past(rota: Rota, before: datetime) -> Rota:
    """Return the rota without what was over at a moment."""
    return Rota(
        tuple(each for each in rota.weekly if each.until_at is None or each.until_at > before),
        tuple(each for each in rota.single if each.until_at > before),
    )


def _over(found: list[Stretch], new: Stretch) -> list[Stretch]:
    """Return the stretches with a new one in the place of whatever covers its time."""
    kept = [part for each in found for part in _outside(each, new)]
    return [*kept, new]


def _outside(one: Stretch, new: Stretch) -> Iterator[Stretch]:
    if one.until_at <= new.from_at or new.until_at <= one.from_at:
        yield one
        return
    before = replace(one, until_at=min(one.until_at, new.from_at))
    after = replace(one, from_at=max(one.from_at, new.until_at))
    yield from (part for part in (before, after) if part.from_at < part.until_at)


# As a row of the office keeps it ---------------------------------------------------------------


def rota_from(value: Any) -> Rota:
    """Return the rota that a row keeps; none is an empty one."""
    if not value:
        return EMPTY
    return Rota(
        tuple(Weekly(**_moments(row)) for row in value["weekly"]),
        tuple(Single(**_moments(row)) for row in value["single"]),
    )


def rota_row(rota: Rota) -> dict[str, Any]:
    """Return the rota as a row keeps it."""
    return {
        "weekly": [_texts(vars(each)) for each in rota.weekly],
        "single": [_texts(vars(each)) for each in rota.single],
    }


_TIMES = ("from_at", "until_at")


def _moments(row: dict[str, Any]) -> dict[str, Any]:
    return row | {name: datetime.fromisoformat(row[name]) for name in _TIMES if row[name]}


def _texts(values: dict[str, Any]) -> dict[str, Any]:
    return values | {name: values[name].isoformat() for name in _TIMES if values[name]}
