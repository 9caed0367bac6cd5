"""Letters wait for the time that their reader wishes; the inbox does not, and no answer is late by it."""

from datetime import timedelta

import pytest

from chassis.calendar import DEFAULT_HOURS
from chassis.ids import new_id
from contracts.errors import Invalid
from contracts.sharing import HandoffAcknowledged, HandoffRecalled, HandoffSuperseded
from tests.service.notify.conftest import a_member, address
from tests.support.calls import a_caller
from tests.support.eventually import eventually

NIGHT = {"quiet_weekdays": {"begins": "18:00", "ends": "08:00"}}
FRIDAY_EVENING = "2026-11-27 18:30"


def wish(town, account_id, **content):
    return town.stack.ask("notify", "set_wishes", content, caller=town.caller(account_id))


def letters(town, handoff_id):
    shown = town.ladder(handoff_id)["deliveries"]
    return [
        (each["account_id"], each["state"], each["reason"]) for each in shown if each["channel"] == "email"
    ]


def evening(town, **note):
    """A note of Friday evening to somebody who is quiet then."""
    town.open_all()
    town.add_accounts(town.aoki, town.baba, town.manager)
    town.stack.clock.set(FRIDAY_EVENING)
    wish(town, town.aoki, **NIGHT)
    handoff_id = town.send_note(**{"urgency": "today", **note})
    return handoff_id


def test_a_letter_of_today_waits_until_morning_and_the_inbox_has_it_at_once(town, mail):
    handoff_id = evening(town)

    assert letters(town, handoff_id) == [(town.aoki, "queued", "waits_for_wish")]
    assert [item["handoff_id"] for item in town.inbox(town.aoki)["items"]] == [handoff_id]
    town.stack.clock.set("2026-11-28 07:59")
    town.settle()
    assert mail.to(address(town.aoki)) == []
    town.stack.clock.set("2026-11-28 08:00")
    eventually(lambda: letters(town, handoff_id) == [(town.aoki, "sent", None)])
    assert len(mail.to(address(town.aoki))) == 1


def test_what_is_urgent_breaks_through(town, mail):
    handoff_id = evening(town, urgency="urgent")

    eventually(lambda: letters(town, handoff_id) == [(town.aoki, "sent", None)])


def test_a_letter_that_would_be_late_goes_out_at_once(town, mail):
    town.open_all()
    town.add_accounts(town.aoki)
    # The rung is over on Monday at 10:00.
    wish(town, town.aoki, windows={"mon": [{"opens": "10:00", "closes": "12:00"}]})
    town.stack.clock.set(FRIDAY_EVENING)

    handoff_id = town.send_note(urgency="today")

    eventually(lambda: letters(town, handoff_id) == [(town.aoki, "sent", None)])


@pytest.mark.parametrize(
    ("fact", "end", "ids"),
    [
        (HandoffAcknowledged, "acknowledged", ("acknowledged_by", "office_id")),
        (HandoffRecalled, "recalled", ("recalled_by",)),
        (HandoffSuperseded, "superseded", ("superseded_by_id",)),
    ],
)
def test_a_letter_that_waits_is_cancelled_by_every_end(town, mail, fact, end, ids):
    handoff_id = evening(town)
    told = {name: new_id() for name in ids} | {f"{end}_at": town.stack.clock.now()}

    town.stack.broker.publish(fact.happened(handoff_id=handoff_id, **told))
    town.settle()

    assert letters(town, handoff_id) == [(town.aoki, "cancelled", end)]


def test_new_wishes_count_for_what_waits(town, mail):
    handoff_id = evening(town)

    wish(town, town.aoki)

    eventually(lambda: letters(town, handoff_id) == [(town.aoki, "sent", None)])


def test_whoever_is_away_meanwhile_gets_no_letter_and_the_cover_does(town, mail):
    handoff_id = evening(town)
    now = town.stack.clock.now()
    away = {"from_at": now, "until_at": now + timedelta(days=7)}
    staff = [a_member(town.aoki, deputy_id=town.baba, away=[away]), *town.staff_of_sakura()[1:]]

    town.tell_staff(town.sakura, staff, town.manager, revision=2)

    eventually(lambda: (town.baba, "sent", None) in letters(town, handoff_id))
    assert letters(town, handoff_id)[0] == (town.aoki, "cancelled", "asked_no_more")
    assert mail.to(address(town.aoki)) == []


def test_hours_that_make_a_waiting_letter_late_let_it_go(town, mail):
    handoff_id = evening(town)
    assert letters(town, handoff_id) == [(town.aoki, "queued", "waits_for_wish")]

    weekly = {**DEFAULT_HOURS["weekly"], "fri": [{"opens": "09:00", "closes": "24:00"}]}
    town.tell_hours(town.sakura, revision=2, weekly=weekly)

    eventually(lambda: letters(town, handoff_id) == [(town.aoki, "sent", None)])


def test_a_letter_that_waited_for_days_is_still_tried_for_three(town, mail):
    town.open_all()
    town.add_accounts(town.aoki)
    wish(town, town.aoki, windows={"tue": [{"opens": "09:00", "closes": "09:30"}]}, quiet_holidays=True)
    town.stack.clock.set("2026-11-20 18:30")
    handoff_id = town.send_note(urgency="today")
    assert letters(town, handoff_id) == [(town.aoki, "queued", "waits_for_wish")]
    mail.refuse = "451 try later"

    town.stack.clock.set("2026-11-24 09:00")

    eventually(lambda: letters(town, handoff_id)[0][1:] == ("queued", "server_busy"))


def test_a_person_sees_what_becomes_of_friday_evening(town):
    town.open_all()
    wish(town, town.aoki, **NIGHT)
    asked = {"at": "2026-11-27T18:30:00+09:00", "desk_id": town.desk}

    def drawn(account_id, **more):
        answer = town.stack.ask("notify", "draw_wishes", asked | more, caller=town.caller(account_id))
        return [(one["urgency"], one["why"], one["letter_at"]) for one in answer["letters"]]

    at = "2026-11-27T09:30:00+00:00"
    assert drawn(town.aoki) == [
        ("urgent", "breaks_through", at),
        ("today", "waits", "2026-11-27T23:00:00+00:00"),
    ]
    assert drawn(town.aoki, content={}) == [("urgent", "at_once", at), ("today", "at_once", at)]


def test_who_is_asked_by_nobody_is_told_so(town):
    town.open_all()
    planner = a_caller(account_id=town.planner, office_id=town.hospital, role="discharge_planner")

    answer = town.stack.ask("notify", "draw_wishes", {"at": "2026-11-27T18:30:00+09:00"}, caller=planner)

    assert [one["why"] for one in answer["letters"]] == ["not_asked", "not_asked"]


def test_wishes_are_ones_own_and_refused_where_they_leave_no_time(town):
    wish(town, town.aoki, **NIGHT)

    found = town.stack.ask("notify", "get_wishes", {}, caller=town.caller(town.baba))
    with pytest.raises(Invalid) as refusal:
        wish(town, town.aoki, windows={"mon": [{"opens": "19:00", "closes": "20:00"}]}, **NIGHT)

    assert (found["changed_at"], found["wishes"]["quiet_weekdays"]) == (None, None)
    assert refusal.value.fields == {"windows": ["unreachable"]}
    kept = town.stack.ask("notify", "get_wishes", {}, caller=town.caller(town.aoki))["wishes"]
    assert kept["quiet_weekdays"] == NIGHT["quiet_weekdays"]
