"""Who is on duty: repeated weekly, over midnight, with single days in their place. One person at a time."""

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.calendar import WEEKDAYS
from chassis.clock import TOKYO
from contracts.errors import Conflict, Invalid
from services.notify.duties import (
    Rota,
    Single,
    Weekly,
    clash,
    ended,
    gaps,
    has_all,
    of_person,
    on_duty,
    rota_from,
    rota_row,
    stretches,
    without_single,
)
from services.notify.rota_changes import single_from, weekly_from, with_single, with_weekly
from services.notify.rota_lines import lines
from tests.unit.notify.test_ladder_plan import AOKI, BABA, MANAGER, a_member, an_office, tokyo

MONDAY = tokyo("2026-11-23 00:00")
LONG_AGO = tokyo("2026-01-01 00:00")
WEEK = timedelta(days=7)


def every(weekday: str, begins: str, ends: str, who: str = AOKI, since: datetime = LONG_AGO) -> Weekly:
    request = {"weekday": weekday, "begins": begins, "ends": ends, "account_id": who, "first_day": None}
    return weekly_from(f"{weekday}-{begins}-{who}", request, since)


def once(day: str, begins: str, ends: str, who: str | None = BABA) -> Single:
    request = {"day": tokyo(f"{day} 00:00").date(), "begins": begins, "ends": ends, "account_id": who}
    return single_from(f"{day}-{begins}", request)


NIGHTS = Rota((every("mon", "17:30", "08:30"), every("tue", "17:30", "08:30", BABA)))


@pytest.mark.parametrize(
    ("at", "who"),
    [
        ("2026-11-23 17:29", None),
        ("2026-11-23 17:30", AOKI),
        ("2026-11-24 00:00", AOKI),  # over midnight
        ("2026-11-24 08:29", AOKI),
        ("2026-11-24 08:30", None),
        ("2026-11-24 17:30", BABA),
        ("2026-12-01 03:00", AOKI),  # the week after
        ("2026-12-28 23:00", AOKI),
        ("2027-01-04 23:00", AOKI),  # over the turn of the year
    ],
)
def test_a_duty_comes_every_week_and_goes_over_midnight(at: str, who: str | None) -> None:
    assert on_duty(NIGHTS, tokyo(at)) == who


def test_a_duty_that_ends_when_it_begins_lasts_a_day() -> None:
    rota = Rota((every("sun", "09:00", "09:00"),))

    [found] = stretches(rota, MONDAY, MONDAY + WEEK)[1:]

    assert (found.from_at, found.until_at) == (tokyo("2026-11-29 09:00"), MONDAY + WEEK)
    assert on_duty(rota, tokyo("2026-11-30 08:59")) == AOKI


def test_a_single_day_takes_the_place_of_the_weekly_one_and_can_be_taken_back() -> None:
    rota = Rota(NIGHTS.weekly, (once("2026-11-23", "20:00", "22:00"),))

    found = [(each.account_id, each.from_at) for each in stretches(rota, MONDAY, tokyo("2026-11-24 12:00"))]

    assert found == [
        (AOKI, tokyo("2026-11-23 17:30")),
        (BABA, tokyo("2026-11-23 20:00")),
        (AOKI, tokyo("2026-11-23 22:00")),
    ]
    assert without_single(rota, "2026-11-23-20:00") == NIGHTS


def test_of_two_single_days_the_later_one_counts() -> None:
    rota = Rota((), (once("2026-11-23", "09:00", "12:00", AOKI), once("2026-11-23", "11:00", "13:00")))

    assert [on_duty(rota, tokyo(f"2026-11-23 {hour}:30")) for hour in (10, 11, 12)] == [AOKI, BABA, BABA]


def test_that_nobody_is_on_duty_can_be_said() -> None:
    rota = Rota(NIGHTS.weekly, (once("2026-11-23", "17:30", "08:30", None),))

    assert on_duty(rota, tokyo("2026-11-23 21:00")) is None
    assert on_duty(rota, tokyo("2026-11-30 21:00")) == AOKI


def test_an_ended_duty_is_no_more_from_that_moment_on() -> None:
    rota = ended(NIGHTS, "mon-17:30-" + AOKI, tokyo("2026-11-23 20:00"))

    assert on_duty(rota, tokyo("2026-11-23 19:59")) == AOKI
    assert on_duty(rota, tokyo("2026-11-23 20:00")) is None
    assert on_duty(rota, tokyo("2026-11-30 20:00")) is None


def test_a_duty_that_would_end_before_it_begins_is_gone() -> None:
    later = every("mon", "17:30", "08:30", since=tokyo("2026-12-01 00:00"))

    assert ended(Rota((later,)), later.duty_id, tokyo("2026-11-24 10:00")) == Rota()


@pytest.mark.parametrize(
    ("new", "is_clash"),
    [
        (every("tue", "08:00", "09:00", BABA), True),  # into the night of Monday
        (every("tue", "08:30", "17:30", BABA), False),  # between two nights
        (every("mon", "17:00", "17:45", BABA), True),
        (every("wed", "08:15", "09:00"), True),
        (every("sun", "12:00", "12:00"), False),
        (every("mon", "17:30", "08:30", BABA, since=tokyo("2030-01-01 00:00")), True),
    ],
)
def test_two_weekly_duties_may_not_meet(new: Weekly, is_clash: bool) -> None:
    assert clash(NIGHTS, new) == is_clash


def test_a_duty_may_follow_one_that_is_ended() -> None:
    rota = ended(NIGHTS, "mon-17:30-" + AOKI, tokyo("2026-12-01 00:00"))

    assert not clash(rota, every("mon", "17:30", "08:30", BABA, since=tokyo("2026-12-01 00:00")))
    assert clash(rota, every("mon", "17:30", "08:30", BABA, since=tokyo("2026-11-24 00:00")))


def test_only_who_works_there_is_put_on_duty() -> None:
    office = an_office(a_member(AOKI), a_member(BABA, is_active=False))

    with pytest.raises(Invalid) as refused:
        with_weekly(office, every("mon", "17:30", "08:30", BABA))
    with pytest.raises(Invalid) as unknown:
        with_single(office, once("2026-11-25", "09:00", "10:00", "gone"), MONDAY)
    with pytest.raises(Invalid) as past:
        with_single(office, once("2026-11-20", "09:00", "10:00", AOKI), MONDAY)

    assert refused.value.fields == {"account_id": ["not_active"]}
    assert unknown.value.fields == {"account_id": ["not_a_member"]}
    assert past.value.fields == {"day": ["in_the_past"]}


def test_a_rota_does_not_grow_without_end() -> None:
    office = an_office(a_member(AOKI))
    full = Rota((), tuple(once("2026-11-25", "09:00", "10:00", AOKI) for _ in range(200)))

    with pytest.raises(Conflict, match="too_many_duties"):
        with_single(_with(office, full), once("2026-11-26", "09:00", "10:00", AOKI), MONDAY)


def _with(office: Any, rota: Rota) -> Any:
    return type(office)(**{**vars(office), "rota": rota})


# Anything a manager can enter ------------------------------------------------------------------

quarter = st.integers(0, 95).map(lambda n: f"{n // 4:02}:{n % 4 * 15:02}")
people = st.sampled_from([AOKI, BABA, MANAGER])
weekly = st.builds(every, st.sampled_from(WEEKDAYS), quarter, quarter, people)
# Few days, so that what is entered meets.
days = st.integers(0, 2).map(lambda n: (MONDAY + timedelta(days=n)).date().isoformat())
single = st.builds(once, days, quarter, quarter, st.one_of(st.none(), people))
rotas = st.builds(Rota, st.lists(weekly, max_size=6).map(tuple), st.lists(single, max_size=5).map(tuple))
moments = st.integers(0, 3 * 24 * 60 - 1).map(lambda n: MONDAY + timedelta(minutes=n))


def by_hand(rota: Rota, at: datetime) -> str | None:
    """Who is on duty, found the long way: the last single one, else the last weekly one."""
    for each in reversed(rota.single):
        if each.from_at <= at < each.until_at:
            return each.account_id
    for duty in reversed(rota.weekly):
        for back in (0, 1):
            day = at.astimezone(TOKYO).date() - timedelta(days=back)
            passed = (at - datetime(day.year, day.month, day.day, tzinfo=TOKYO)) // timedelta(minutes=1)
            if day.weekday() == duty.weekday and duty.begins <= passed < duty.begins + duty.minutes:
                return duty.account_id
    return None


@settings(deadline=None, max_examples=150)
@given(rotas, moments)
def test_at_each_moment_the_latest_word_counts(rota: Rota, at: datetime) -> None:
    assert on_duty(rota, at) == by_hand(rota, at)


@settings(deadline=None, max_examples=80)
@given(rotas, moments, st.integers(1, 7 * 24 * 60))
def test_stretches_and_gaps_share_the_time_without_meeting(rota: Rota, start: datetime, minutes: int) -> None:
    end = start + timedelta(minutes=minutes)
    found = stretches(rota, start, end)

    spans = [(each.from_at, each.until_at) for each in found] + list(gaps(found, start, end))

    points = sorted(spans)
    assert points[0][0] == start
    assert points[-1][1] == end
    assert all(one[1] == other[0] for one, other in pairwise(points))


@settings(deadline=None, max_examples=80)
@given(st.lists(weekly, max_size=6), weekly)
def test_weekly_duties_that_do_not_clash_never_share_a_minute(made: list[Weekly], new: Weekly) -> None:
    rota = Rota(tuple(made))
    alone = Rota((new,))
    theirs = stretches(rota, MONDAY, MONDAY + 2 * WEEK)
    own = stretches(alone, MONDAY, MONDAY + 2 * WEEK)

    meets = any(a.from_at < b.until_at and b.from_at < a.until_at for a in own for b in theirs)

    assert clash(rota, new) == meets


@settings(deadline=None, max_examples=50)
@given(rotas)
def test_a_rota_is_kept_as_it_is(rota: Rota) -> None:
    assert rota_from(rota_row(rota)) == rota


@settings(deadline=None, max_examples=80)
@given(rotas, people, moments, st.integers(1, 48 * 60))
def test_somebody_has_all_of_a_time_if_on_duty_at_each_minute(
    rota: Rota, who: str, start: datetime, minutes: int
) -> None:
    end = start + timedelta(minutes=minutes)

    has = has_all(rota, who, start, end)

    each = (start + timedelta(minutes=n) for n in range(minutes))
    assert has == all(by_hand(rota, at) == who for at in each)
    assert not has or sum((s.until_at - s.from_at for s in of_person(rota, who, start, end)), timedelta())


# As the manager reads it -----------------------------------------------------------------------


def shown(rota: Rota, *members: Any, until: datetime = MONDAY + 2 * timedelta(days=1)) -> list[Any]:
    office = _with(an_office(*members), rota)
    return [
        (f"{one.from_at.astimezone(TOKYO):%d %H:%M}", one.account_id, one.gap, one.is_open)
        for one in lines(office, MONDAY, until)
    ]


def test_a_time_without_anybody_is_named_apart_from_opening_hours() -> None:
    told = shown(NIGHTS, a_member(AOKI), a_member(BABA))

    assert told == [
        ("23 00:00", None, "nobody_on_duty", False),  # 勤労感謝の日: the office is closed
        ("23 17:30", AOKI, None, False),
        ("24 08:30", None, "nobody_on_duty", False),
        ("24 09:00", None, "nobody_on_duty", True),
        ("24 17:00", None, "nobody_on_duty", False),
        ("24 17:30", BABA, None, False),
    ]


@pytest.mark.parametrize(
    ("members", "why"),
    [
        ([a_member(AOKI, is_active=False), a_member(BABA)], "suspended"),
        ([a_member(BABA)], "not_a_member"),
        ([a_member(AOKI, away=[("2026-11-20 00:00", "2026-11-30 00:00")]), a_member(BABA)], "away"),
    ],
)
def test_duties_of_whoever_cannot_be_there_are_gaps(members: list[Any], why: str) -> None:
    assert ("23 17:30", AOKI, why, False) in shown(NIGHTS, *members)


def test_an_absence_makes_a_gap_of_its_own_length_only() -> None:
    away = a_member(AOKI, away=[("2026-11-23 20:00", "2026-11-23 22:00")])

    told = [line for line in shown(NIGHTS, away, a_member(BABA)) if line[1] == AOKI]

    assert told == [
        ("23 17:30", AOKI, None, False),
        ("23 20:00", AOKI, "away", False),
        ("23 22:00", AOKI, None, False),
    ]
