"""A desk changes what is asked of whom: for notes that come after, and never for a ladder under way."""

import json
import subprocess
import sys
from datetime import date, datetime, timedelta

import pytest

from contracts.errors import AccessDenied, Conflict, Invalid
from tests.service.notify.test_climbing import current
from tests.support.calls import a_caller
from tests.support.eventually import eventually

URGENT = "discharge_noted.urgent"
PLANNED_ANEW = (
    "SELECT count(*) FROM alert JOIN office ON office_id = to_office_id"
    " WHERE office_id = :id AND hours_revision = 2 AND office_version = version"
)


def a_rung(target, wait=10, unit="office", repeats=0):
    return {"target": target, "wait": wait, "unit": unit, "repeats": repeats}


def ask(town, method, role="desk", **request):
    caller = a_caller(account_id=town.counsellor, office_id=town.desk, role=role)
    return town.stack.ask("notify", method, request, caller=caller)


def change(town, *rungs, version=0, **more):
    rungs = rungs or (a_rung("care_manager"), a_rung("office"), a_rung("desk"))
    wanted = {"rule": URGENT, "version": version, "rungs": list(rungs), "remind_desk": 60, **more}
    found = ask(town, "change_rule", **wanted)
    town.stack.clock.advance(seconds=3)
    return found


def roles(town, handoff_id):
    return [rung["role"] for rung in town.ladder(handoff_id)["rungs"]]


def test_a_change_counts_for_later_notes_and_a_running_ladder_keeps_its_rule(town):
    town.open_all()
    before = town.send_note()

    change(town)
    after = town.send_note()
    town.stack.clock.advance(minutes=11)
    eventually(lambda: current(town, after) == 2)

    assert roles(town, after) == ["care_manager", "office", "desk"]
    assert roles(town, before) == ["care_manager", "deputy", "office_manager", "desk"]
    assert current(town, before) == 1
    # Changed once more, and planned anew, each still is the ladder of its own rule.
    change(town, a_rung("office"), a_rung("desk"), version=1)
    town.tell_hours(town.sakura, revision=2, closed_days=[date(2026, 12, 29)])
    eventually(lambda: town.stack.database("notify").scalar(PLANNED_ANEW, id=town.sakura) == 2)
    assert roles(town, after) == ["care_manager", "office", "desk"]
    town.stack.clock.advance(minutes=5)
    eventually(lambda: current(town, before) == 2)
    assert roles(town, before) == ["care_manager", "deputy", "office_manager", "desk"]
    waits = {item["account_id"] for item in town.ladder(after)["deliveries"] if item["rung"] == 2}
    assert waits >= {town.baba, town.manager}


def test_a_note_that_is_older_than_the_change_goes_by_the_rule_of_its_time(town):
    town.open_all()
    noted_at = town.stack.clock.now()

    change(town)

    assert roles(town, town.send_note(noted_at=noted_at))[1] == "deputy"


def test_whoever_is_to_be_reminded_is_asked_again_before_the_next(town, mail):
    town.open_all()
    town.add_accounts(town.aoki)
    change(town, a_rung("care_manager", 10, repeats=2), a_rung("desk"))
    handoff_id = town.send_note()
    letters = lambda: [d for d in town.ladder(handoff_id)["deliveries"] if d["channel"] == "email"]  # noqa: E731

    for count in (2, 3):
        town.stack.clock.advance(minutes=10)
        eventually(lambda count=count: len(letters()) == count)
    assert current(town, handoff_id) == 1
    assert town.ladder(handoff_id)["next_at"] == town.inbox(town.aoki)["items"][0]["due_at"]
    town.stack.clock.advance(minutes=10)
    eventually(lambda: current(town, handoff_id) == 2)

    assert [(letter["account_id"], letter["rung"]) for letter in letters()[:3]] == [(town.aoki, 1)] * 3


def test_a_wait_by_the_clock_runs_out_at_night(town):
    town.open_all()
    change(town, a_rung("care_manager", 30, "clock"), a_rung("office"), a_rung("desk"))
    town.stack.clock.set("2026-11-24 20:00")
    handoff_id = town.send_note()

    town.stack.clock.set("2026-11-24 20:31")

    eventually(lambda: current(town, handoff_id) == 2)


def test_a_change_may_be_planned_for_later(town):
    town.open_all()
    change(town, valid_from=town.stack.clock.now() + timedelta(days=1))

    today = town.send_note()
    town.stack.clock.advance(days=1)
    tomorrow = town.send_note()

    assert (len(roles(town, today)), len(roles(town, tomorrow))) == (4, 3)
    assert ask(town, "get_rule", rule=URGENT)["rule"]["holds"] == 1


def test_the_shipped_rule_can_be_put_back_and_everything_is_kept(town):
    town.open_all()
    change(town)
    ask(town, "restore_rule", rule=URGENT, version=1)
    town.stack.clock.advance(seconds=3)

    found = ask(town, "get_rule", rule=URGENT)

    assert [(each["version"], each["is_shipped"]) for each in found["history"]] == [(2, True), (1, False)]
    assert {each["changed_by"] for each in found["history"]} == {town.counsellor}
    assert [rung["target"] for rung in found["history"][1]["rungs"]] == ["care_manager", "office", "desk"]
    assert found["rule"]["rungs"] == found["shipped"]["rungs"]
    assert len(roles(town, town.send_note())) == 4


def test_whoever_starts_from_an_older_version_is_told(town):
    town.open_all()
    change(town)

    with pytest.raises(Conflict, match="rule_changed"):
        change(town)


def test_what_could_never_run_is_refused_at_its_field_and_nothing_is_kept(town):
    town.open_all()

    with pytest.raises(Invalid) as refusal:
        change(town, a_rung("care_manager"), a_rung("care_manager"), a_rung("desk", repeats=1))

    assert refusal.value.fields == {
        "rungs.1.target": ["asked_before"],
        "rungs.2.repeats": ["desk_repeats_anyway"],
    }
    assert ask(town, "get_rule", rule=URGENT)["history"] == []


@pytest.mark.parametrize("role", ["care_manager", "office_manager", "operator", "discharge_planner"])
def test_only_the_desk_changes_rules(town, role):
    for method in ("list_rules", "restore_rule"):
        with pytest.raises(AccessDenied):
            ask(town, method, role=role, rule=URGENT, version=0)


def test_whoever_sends_a_note_sees_the_order_beforehand(town):
    town.open_all()
    change(town)
    request = {"desk_id": town.desk}

    told = town.stack.ask("notify", "get_orders", request, caller=town.caller(town.planner))["orders"]

    assert told == {
        URGENT: ["care_manager", "office", "desk"],
        "discharge_noted.today": ["care_manager", "deputy", "office_manager", "desk"],
    }


def test_the_time_line_is_what_the_ladder_then_does(town):
    town.open_all()
    town.stack.clock.set("2026-11-20 16:49")  # Friday; Monday is a holiday
    change(
        town,
        a_rung("care_manager", 20, repeats=1),
        a_rung("deputy", 45, "clock"),
        a_rung("office", repeats=1),
        a_rung("desk", 30),
    )
    town.aoki, town.baba = sorted([town.aoki, town.baba])  # the first of an office stands for the one named
    town.tell_staff(town.sakura, town.staff_of_sakura(), town.manager, revision=2)
    handoff_id = town.send_note()
    raised_at = moment(town.ladder(handoff_id)["rungs"][0]["started_at"])
    told = ask(town, "simulate_rule", rule=URGENT, office_id=town.sakura, at=raised_at)["steps"]

    for done, step in enumerate(told, 1):
        if moment(step["at"]) > town.stack.clock.now():
            town.stack.clock.set(moment(step["at"]) + timedelta(seconds=1))
        eventually(lambda done=done: len(happened(town, handoff_id)) >= done)

    assert [(step["what"], step["number"]) for step in told] == [
        *(("asked", 1), ("reminded", 1), ("asked", 2), ("asked", 3), ("reminded", 3), ("asked", 4)),
        *(("overdue", 4), ("desk_reminded", 4)),
    ]
    done = happened(town, handoff_id)
    assert [(what, number) for _, what, number in done] == [(step["what"], step["number"]) for step in told]
    late = [at - moment(step["at"]) for (at, _, _), step in zip(done, told, strict=True)]
    assert all(timedelta(0) <= each < timedelta(seconds=20) for each in late), late


def moment(text):
    return datetime.fromisoformat(text)


def happened(town, handoff_id):
    """What the ladder has done, by rungs, letters and facts: (when, what, rung) in order."""
    ladder = town.ladder(handoff_id)
    asked = [
        (moment(rung["started_at"]), "asked", rung["number"])
        for rung in ladder["rungs"]
        if rung["started_at"]
    ]
    starts = {number: at for at, _, number in asked}
    overdue = [
        (moment(fact["overdue_at"]), "overdue", len(ladder["rungs"]))
        for fact in town.announced("alert_overdue", handoff_id)
    ]
    again = {
        (moment(each["queued_at"]), each["rung"])
        for each in ladder["deliveries"]
        # A rung's letters may be seen a moment before the rung itself.
        if each["channel"] == "email" and each["rung"] in starts
        if moment(each["queued_at"]) > starts[each["rung"]]
    }
    last = len(ladder["rungs"])
    reminded = [(at, "desk_reminded" if rung == last else "reminded", rung) for at, rung in again]
    return sorted([*asked, *overdue, *reminded])


def test_the_command_prints_the_same_line(town):
    town.open_all()
    change(town)
    at = "2026-11-27 18:30"
    told = ask(town, "simulate_rule", rule=URGENT, office_id=town.sakura, at=f"{at}+09:00")

    options = ("--rule", URGENT, "--at", at, "--office", town.sakura, "--desk", town.desk)
    printed = command(town, "notify", "simulate", *options, "--json")
    in_words = command(town, "notify", "simulate", *options)

    assert json.loads(printed) == told
    assert "2026-11-27 18:30  1  care_manager    asked" in in_words
    assert "2026-11-28  office closed (weekday)" in in_words
    assert "2026-11-30 09:10  2  office          asked" in in_words


def command(town, *words):
    """Run `tsunagi` on the running instance."""
    folder = str(town.stack.instance.folder)
    run = [sys.executable, "-m", "tsunagi", *words, "--instance", folder]
    return subprocess.run(run, capture_output=True, text=True, check=True, timeout=60).stdout
