from datetime import date, datetime, timedelta

import pytest

from chassis.clock import TOKYO
from services.notify import ladders

HALF = """
[[ladder]]
valid_from = 2026-04-01
source = "試験"
[ladder.urgent]
care_manager = {first}
deputy = 15
office_manager = 30
desk = 30
desk_repeat = 60
[ladder.today]
care_manager = 60
deputy = 60
office_manager = 120
desk = 60
desk_repeat = 60
"""


def test_the_shipped_waits_are_those_of_the_design():
    (shipped,) = ladders.ladders()

    urgent, today = shipped.waits["urgent"], shipped.waits["today"]
    minutes = timedelta(minutes=1)
    assert [urgent.of(role) / minutes for role in ("care_manager", "deputy", "office_manager")] == [
        15,
        15,
        30,
    ]
    assert [today.of(role) / minutes for role in ("care_manager", "deputy", "office_manager")] == [
        60,
        60,
        120,
    ]
    assert (urgent.desk / minutes, today.desk / minutes) == (30, 60)
    assert shipped.source


@pytest.mark.parametrize(
    "broken", ["", HALF.format(first=0), HALF.format(first=-5), HALF.format(first='"15"')]
)
def test_half_a_ladder_is_refused(broken):
    with pytest.raises((KeyError, ValueError, TypeError)):
        ladders.read(broken)


def test_a_later_ladder_holds_from_its_day_in_japan(monkeypatch):
    later = HALF.format(first=5).replace("2026-04-01", "2027-04-01")
    known = ladders.read(HALF.format(first=15) + later)
    monkeypatch.setattr(ladders, "ladders", lambda: known)

    before = ladders.waits_for("urgent", datetime(2027, 3, 31, 23, 59, tzinfo=TOKYO))
    after = ladders.waits_for("urgent", datetime(2027, 4, 1, 0, 0, tzinfo=TOKYO))

    assert [ladder.valid_from for ladder in known] == [date(2026, 4, 1), date(2027, 4, 1)]
    assert (before.care_manager, after.care_manager) == (timedelta(minutes=15), timedelta(minutes=5))
