from datetime import date, datetime, timedelta

import pytest

from chassis.clock import TOKYO
from services.notify import shipped

RULE = """
[set.rules."discharge_noted.{urgency}"]
remind_desk = 60
rungs = [
  {{ target = "care_manager", wait = {first}, unit = "office" }},
  {{ target = "{last}", wait = 30, unit = "office" }},
]
"""


def a_set(first=15, last="desk", valid_from="2026-04-01"):
    head = f'[[set]]\nvalid_from = {valid_from}\nsource = "試験"\n'
    return head + "".join(RULE.format(urgency=name, first=first, last=last) for name in ("urgent", "today"))


def waits(name):
    (known,) = shipped.rule_sets()
    return [(rung.target, rung.wait // timedelta(minutes=1)) for rung in known.rules[name].rungs]


def test_the_shipped_rules_are_those_of_the_design():
    roles = ("care_manager", "deputy", "office_manager", "desk")

    assert waits("discharge_noted.urgent") == list(zip(roles, (15, 15, 30, 30), strict=True))
    assert waits("discharge_noted.today") == list(zip(roles, (60, 60, 120, 60), strict=True))
    (known,) = shipped.rule_sets()
    assert [rule.remind_desk // timedelta(hours=1) for rule in known.rules.values()] == [2, 4]
    assert known.source


@pytest.mark.parametrize(
    "broken", ["", a_set(first=0), a_set(first=-5), a_set(first='"15"'), a_set(last="office_manager")]
)
def test_half_a_rule_is_refused(broken):
    with pytest.raises((KeyError, ValueError, TypeError)):
        shipped.read(broken)


def test_a_later_set_holds_from_its_day_in_japan(monkeypatch):
    known = shipped.read(a_set(first=15) + a_set(first=5, valid_from="2027-04-01"))
    monkeypatch.setattr(shipped, "rule_sets", lambda: known)

    before = shipped.shipped_rule("discharge_noted.urgent", datetime(2027, 3, 31, 23, 59, tzinfo=TOKYO))
    after = shipped.shipped_rule("discharge_noted.urgent", datetime(2027, 4, 1, 0, 0, tzinfo=TOKYO))

    assert [each.valid_from for each in known] == [date(2026, 4, 1), date(2027, 4, 1)]
    assert (before.rungs[0].wait, after.rungs[0].wait) == (timedelta(minutes=15), timedelta(minutes=5))
