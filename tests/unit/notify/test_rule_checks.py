"""Rungs that could never run are refused, each at its field."""

import pytest

from contracts.rules import RULES, TARGETS
from services.notify.rule_checks import faults
from services.notify.rules import rule_wire
from services.notify.shipped import rule_sets

URGENT, TODAY = RULES


def a_rung(target, wait=15, unit="office", repeats=0):
    return {"target": target, "wait": wait, "unit": unit, "repeats": repeats}


def the(*targets):
    return [a_rung(target) for target in targets]


def test_what_is_shipped_can_run():
    found = [
        faults(name, rule_wire(rule)["rungs"]) for each in rule_sets() for name, rule in each.rules.items()
    ]

    assert found == [{}, {}]


@pytest.mark.parametrize(
    ("rungs", "wrong"),
    [
        (the("care_manager", "office_manager"), {"rungs": ["desk_missing"]}),
        ([], {"rungs": ["desk_missing"]}),
        (the("desk"), {"rungs.0.target": ["nobody_before_desk"]}),
        (the("care_manager", "desk", "deputy"), {"rungs.2.target": ["after_the_end"]}),
        (the("care_manager", "desk", "desk"), {"rungs.2.target": ["after_the_end"]}),
        (the("care_manager", "care_manager", "desk"), {"rungs.1.target": ["asked_before"]}),
        (the("care_manager", "deputy", "care_manager", "desk"), {"rungs.2.target": ["asked_before"]}),
        (the("office", "deputy", "desk"), {"rungs.1.target": ["asked_before"]}),
        (the("office", "on_duty", "desk"), {"rungs.1.target": ["asked_before"]}),
        (the("on_duty", "desk"), {"rungs.0.target": ["duty_alone"]}),
        ([a_rung("care_manager", repeats=6), *the("desk")], {"rungs.0.repeats": ["too_many_repeats"]}),
        ([*the("care_manager"), a_rung("desk", repeats=1)], {"rungs.1.repeats": ["desk_repeats_anyway"]}),
        ([a_rung("care_manager", 241, "clock"), *the("desk")], {"rungs.0.wait": ["past_the_deadline"]}),
        ([a_rung("care_manager", 241), *the("desk")], {"rungs.0.wait": ["past_the_deadline"]}),
        # It is the rung that goes past it which is told, once.
        (
            [
                a_rung("care_manager", 100, "clock", repeats=1),
                a_rung("deputy", 41),
                *the("office_manager", "desk"),
            ],
            {"rungs.1.wait": ["past_the_deadline"]},
        ),
    ],
)
def test_a_rung_that_can_never_run_is_refused(rungs, wrong):
    assert faults(URGENT, rungs) == wrong


def test_whoever_is_asked_alone_may_be_asked_with_everybody_later():
    assert faults(URGENT, the("care_manager", "office", "desk")) == {}


def test_the_deadline_is_that_of_the_urgency():
    rungs = [a_rung("care_manager", 240, "clock", repeats=5), *the("desk")]

    assert faults(TODAY, rungs) == {}
    assert faults(URGENT, rungs) == {"rungs.0.wait": ["past_the_deadline"]}


def test_every_target_can_stand_in_a_rule():
    longest = the("care_manager", "deputy", "on_duty", "office_manager", "office", "desk")

    assert sorted(rung["target"] for rung in longest) == sorted(TARGETS)
    assert faults(URGENT, longest) == {}
