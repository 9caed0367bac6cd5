"""Figures of a desk and of an office: counted by the database as one would count them one by one."""

from datetime import date, datetime

import pytest

from chassis.clock import TOKYO
from chassis.ids import new_id
from contracts.errors import AccessDenied, Invalid
from contracts.sharing import HandoffAccepted, HandoffSeen
from contracts.statistics import Statistics
from tests.service.notify import histories
from tests.service.notify.offices import acknowledge, announce
from tests.support.calls import a_caller

START = datetime(2025, 3, 1, tzinfo=TOKYO)
FIRST, LAST = date(2025, 3, 3), date(2025, 3, 20)


def asked(town, first_day=FIRST, last_day=LAST, role="desk", office_id=None):
    caller = a_caller(role, office_id=office_id or town.desk)
    days = {"first_day": first_day, "last_day": last_day}
    return town.stack.ask("notify", "get_statistics", days, caller=caller)


def today(town, **who):
    day = town.stack.clock.now().astimezone(TOKYO).date()
    return asked(town, day, day, **who)


def see(town, handoff_id):
    announce(town, HandoffSeen, handoff_id, seen_by=town.aoki, seen_at=town.stack.clock.now())


@pytest.mark.parametrize(("seed", "size"), [(1, 0), (2, 1), (3, 2), (4, 10), (5, 11), (6, 200)])
def test_the_database_counts_as_one_would_count_one_by_one(town, seed, size):
    offices = [town.sakura, new_id(), new_id()]
    there = (*offices, town.desk)
    people = [(new_id(), there[number % 4]) for number in range(8)]
    made = histories.a_history(
        seed, desk_id=town.desk, office_ids=offices, people=people, start=START, days=30, size=size
    )
    histories.keep(town.stack.database("notify"), made)

    found = asked(town), asked(town, role="office_manager", office_id=town.sakura)

    assert [Statistics().validate(each) for each in found] == [{}, {}]
    days = {"first_day": FIRST.isoformat(), "last_day": LAST.isoformat()}
    assert found[0] == days | histories.counted(made, FIRST, LAST, own_id=town.desk)
    assert found[1] == days | histories.counted(made, FIRST, LAST, office_id=town.sakura)


def test_what_facts_tell_is_counted_by_the_clock_and_in_office_time(town):
    town.open_all()
    town.stack.clock.set("2026-11-24 16:50")
    handoff_id = town.send_note()
    town.stack.clock.set("2026-11-24 17:20")
    see(town, handoff_id)
    town.settle()
    town.stack.clock.set("2026-11-25 09:05")
    acknowledge(town, handoff_id)
    town.settle()
    town.stack.clock.set("2026-11-24 18:00")

    took = today(town)["whole"]["took"]

    minutes = {name: round(spread["median_s"] / 60) for name, spread in took.items()}
    assert minutes == {"seen": 30, "seen_office": 10, "acknowledged": 975, "acknowledged_office": 15}


def test_the_first_time_counts_in_whatever_order_it_is_told(town):
    town.open_all()
    handoff_id = town.send_note()
    now = town.stack.clock.advance(minutes=5)
    town.stack.clock.advance(minutes=5)
    later = town.stack.clock.now()
    for at in (later, now, later):
        told = {"accepted_by": town.aoki, "office_id": town.sakura, "accepted_at": at}
        announce(town, HandoffAccepted, handoff_id, **told)
        town.settle()

    spread = today(town)["whole"]["took"]["acknowledged"]

    assert (spread["count"], round(spread["median_s"] / 60)) == (1, 5)


def test_what_was_seen_before_its_note_came_is_counted_without_office_time(town):
    town.open_all()
    note = town.a_note()
    see(town, note.data["handoff_id"])
    town.settle()
    town.stack.broker.publish(note)
    town.settle()

    whole = today(town)["whole"]

    assert (whole["arrived"], whole["seen"], whole["waiting"]) == (1, 1, 1)
    assert whole["took"]["seen_office"] == {"count": 0, "median_s": None, "p90_s": None}
    assert town.inbox(town.aoki)["waiting"] == 1


def test_others_see_nothing_of_it(town):
    town.open_all()
    town.send_note()

    assert today(town)["whole"]["arrived"] == 1
    assert today(town, role="office_manager", office_id=town.sakura)["whole"]["arrived"] == 1
    assert today(town, office_id=new_id())["whole"]["arrived"] == 0
    assert today(town, role="office_manager", office_id=town.hospital)["whole"]["arrived"] == 0
    with pytest.raises(AccessDenied):
        today(town, role="care_manager", office_id=town.sakura)


@pytest.mark.parametrize(
    ("days", "code"),
    [
        ((date(2026, 2, 1), date(2026, 1, 31)), "before_start"),
        ((date(2025, 1, 1), date(2026, 1, 2)), "out_of_range"),
    ],
)
def test_days_in_the_wrong_order_or_of_more_than_a_year_are_refused(town, days, code):
    with pytest.raises(Invalid) as refusal:
        asked(town, *days)

    assert refusal.value.fields == {"last_day": [code]}
