"""A ladder asks whoever is on duty at that hour; duties are swapped, and what nobody has is named."""

from datetime import date, datetime

import pytest

from chassis.clock import TOKYO
from contracts.errors import AccessDenied, Conflict, Invalid, NotFound
from tests.service.notify.conftest import a_member
from tests.service.notify.test_climbing import current
from tests.service.notify.test_rules import a_rung, change
from tests.service.notify.test_wishes import FRIDAY_EVENING, NIGHT, letters, wish
from tests.support.calls import a_caller
from tests.support.eventually import eventually

BEGINS = datetime(2026, 11, 27, 17, 30, tzinfo=TOKYO)  # Friday
ENDS = datetime(2026, 11, 28, 8, 30, tzinfo=TOKYO)
NIGHTS = {"begins": "17:30", "ends": "08:30"}


def ask(town, method, by, role="care_manager", office_id=None, **request):
    caller = a_caller(account_id=by, office_id=office_id or town.sakura, role=role)
    return town.stack.ask("notify", method, request, caller=caller)


def edit(town, method, **request):
    return ask(town, method, town.manager, "office_manager", **request)


def rota(town, by=None, **request):
    return ask(town, "get_rota", by or town.aoki, **request)


def put_on_duty(town, weekday, account_id):
    return edit(town, "add_weekly_duty", weekday=weekday, account_id=account_id, **NIGHTS)["duty_id"]


def a_rule_with_duty(town, *later):
    """Two minutes of the responsible, then whoever is on duty."""
    first = a_rung("care_manager", 10, "clock"), a_rung("on_duty", 30, "clock")
    change(town, *first, *(later or (a_rung("office_manager", 60, "clock"),)), a_rung("desk"))


def offer(town, to=None, **changes):
    times = {"from_at": BEGINS, "until_at": ENDS, "to_account_id": to or town.manager}
    return ask(town, "offer_swap", town.baba, **(times | changes))


def answer(town, swap, is_accepted=True, by=None):
    return ask(town, "answer_swap", by or town.manager, swap_id=swap["swap_id"], is_accepted=is_accepted)


def asked(town, handoff_id, number=2):
    rung = town.ladder(handoff_id)["rungs"][number - 1]
    return rung["skipped"] or rung["account_ids"]


@pytest.fixture
def sakura(town):
    """The office with Baba on duty on Friday nights, in the afternoon of a Friday."""
    town.open_all()
    put_on_duty(town, "fri", town.baba)
    a_rule_with_duty(town)
    town.stack.clock.set("2026-11-27 15:00")
    return town


def test_the_one_on_duty_is_asked_at_night_and_the_next_when_nobody_answers(sakura):
    sakura.stack.clock.set(FRIDAY_EVENING)
    handoff_id = sakura.send_note()

    sakura.stack.clock.advance(minutes=11)
    eventually(lambda: current(sakura, handoff_id) == 2)

    assert asked(sakura, handoff_id) == [sakura.baba]
    assert [item["role"] for item in sakura.inbox(sakura.baba)["items"]] == ["on_duty"]
    sakura.stack.clock.advance(minutes=31)
    eventually(lambda: current(sakura, handoff_id) == 3)
    assert asked(sakura, handoff_id, 3) == [sakura.manager]


def test_a_swap_that_is_accepted_before_changes_who_is_asked(sakura):
    sakura.stack.clock.set("2026-11-27 17:25")
    swap = offer(sakura)
    handoff_id = sakura.send_note()
    assert asked(sakura, handoff_id) == [sakura.baba]

    answer(sakura, swap)

    eventually(lambda: asked(sakura, handoff_id) == [sakura.manager])
    sakura.stack.clock.set("2026-11-27 17:36")
    eventually(lambda: current(sakura, handoff_id) == 2)
    assert sakura.inbox(sakura.baba)["items"] == []
    assert [item["role"] for item in sakura.inbox(sakura.manager)["items"]] == ["on_duty"]


def test_where_nobody_is_on_duty_the_next_is_asked_at_once(sakura):
    handoff_id = sakura.send_note()

    sakura.stack.clock.advance(minutes=11)

    eventually(lambda: current(sakura, handoff_id) == 3)
    assert asked(sakura, handoff_id) == "nobody_on_duty"
    assert asked(sakura, handoff_id, 3) == [sakura.manager]


def test_who_is_put_in_for_once_is_asked_though_the_rung_has_begun(sakura):
    sakura.stack.clock.set(FRIDAY_EVENING)
    handoff_id = sakura.send_note()
    sakura.stack.clock.advance(minutes=11)
    eventually(lambda: current(sakura, handoff_id) == 2)

    edit(sakura, "add_single_duty", day=date(2026, 11, 27), account_id=sakura.manager, **NIGHTS)

    eventually(lambda: asked(sakura, handoff_id) == [sakura.manager])
    assert len(sakura.inbox(sakura.manager)["items"]) == 1


def test_a_ladder_that_climbs_late_asks_who_is_on_duty_by_then_and_tells_so(sakura):
    sakura.stack.clock.set("2026-11-27 17:10")
    handoff_id = sakura.send_note()
    assert asked(sakura, handoff_id) == "nobody_on_duty"
    told = sakura.announced("alert_raised", handoff_id)[-1]["revision"]

    # As after a standstill: the rung was over at 17:20.
    sakura.stack.clock.set("2026-11-27 17:45")

    eventually(lambda: asked(sakura, handoff_id) == [sakura.baba])
    assert current(sakura, handoff_id) == 2
    sakura.settle()
    newest = sakura.announced("alert_raised", handoff_id)[-1]
    assert (newest["revision"], newest["rungs"][1]["account_ids"]) == (told + 1, [sakura.baba])
    assert sakura.announced("alert_escalated", handoff_id)[0]["revision"] == told + 1


def test_an_offer_is_seen_by_both_and_by_the_manager_and_can_be_declined(sakura):
    swap = offer(sakura, to=sakura.aoki)

    assert sakura.inbox(sakura.aoki)["offers"] == 1
    assert [one["state"] for one in rota(sakura, sakura.baba)["swaps"]] == ["waits"]
    assert rota(sakura, sakura.baba)["own"][0]["swap_id"] == swap["swap_id"]
    by_manager = ask(sakura, "get_rota", sakura.manager, "office_manager")["swaps"]
    assert [(one["from_account_id"], one["to_account_id"]) for one in by_manager] == [
        (sakura.baba, sakura.aoki)
    ]
    with pytest.raises(NotFound):
        answer(sakura, swap, by=sakura.manager)
    assert answer(sakura, swap, is_accepted=False, by=sakura.aoki)["state"] == "declined"
    assert sakura.inbox(sakura.aoki)["offers"] == 0
    assert rota(sakura, sakura.baba)["own"][0]["swap_id"] is None


def test_two_are_never_offered_the_same_duty_and_nobody_answers_twice(sakura):
    swap = offer(sakura)
    with pytest.raises(Conflict, match="swap_waits"):
        offer(sakura, to=sakura.aoki)

    answer(sakura, swap)

    with pytest.raises(Conflict, match="swap_answered"):
        answer(sakura, swap, is_accepted=False)
    with pytest.raises(Conflict, match="duty_changed"):
        offer(sakura, to=sakura.aoki)
    lines = [one for one in rota(sakura)["lines"] if one["account_id"]]
    assert [(one["account_id"], one["source"]) for one in lines] == [(sakura.manager, "swap")]


def test_an_offer_without_an_answer_lapses_when_the_duty_begins(sakura):
    swap = offer(sakura)

    sakura.stack.clock.set("2026-11-27 17:30")

    assert [one["state"] for one in rota(sakura, sakura.baba)["swaps"]] == ["lapsed"]
    assert sakura.inbox(sakura.manager)["offers"] == 0
    with pytest.raises(Conflict, match="duty_has_begun"):
        answer(sakura, swap)


def test_an_offer_ends_when_the_manager_puts_in_somebody_else(sakura):
    swap = offer(sakura)

    edit(sakura, "add_single_duty", day=date(2026, 11, 27), account_id=sakura.aoki, **NIGHTS)

    assert [one["state"] for one in rota(sakura, sakura.baba)["swaps"]] == ["changed"]
    assert sakura.inbox(sakura.manager)["offers"] == 0
    with pytest.raises(Conflict, match="swap_answered"):
        answer(sakura, swap)


def test_who_has_offered_may_take_it_back(sakura):
    swap = offer(sakura)

    assert ask(sakura, "withdraw_swap", sakura.baba, swap_id=swap["swap_id"])["state"] == "withdrawn"

    assert sakura.inbox(sakura.manager)["offers"] == 0
    offer(sakura, to=sakura.aoki)


def test_nobody_takes_a_duty_while_on_duty_at_another_office(sakura):
    ask(
        sakura,
        "add_single_duty",
        sakura.counsellor,
        "desk",
        sakura.desk,
        **{"day": date(2026, 11, 27), "account_id": sakura.counsellor, "begins": "20:00", "ends": "21:00"},
    )
    sakura.tell_staff(
        sakura.sakura, [*sakura.staff_of_sakura(), a_member(sakura.counsellor)], sakura.manager, 2
    )
    sakura.settle()
    swap = offer(sakura, to=sakura.counsellor)

    with pytest.raises(Conflict, match="on_duty_elsewhere"):
        answer(sakura, swap, by=sakura.counsellor)


def test_duties_of_whoever_has_left_or_is_suspended_are_gaps(sakura):
    staff = [sakura.staff_of_sakura()[0], a_member(sakura.baba, is_active=False)]
    sakura.tell_staff(sakura.sakura, staff, revision=2)
    sakura.settle()

    named = [(one["account_id"], one["gap"]) for one in rota(sakura)["gaps"] if one["account_id"]]
    assert named == [(sakura.baba, "suspended")] * 4
    sakura.tell_staff(sakura.sakura, staff[:1], revision=3)
    sakura.settle()
    assert {one["gap"] for one in rota(sakura)["gaps"] if one["account_id"]} == {"not_a_member"}


def test_a_manager_changes_the_rota_and_others_see_it(sakura):
    with pytest.raises(AccessDenied):
        ask(sakura, "add_weekly_duty", sakura.aoki, weekday="mon", account_id=sakura.aoki, **NIGHTS)
    with pytest.raises(Invalid) as refused:
        put_on_duty(sakura, "fri", sakura.aoki)
    monday = put_on_duty(sakura, "mon", sakura.aoki)

    found = rota(sakura, day=date(2026, 12, 2))

    assert refused.value.fields == {"begins": ["duties_overlap"]}
    told = [(one["weekday"], one["begins"], one["ends"], one["account_id"]) for one in found["weekly"]]
    assert told == [("mon", "17:30", "08:30", sakura.aoki), ("fri", "17:30", "08:30", sakura.baba)]
    assert [one["account_id"] for one in found["lines"] if one["account_id"]] == [sakura.aoki, sakura.baba]
    assert (found["first_day"], found["may_edit"]) == ("2026-11-30", False)
    edit(sakura, "end_weekly_duty", duty_id=monday)
    friday = rota(sakura)["weekly"]
    assert len(friday) == 1
    edit(sakura, "end_weekly_duty", duty_id=friday[0]["duty_id"])
    assert (rota(sakura)["is_empty"], rota(sakura)["gaps"]) == (True, [])
    with pytest.raises(NotFound):
        edit(sakura, "remove_single_duty", duty_id=monday)


def test_a_time_that_is_no_quarter_is_refused(sakura):
    with pytest.raises(Invalid) as refused:
        edit(
            sakura,
            "add_weekly_duty",
            **{"weekday": "mon", "account_id": sakura.aoki, "begins": "17:20", "ends": "08:30"},
        )

    assert refused.value.fields == {"begins": ["not_a_quarter"]}


def test_letters_to_the_one_on_duty_do_not_wait(town, mail):
    town.open_all()
    town.add_accounts(town.aoki)
    put_on_duty(town, "fri", town.aoki)
    town.stack.clock.set(FRIDAY_EVENING)
    wish(town, town.aoki, **NIGHT)

    handoff_id = town.send_note(urgency="today")

    eventually(lambda: letters(town, handoff_id) == [(town.aoki, "sent", None)])


def test_whoever_is_put_on_duty_gets_what_waited(town, mail):
    town.open_all()
    town.add_accounts(town.aoki)
    town.stack.clock.set(FRIDAY_EVENING)
    wish(town, town.aoki, **NIGHT)
    handoff_id = town.send_note(urgency="today")
    assert letters(town, handoff_id) == [(town.aoki, "queued", "waits_for_wish")]

    edit(town, "add_single_duty", day=date(2026, 11, 27), account_id=town.aoki, **NIGHTS)

    eventually(lambda: letters(town, handoff_id) == [(town.aoki, "sent", None)])


def test_the_drawing_of_ones_wishes_says_that_duty_breaks_through(town):
    town.open_all()
    put_on_duty(town, "fri", town.aoki)
    wish(town, town.aoki, **NIGHT)

    at = datetime(2026, 11, 27, 18, 30, tzinfo=TOKYO)
    drawn = town.stack.ask(
        "notify", "draw_wishes", {"at": at, "desk_id": town.desk}, caller=town.caller(town.aoki)
    )

    assert [letter["why"] for letter in drawn["letters"]] == ["breaks_through", "on_duty"]
    assert drawn["letters"][1]["letter_at"] == drawn["letters"][1]["asked_at"]


def test_a_desk_has_a_rota_of_its_own(town):
    town.open_all()
    duty = {"day": date(2026, 11, 24), "begins": "17:00", "ends": "09:00", "account_id": town.counsellor}

    ask(town, "add_single_duty", town.counsellor, "desk", town.desk, **duty)

    found = ask(town, "get_rota", town.counsellor, "desk", town.desk)
    assert [one["account_id"] for one in found["single"]] == [town.counsellor]
    assert found["own"][0]["from_at"] < found["own"][0]["until_at"]
    assert rota(town)["is_empty"]
