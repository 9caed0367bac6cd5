"""What a desk's own rule makes of a ladder: waits by the clock, reminders, the whole office."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.notify.candidates import Receivers
from services.notify.domain import climb, is_to_remind, next_rung, plan_ladder, remind, replan_ladder
from services.notify.rules import rule_from
from services.notify.timeline import draw
from tests.unit.notify.test_ladder_plan import AOKI, BABA, MANAGER, a_desk, a_member, an_office, tokyo

CLOSED = tokyo("2026-11-27 18:30")  # Friday evening


def a_rung(target, wait=10, unit="office", repeats=0):
    return {"target": target, "wait": wait, "unit": unit, "repeats": repeats}


def by(*rungs, office=None):
    rule = rule_from({"rungs": [*rungs, a_rung("desk", 30)], "remind_desk": 60})
    return Receivers(AOKI, office or an_office(), a_desk(), rule)


def test_a_wait_by_the_clock_goes_on_at_night():
    plan = plan_ladder(by(a_rung("care_manager", 30, "clock"), a_rung("deputy")), CLOSED)

    assert plan.rung(2).starts_at == tokyo("2026-11-27 19:00")
    assert plan.rung(3).starts_at == tokyo("2026-11-30 09:10")


@pytest.mark.parametrize(("unit", "who"), [("clock", ()), ("office", (AOKI,))])
def test_whoever_is_away_only_until_the_morning_is_asked_where_the_night_does_not_count(unit, who):
    members = (a_member(AOKI, away=[("2026-11-27 18:00", "2026-11-28 00:00")]), a_member(MANAGER))

    plan = plan_ladder(by(a_rung("care_manager", 30, unit), office=an_office(*members)), CLOSED)

    assert plan.rung(1).account_ids == who


def test_everybody_who_may_answer_and_was_not_asked_yet_is_asked_together():
    nurse = replace(a_member("nurse"), roles=frozenset({"care_worker"}))
    office = an_office(a_member(AOKI), a_member(BABA), a_member(MANAGER), nurse)

    plan = plan_ladder(by(a_rung("care_manager"), a_rung("office"), office=office), CLOSED)

    assert plan.rung(2).account_ids == (BABA, MANAGER)


def test_an_office_of_which_all_were_asked_is_skipped():
    plan = plan_ladder(by(a_rung("care_manager"), a_rung("office"), office=an_office(a_member(AOKI))), CLOSED)

    assert (plan.rung(2).skipped, next_rung(plan).number) == ("same_person", 3)


def test_reminders_come_after_each_wait_and_the_next_rung_after_the_last():
    plan = plan_ladder(by(a_rung("care_manager", 20, repeats=2)), tokyo("2026-11-24 10:00"))

    assert plan.rung(1).remind_at == (tokyo("2026-11-24 10:20"), tokyo("2026-11-24 10:40"))
    assert (plan.next_at, plan.rung(2).starts_at) == (tokyo("2026-11-24 10:20"), tokyo("2026-11-24 11:00"))
    assert remind(plan, tokyo("2026-11-24 10:20")).next_at == tokyo("2026-11-24 10:40")


def test_after_a_standstill_one_reminder_is_enough_and_none_once_the_next_is_due():
    plan = plan_ladder(by(a_rung("care_manager", 20, repeats=2)), tokyo("2026-11-24 10:00"))

    assert remind(plan, tokyo("2026-11-24 10:45")).next_at == tokyo("2026-11-24 11:00")
    assert is_to_remind(plan.rung(1), tokyo("2026-11-24 10:45"))
    assert not is_to_remind(plan.rung(1), tokyo("2026-11-24 11:00"))


def test_whoever_is_out_of_reach_is_left_and_not_reminded_before_the_time():
    plan = plan_ladder(by(a_rung("care_manager", 20, repeats=2)), tokyo("2026-11-24 10:00"))

    assert not is_to_remind(plan.rung(1), tokyo("2026-11-24 10:01"))


def test_who_was_reminded_is_not_reminded_again_when_the_ladder_is_planned_anew():
    to = by(a_rung("care_manager", 20, repeats=2))
    plan = plan_ladder(to, tokyo("2026-11-24 10:00"))
    plan = plan.with_rung(replace(plan.rung(1), started_at=tokyo("2026-11-24 10:00")))
    plan = remind(plan, tokyo("2026-11-24 10:20"))

    anew = replan_ladder(to, plan, tokyo("2026-11-24 10:30"))

    assert anew.next_at == tokyo("2026-11-24 10:40")


def test_the_line_has_the_times_at_which_the_ladder_climbs():
    to = by(a_rung("care_manager", 20, repeats=1), a_rung("deputy", 45, "clock"), a_rung("office"))
    plan = plan_ladder(to, CLOSED)
    climbed = [(plan.current, CLOSED)]

    while plan.next_at and (is_to_remind(plan.rung(plan.current), plan.next_at) or next_rung(plan)):
        at = plan.next_at
        if is_to_remind(plan.rung(plan.current), at):
            plan = remind(plan, at)
        else:
            plan = climb(plan, to.desk, to.rule, at)
        climbed.append((plan.current, at))

    told = draw(to, CLOSED)
    assert [(step["number"], step["at"]) for step in told["steps"][:-2]] == climbed
    assert told["steps"][-2]["at"] == plan.next_at
    assert told["steps"][-1]["at"] == plan.next_at + timedelta(hours=1)
    assert [day["office_closed"] for day in told["days"]] == [None, "weekday", "weekday", None]
