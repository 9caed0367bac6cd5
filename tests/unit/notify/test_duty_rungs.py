"""A rung asks whoever is on duty when it is asked; where nobody is, the next rung has it at once."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from services.notify import wishes
from services.notify.candidates import Receivers
from services.notify.domain import Plan, climb, for_now, plan_ladder, replan_ladder
from services.notify.duties import Rota
from services.notify.rules import rule_from
from services.notify.timeline import draw, receivers
from tests.unit.notify.test_duties import NIGHTS, every, once
from tests.unit.notify.test_ladder_plan import (
    AOKI,
    BABA,
    MANAGER,
    a_desk,
    a_member,
    an_office,
    starts,
    tokyo,
)
from tests.unit.notify.test_rules_in_plans import a_rung
from tests.unit.notify.test_wishes import NIGHT, wished

EVENING = tokyo("2026-11-23 18:00")
NURSE = replace(a_member("nurse"), roles=frozenset({"clinician"}))
RULE = (a_rung("on_duty", 30, "clock"), a_rung("deputy"), a_rung("office_manager"))


def to(*rungs: Any, members: Any = (), rota: Rota = NIGHTS) -> Receivers:
    office = replace(an_office(*members), rota=rota)
    rule = rule_from({"rungs": [*(rungs or RULE), a_rung("desk", 30)], "remind_desk": 60})
    return Receivers(AOKI, office, a_desk(), rule)


def asked(plan: Plan) -> list[Any]:
    return [rung.skipped or rung.account_ids for rung in plan.rungs]


@pytest.mark.parametrize(
    ("at", "who"),
    [
        ("2026-11-23 18:00", (AOKI,)),
        ("2026-11-24 08:29", (AOKI,)),
        ("2026-11-24 18:00", (BABA,)),
        ("2026-11-24 12:00", "nobody_on_duty"),
    ],
)
def test_who_is_on_duty_at_that_moment_is_asked(at: str, who: Any) -> None:
    assert asked(plan_ladder(to(), tokyo(at)))[0] == who


def test_without_anybody_on_duty_the_next_rung_is_asked_at_once() -> None:
    plan = plan_ladder(to(rota=Rota()), EVENING)

    assert starts(plan)[:2] == ["nobody_on_duty", (BABA, "11-23 18:00")]
    assert plan.current == 2


def test_it_is_the_hour_of_the_rung_that_counts_not_that_of_the_note() -> None:
    late = to(a_rung("office_manager", 60, "clock"), a_rung("on_duty"))

    plan = plan_ladder(late, tokyo("2026-11-23 17:00"))

    assert asked(plan)[1] == (AOKI,)


@pytest.mark.parametrize(
    ("members", "why"),
    [
        ((a_member(AOKI, is_active=False), a_member(BABA)), "suspended"),
        ((a_member(BABA),), "not_a_member"),
        ((a_member(AOKI, away=[("2026-11-23 12:00", "2026-11-23 19:00")]), a_member(BABA)), "away"),
        ((replace(NURSE, account_id=AOKI), a_member(BABA)), "may_not_answer"),
    ],
)
def test_a_duty_of_whoever_cannot_answer_counts_for_nothing(members: Any, why: str) -> None:
    assert asked(plan_ladder(to(members=members), EVENING))[0] == why


def test_whoever_was_asked_before_is_not_asked_as_the_one_on_duty() -> None:
    plan = plan_ladder(to(a_rung("care_manager", 10, "clock"), a_rung("on_duty"), a_rung("deputy")), EVENING)

    assert asked(plan)[1] == "same_person"


def test_a_ladder_that_climbs_early_asks_who_is_on_duty_by_then() -> None:
    rules = a_rung("office_manager", 60, "clock"), a_rung("on_duty", 30, "clock"), a_rung("deputy")
    ladder = to(*rules)
    plan = plan_ladder(ladder, tokyo("2026-11-23 17:00"))

    early = for_now(ladder, plan, tokyo("2026-11-23 17:05"))
    climbed = climb(early, ladder.desk, ladder.rule, tokyo("2026-11-23 17:05"))

    assert asked(plan)[1] == (AOKI,)
    assert asked(early)[1] == "nobody_on_duty"
    assert climbed.rung(climbed.current).account_ids == (BABA,)
    assert for_now(ladder, plan, tokyo("2026-11-23 18:00")) == plan


def test_another_rota_asks_somebody_else_and_who_was_asked_rightly_stays() -> None:
    before = plan_ladder(to(), EVENING)
    before = before.with_rung(replace(before.rung(1), started_at=EVENING))
    ill = Rota(NIGHTS.weekly, (once("2026-11-23", "17:30", "08:30", MANAGER),))
    later = Rota(NIGHTS.weekly, (once("2026-11-23", "18:15", "08:30", MANAGER),))
    now = EVENING + timedelta(minutes=20)

    assert replan_ladder(to(rota=ill), before, now).rung(1).account_ids == (MANAGER,)
    assert replan_ladder(to(rota=later), before, now).rung(1).account_ids == (AOKI,)


def test_the_line_of_no_office_has_somebody_on_duty_and_that_of_an_office_its_own_rota() -> None:
    ladder = to()
    model = draw(receivers(ladder.rule, None, ladder.desk), EVENING)
    own = draw(receivers(ladder.rule, replace(ladder.office, rota=Rota()), ladder.desk), EVENING)

    assert [
        (step["role"], step["what"], step["skipped"]) for step in (model["steps"][0], own["steps"][0])
    ] == [
        ("on_duty", "asked", None),
        ("on_duty", "skipped", "nobody_on_duty"),
    ]


# Duty and wishes -------------------------------------------------------------------------------

QUIET = wished(quiet_weekdays=NIGHT)
UNTIL = tokyo("2026-11-25 12:00")


@pytest.mark.parametrize(
    ("at", "duty", "goes_at", "why"),
    [
        ("2026-11-24 21:00", ("2026-11-24 17:30", "2026-11-25 08:30"), "2026-11-24 21:00", "on_duty"),
        ("2026-11-24 21:00", ("2026-11-24 23:00", "2026-11-25 08:30"), "2026-11-24 23:00", "waits"),
        ("2026-11-24 21:00", ("2026-11-24 17:30", "2026-11-24 21:00"), "2026-11-25 07:00", "waits"),
        ("2026-11-24 21:00", ("2026-11-25 08:00", "2026-11-25 09:00"), "2026-11-25 07:00", "waits"),
        ("2026-11-24 19:00", ("2026-11-24 17:30", "2026-11-25 08:30"), "2026-11-24 19:00", "at_once"),
    ],
)
def test_being_on_duty_breaks_through_what_one_wishes(at: str, duty: Any, goes_at: str, why: str) -> None:
    duties = [(tokyo(duty[0]), tokyo(duty[1]))]

    assert wishes.letter_at(QUIET, tokyo(at), UNTIL, duties) == tokyo(goes_at)
    assert wishes.why(QUIET, "today", tokyo(at), UNTIL, duties) == why


def test_a_day_round_duty_is_always_there() -> None:
    rota = Rota(tuple(every(day, "09:00", "09:00") for day in ("mon", "tue")))

    assert asked(plan_ladder(to(rota=rota), tokyo("2026-11-24 12:00")))[0] == (AOKI,)
