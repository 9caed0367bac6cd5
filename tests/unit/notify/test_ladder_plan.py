from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from chassis.calendar import DEFAULT_HOURS, OfficeCalendar
from chassis.clock import TOKYO
from services.notify.candidates import Receivers
from services.notify.domain import (
    climb,
    later_end,
    may_see,
    next_rung,
    plan_ladder,
    remind_desk_at,
    replan_ladder,
)
from services.notify.offices import Member, Office
from services.notify.shipped import shipped_rule

AOKI, BABA, MANAGER = "cm-aoki", "cm-baba", "om-sakura"
DESK_ONE, DESK_TWO = "desk-1", "desk-2"
ROLE_OF = {AOKI: "care_manager", BABA: "care_manager", MANAGER: "office_manager"}


def tokyo(text):
    return datetime.fromisoformat(text).replace(tzinfo=TOKYO)


def a_member(account_id, deputy=None, away=(), is_active=True):
    spans = tuple((tokyo(start), tokyo(end)) for start, end in away)
    role = ROLE_OF.get(account_id, "desk")
    return Member(account_id, frozenset([role]), deputy, is_active, spans)


def an_office(*members, manager=MANAGER, calendar=None):
    if not members:
        members = (a_member(AOKI, deputy=BABA), a_member(BABA), a_member(MANAGER))
    return Office("sakura", calendar or _provisional(), members, manager, is_known=True, version=1)


def a_desk(*members, calendar=None):
    members = members or (a_member(DESK_ONE), a_member(DESK_TWO))
    return Office("desk", calendar or _provisional(), members, None, is_known=True, version=1)


def _provisional(spans=(("09:00", "17:00"),), **changes):
    days = [{"opens": opens, "closes": closes} for opens, closes in spans]
    weekly = {day: days for day in ("mon", "tue", "wed", "thu", "fri")}
    return OfficeCalendar.from_wire({**DEFAULT_HOURS, "weekly": weekly, **changes})


def receivers(office=None, desk=None, to=AOKI, urgency="today"):
    rule = shipped_rule(f"discharge_noted.{urgency}", tokyo("2026-11-24 10:00"))
    return Receivers(to, office or an_office(), desk or a_desk(), rule)


def starts(plan):
    """Every rung as (who, when) or (reason), and the desk's end."""
    shown = [
        rung.skipped or (",".join(rung.account_ids), f"{rung.starts_at.astimezone(TOKYO):%m-%d %H:%M}")
        for rung in plan.rungs
    ]
    return [*shown, f"{plan.rungs[-1].due_at.astimezone(TOKYO):%m-%d %H:%M}"]


DESK = "desk-1,desk-2"


@pytest.mark.parametrize(
    ("urgency", "noted", "expected"),
    [
        # A Tuesday morning, nothing in between.
        ("urgent", "2026-11-24 10:00", ["10:00", "10:15", "10:30", "11:00", "11:30"]),
        ("today", "2026-11-24 09:30", ["09:30", "10:30", "11:30", "13:30", "14:30"]),
    ],
)
def test_each_rung_has_its_time(urgency, noted, expected):
    plan = plan_ladder(receivers(urgency=urgency), tokyo(noted))

    times = [f"11-24 {at}" for at in expected]
    assert starts(plan) == [
        (AOKI, times[0]),
        (BABA, times[1]),
        (MANAGER, times[2]),
        (DESK, times[3]),
        times[4],
    ]
    assert plan.current == 1
    assert plan.next_at == plan.rung(2).starts_at


def test_a_note_of_friday_evening_is_asked_at_once_and_counts_from_monday():
    plan = plan_ladder(receivers(), tokyo("2026-11-27 18:30"))

    assert starts(plan) == [
        (AOKI, "11-27 18:30"),
        (BABA, "11-30 10:00"),
        (MANAGER, "11-30 11:00"),
        (DESK, "11-30 13:00"),
        "11-30 14:00",
    ]


def test_a_note_before_a_holiday_counts_from_the_day_after():
    # Friday 16:45; Monday 23 November is 勤労感謝の日.
    plan = plan_ladder(receivers(urgency="urgent"), tokyo("2026-11-20 16:45"))

    assert starts(plan) == [
        (AOKI, "11-20 16:45"),
        (BABA, "11-20 17:00"),
        (MANAGER, "11-24 09:15"),
        (DESK, "11-24 09:45"),
        "11-24 10:15",
    ]


def test_a_lunch_break_stops_every_clock():
    lunch = _provisional((("09:00", "12:00"), ("13:00", "17:00")))

    plan = plan_ladder(receivers(an_office(calendar=lunch), urgency="urgent"), tokyo("2026-11-24 11:50"))

    assert starts(plan)[:4] == [
        (AOKI, "11-24 11:50"),
        (BABA, "11-24 13:05"),
        (MANAGER, "11-24 13:20"),
        (DESK, "11-24 13:50"),
    ]


def test_the_desk_counts_by_its_own_hours():
    late = a_desk(calendar=_provisional((("13:00", "20:00"),)))

    plan = plan_ladder(receivers(desk=late, urgency="urgent"), tokyo("2026-11-24 10:00"))

    assert starts(plan)[3:] == [(DESK, "11-24 11:00"), "11-24 13:30"]


AWAY = ("2026-11-24 00:00", "2026-11-25 00:00")


@pytest.mark.parametrize(
    ("members", "manager", "reasons", "current"),
    [
        ([a_member(AOKI), a_member(MANAGER)], MANAGER, [None, "no_deputy", None, None], 1),
        (
            [a_member(AOKI, deputy=BABA, away=[AWAY]), a_member(BABA)],
            None,
            ["away", None, "no_manager", None],
            2,
        ),
        (
            [a_member(AOKI, deputy=BABA), a_member(BABA, is_active=False), a_member(MANAGER)],
            MANAGER,
            [None, "suspended", None, None],
            1,
        ),
        (
            [a_member(AOKI, deputy=BABA, is_active=False), a_member(BABA)],
            BABA,
            ["suspended", None, "same_person", None],
            2,
        ),
        ([a_member(AOKI, deputy=AOKI)], AOKI, [None, "same_person", "same_person", None], 1),
        ([a_member(BABA)], "gone", ["not_a_member", "no_deputy", "not_a_member", None], 4),
        (
            [
                a_member(AOKI, deputy=BABA, away=[AWAY]),
                a_member(BABA, away=[AWAY]),
                a_member(MANAGER, away=[AWAY]),
            ],
            MANAGER,
            ["away", "away", "away", None],
            4,
        ),
    ],
)
def test_who_cannot_be_asked_is_skipped_with_a_reason(members, manager, reasons, current):
    plan = plan_ladder(receivers(an_office(*members, manager=manager)), tokyo("2026-11-24 10:00"))

    assert [rung.skipped for rung in plan.rungs] == reasons
    assert plan.current == current
    assert plan.rung(current).starts_at == tokyo("2026-11-24 10:00")


def test_who_is_back_when_the_clock_starts_is_asked():
    back = a_member(AOKI, deputy=BABA, away=[("2026-11-27 00:00", "2026-11-30 09:00")])

    plan = plan_ladder(receivers(an_office(back, a_member(BABA))), tokyo("2026-11-27 18:30"))

    assert plan.rung(1).skipped is None


def test_who_leaves_before_the_clock_starts_is_not_asked():
    leaving = a_member(AOKI, deputy=BABA, away=[("2026-11-30 00:00", "2026-12-01 00:00")])

    plan = plan_ladder(receivers(an_office(leaving, a_member(BABA))), tokyo("2026-11-27 18:30"))

    assert plan.rung(1).skipped == "away"


def test_an_office_without_members_goes_to_its_manager():
    plan = plan_ladder(receivers(an_office(a_member(MANAGER)), to=None), tokyo("2026-11-24 10:00"))

    assert [rung.skipped for rung in plan.rungs] == ["no_member", "no_deputy", None, None]


def test_a_person_without_care_manager_goes_to_the_desk_at_once():
    plan = plan_ladder(replace(receivers(to=None), office=Office(None)), tokyo("2026-11-24 10:00"))

    assert [rung.skipped for rung in plan.rungs] == ["no_office"] * 3 + [None]
    assert starts(plan)[3:] == [(DESK, "11-24 10:00"), "11-24 11:00"]
    assert plan.is_complete


def test_an_office_not_known_yet_asks_the_desk_at_once():
    plan = plan_ladder(replace(receivers(), office=Office("sakura")), tokyo("2026-11-24 10:00"))

    assert starts(plan)[:4] == [
        (AOKI, "11-24 10:00"),
        "not_known_yet",
        "not_known_yet",
        (DESK, "11-24 10:00"),
    ]
    assert not plan.is_complete
    assert plan.hours_are_provisional


@pytest.mark.parametrize(
    ("desk", "asked"),
    [
        (Office("desk"), ()),
        (a_desk(a_member(DESK_ONE, is_active=False)), ()),
        (a_desk(a_member(DESK_ONE, away=[AWAY]), a_member(DESK_TWO)), (DESK_TWO,)),
        (a_desk(a_member(DESK_ONE, away=[AWAY])), (DESK_ONE,)),
    ],
)
def test_the_desk_is_never_skipped(desk, asked):
    plan = plan_ladder(receivers(desk=desk, to=None), tokyo("2026-11-24 10:00"))

    last = plan.rungs[-1]
    assert (last.skipped, last.office_id, last.account_ids) == (None, "desk", asked)


def test_an_office_without_an_account_is_said_to_have_none():
    plan = plan_ladder(replace(receivers(to=None), office=Office("sakura")), tokyo("2026-11-24 10:00"))

    assert [rung.skipped for rung in plan.rungs] == ["no_member", "not_known_yet", "not_known_yet", None]
    assert not plan.is_complete


def test_an_office_that_never_opens_is_passed_over():
    closed = _provisional(weekly={})

    plan = plan_ladder(
        receivers(an_office(calendar=closed), a_desk(calendar=closed)), tokyo("2026-11-24 10:00")
    )

    assert [rung.skipped for rung in plan.rungs] == ["never_open"] * 3 + [None]
    assert starts(plan)[3:] == [(DESK, "11-24 10:00"), "11-24 11:00"]


def test_an_office_that_closes_for_good_hands_on_at_once():
    last_day = [tokyo("2026-11-25 00:00").date() + timedelta(days=day) for day in range(900)]
    closing = _provisional(closed_days=last_day)

    plan = plan_ladder(receivers(an_office(calendar=closing)), tokyo("2026-11-24 16:30"))

    assert [rung.skipped for rung in plan.rungs] == [None, None, None, None]
    assert plan.rung(4).starts_at == tokyo("2026-11-24 16:30")


def test_a_ladder_climbs_over_what_is_skipped_and_ends_at_the_desk():
    to = receivers(an_office(a_member(AOKI), a_member(MANAGER)))
    plan = plan_ladder(to, tokyo("2026-11-24 10:00"))
    path = []

    while next_rung(plan):
        plan = climb(plan, to.desk, to.rule, plan.next_at)
        path.append(plan.current)

    assert path == [3, 4]
    assert plan.rung(4).started_at == tokyo("2026-11-24 13:00")
    assert plan.next_at == tokyo("2026-11-24 14:00")


def test_a_desk_that_is_reached_late_still_has_its_own_time():
    to = receivers(urgency="urgent")
    plan = plan_ladder(to, tokyo("2026-11-24 10:00"))

    for _ in range(3):
        plan = climb(plan, to.desk, to.rule, tokyo("2026-11-24 15:00"))

    assert plan.current == 4
    assert plan.next_at == tokyo("2026-11-24 15:30")


def test_the_desk_is_reminded_by_its_office_time():
    at = remind_desk_at(a_desk(), receivers().rule, tokyo("2026-11-24 15:00"))

    assert at == tokyo("2026-11-25 11:00")


def _started(plan, at):
    first = replace(plan.rung(1), started_at=tokyo(at))
    return replace(plan, rungs=(first, *plan.rungs[1:]))


def test_a_ladder_without_its_copy_starts_anew_when_the_copy_arrives():
    blind = plan_ladder(replace(receivers(), office=Office("sakura")), tokyo("2026-11-24 10:00"))

    plan = replan_ladder(receivers(), blind, tokyo("2026-11-24 10:05"))

    assert plan == plan_ladder(receivers(), tokyo("2026-11-24 10:05"))


def test_a_new_deputy_takes_the_place_on_the_ladder():
    before = _started(
        plan_ladder(receivers(an_office(a_member(AOKI))), tokyo("2026-11-24 10:00")), "2026-11-24 10:00"
    )

    plan = replan_ladder(receivers(), before, tokyo("2026-11-24 10:20"))

    assert starts(plan)[:3] == [(AOKI, "11-24 10:00"), (BABA, "11-24 11:00"), (MANAGER, "11-24 12:00")]
    assert plan.current == 1
    assert plan.rung(1).started_at == tokyo("2026-11-24 10:00")


def test_who_is_suspended_while_asked_is_asked_no_longer():
    before = _started(plan_ladder(receivers(), tokyo("2026-11-24 10:00")), "2026-11-24 10:00")
    office = an_office(a_member(AOKI, deputy=BABA, is_active=False), a_member(BABA), a_member(MANAGER))

    plan = replan_ladder(receivers(office), before, tokyo("2026-11-24 10:20"))

    assert plan.current == 1
    assert plan.next_at == tokyo("2026-11-24 10:20")
    assert starts(plan)[1:3] == [(BABA, "11-24 10:20"), (MANAGER, "11-24 11:20")]


def test_a_change_that_moves_nothing_leaves_the_plan_as_it_is():
    before = _started(plan_ladder(receivers(), tokyo("2026-11-24 10:00")), "2026-11-24 10:00")

    assert replan_ladder(receivers(), before, tokyo("2026-11-24 10:20")) == before


@pytest.mark.parametrize(
    ("known", "heard", "counts"),
    [
        (None, "acknowledged", "acknowledged"),
        ("acknowledged", "accepted", "accepted"),
        ("accepted", "acknowledged", "accepted"),
        ("recalled", "acknowledged", "recalled"),
        ("declined", "superseded", "superseded"),
    ],
)
def test_a_handoff_ends_by_what_weighs_most(known, heard, counts):
    assert later_end(known, heard) == counts


def test_a_ladder_is_seen_by_both_sides_and_by_whom_it_reached():
    plan = _started(plan_ladder(receivers(), tokyo("2026-11-24 10:00")), "2026-11-24 10:00")
    on_top = climb(replace(plan, current=3), a_desk(), receivers().rule, tokyo("2026-11-24 14:00"))

    assert may_see("hospital", "hospital", "sakura", plan.rungs)
    assert may_see("sakura", "hospital", "sakura", plan.rungs)
    assert not may_see("desk", "hospital", "sakura", plan.rungs)
    assert may_see("desk", "hospital", "sakura", on_top.rungs)
    assert not may_see(None, None, None, plan.rungs)
