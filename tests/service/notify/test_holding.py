"""An office at work: one takes an alert, others see it; the ladder goes on until somebody answers."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from contracts.errors import AccessDenied, Conflict, Invalid, NotFound
from contracts.sharing import HandoffAcknowledged
from tests.service.notify.conftest import a_member, address
from tests.support.calls import a_caller
from tests.support.eventually import eventually


def ask(town, method, account_id, handoff_id, role="care_manager", **more):
    office_id = {town.planner: town.hospital, town.counsellor: town.desk}.get(account_id, town.sakura)
    caller = a_caller(account_id=account_id, office_id=office_id, role=role)
    return town.stack.ask("notify", method, {"handoff_id": handoff_id, **more}, caller=caller)


def item_of(town, account_id, whose="office"):
    (item,) = town.inbox(account_id, whose=whose)["items"]
    return item


def record(town, handoff_id):
    takings = town.ladder(handoff_id)["takings"]
    return [(act["what"], act["actor_id"], act["held_by"]) for act in takings]


@pytest.fixture
def handoff_id(town):
    return town.open_all().send_note()


def test_a_colleague_sees_who_took_it_and_since_when(town, handoff_id):
    taken = ask(town, "take_alert", town.baba, handoff_id)

    assert (taken["held_by"], taken["may"]) == (town.baba, ["let_go", "hand_on"])
    for whose in ("office", "me"):
        item = item_of(town, town.aoki, whose)
        assert (item["held_by"], item["held_since"][:16]) == (town.baba, "2026-11-24T01:00")
    assert ask(town, "get_holding", town.aoki, handoff_id)["may"] == []
    assert record(town, handoff_id) == [("taken", town.baba, town.baba)]


def test_of_two_who_take_it_at_once_one_has_it_and_the_other_learns_who(town, handoff_id):
    def take(account_id):
        try:
            ask(town, "take_alert", account_id, handoff_id)
        except Conflict as refused:
            return refused.reason
        return "has it"

    with ThreadPoolExecutor(2) as both:
        outcomes = dict(zip((town.aoki, town.baba), both.map(take, (town.aoki, town.baba)), strict=True))

    assert sorted(outcomes.values()) == ["has it", "held_by_other"]
    (winner,) = [account_id for account_id, outcome in outcomes.items() if outcome == "has it"]
    (other,) = {town.aoki, town.baba} - {winner}
    assert ask(town, "get_holding", other, handoff_id)["held_by"] == winner
    assert len(record(town, handoff_id)) == 1


def test_taking_it_twice_is_taking_it_once(town, handoff_id):
    ask(town, "take_alert", town.aoki, handoff_id)
    ask(town, "take_alert", town.aoki, handoff_id)

    assert len(record(town, handoff_id)) == 1


def test_what_is_taken_still_waits_and_climbs_to_the_desk(town, handoff_id):
    ask(town, "take_alert", town.aoki, handoff_id)

    for at, rung in [("10:15:01", 2), ("10:30:01", 3), ("11:00:01", 4)]:
        assert item_of(town, town.aoki)["waits"]
        town.stack.clock.set(f"2026-11-24 {at}")
        eventually(lambda rung=rung: town.ladder(handoff_id)["current"] == rung)
        if rung < 4:
            assert item_of(town, town.baba)["held_by"] == town.aoki
    town.settle()

    assert item_of(town, town.aoki)["held_by"] is None
    assert item_of(town, town.counsellor)["held_by"] is None
    with pytest.raises(Conflict, match="asked_elsewhere"):
        ask(town, "take_alert", town.baba, handoff_id)
    taken = ask(town, "take_alert", town.counsellor, handoff_id, role="desk")
    assert taken["held_by"] == town.counsellor


def test_only_who_has_it_or_the_manager_lets_it_go(town, handoff_id):
    ask(town, "take_alert", town.aoki, handoff_id)

    with pytest.raises(Conflict, match="held_by_other"):
        ask(town, "let_go_alert", town.baba, handoff_id)
    freed = ask(town, "let_go_alert", town.manager, handoff_id, role="office_manager")

    assert (freed["held_by"], freed["may"]) == (None, ["take", "hand_on"])
    assert item_of(town, town.baba)["held_by"] is None
    assert record(town, handoff_id) == [
        ("taken", town.aoki, town.aoki),
        ("let_go", town.manager, None),
    ]
    with pytest.raises(Conflict, match="held_by_nobody"):
        ask(town, "let_go_alert", town.aoki, handoff_id)


def test_a_colleague_to_whom_it_is_handed_on_is_alerted(town, handoff_id, mail):
    town.add_accounts(town.baba)
    ask(town, "take_alert", town.aoki, handoff_id)

    handed = ask(town, "hand_on_alert", town.aoki, handoff_id, to_account_id=town.baba)

    assert (handed["held_by"], handed["may"]) == (town.baba, [])
    item = item_of(town, town.baba, "me")
    assert (item["waits"], item["read_at"], item["role"]) == (True, None, "colleague")
    eventually(lambda: [str(letter["To"]) for letter in mail.messages] == [address(town.baba)])
    assert record(town, handoff_id)[-1] == ("handed_on", town.aoki, town.baba)
    # It waits there also when the ladder is on a higher rung of the same office.
    town.stack.clock.set("2026-11-24 10:30:01")
    eventually(lambda: town.ladder(handoff_id)["current"] == 3)
    assert item_of(town, town.baba, "me")["waits"]


def test_who_was_asked_before_is_asked_again(town, handoff_id, hints):
    ask(town, "mark_read", town.aoki, handoff_id)
    ask(town, "take_alert", town.baba, handoff_id)
    hints(handoff_id, 1)

    ask(town, "hand_on_alert", town.baba, handoff_id, to_account_id=town.aoki)

    assert item_of(town, town.aoki, "me")["read_at"] is None
    told = hints(handoff_id, 3)[1:]
    alert = next(hint for hint in told if hint["kind"] == "alert")
    assert (alert["to"], alert["seq"]) == ([f"account:{town.aoki}"], None)


def test_it_is_handed_on_to_colleagues_who_are_there_only(town, handoff_id):
    now = town.stack.clock.now()
    town.tell_staff(
        town.sakura,
        [
            a_member(town.aoki, deputy_id=town.baba),
            a_member(town.baba, away=[{"from_at": now, "until_at": now + timedelta(hours=9)}]),
            a_member(town.manager, role="office_manager", is_active=False),
            a_member(town.planner, role="care_worker"),
        ],
        revision=2,
    )
    town.settle()
    wrong = {town.baba: "away_now", town.manager: "not_active", town.planner: "not_a_member"}

    assert ask(town, "get_holding", town.aoki, handoff_id)["colleague_ids"] == [town.aoki]
    for account_id, code in wrong.items():
        with pytest.raises(Invalid) as refused:
            ask(town, "hand_on_alert", town.aoki, handoff_id, to_account_id=account_id)
        assert refused.value.fields == {"to_account_id": [code]}
    assert record(town, handoff_id) == []


def test_open_pages_of_both_offices_hear_of_it(town, handoff_id, hints):
    ask(town, "take_alert", town.aoki, handoff_id)

    (hint,) = [hint for hint in hints(handoff_id, 1) if hint["kind"] == "holding"]
    assert {f"office:{town.sakura}", f"account:{town.aoki}", f"office:{town.hospital}"} == set(hint["to"])
    assert "state" not in hint


def test_what_is_answered_is_not_taken_any_more(town, handoff_id):
    town.stack.broker.publish(
        HandoffAcknowledged.happened(
            handoff_id=handoff_id,
            acknowledged_by=town.baba,
            office_id=town.sakura,
            acknowledged_at=town.stack.clock.now(),
        )
    )
    town.settle()

    with pytest.raises(Conflict, match="is_acknowledged"):
        ask(town, "take_alert", town.aoki, handoff_id)


def test_a_stranger_learns_and_takes_nothing(town, handoff_id):
    for method in ("get_holding", "take_alert", "let_go_alert"):
        with pytest.raises(NotFound):
            ask(town, method, town.counsellor, handoff_id, role="desk")
    with pytest.raises(AccessDenied):
        ask(town, "take_alert", town.planner, handoff_id, role="discharge_planner")
