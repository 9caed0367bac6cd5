"""Nobody answers: the ladder climbs by the receiving office's calendar, to the desk and past it."""

from datetime import timedelta

from contracts.sharing import HandoffAcknowledged
from tests.service.notify.conftest import a_member
from tests.support.eventually import eventually


def current(town, handoff_id):
    return town.ladder(handoff_id)["current"]


def state(town, handoff_id):
    return town.ladder(handoff_id)["state"]


def test_a_ladder_climbs_rung_by_rung_to_the_desk_and_is_overdue(town):
    town.open_all()
    town.stack.clock.set("2026-11-20 16:50")  # Friday; Monday is a holiday
    handoff_id = town.send_note()

    for at, rung in [("2026-11-24 09:05:01", 2), ("2026-11-24 09:20:01", 3), ("2026-11-24 09:50:01", 4)]:
        town.stack.clock.set(at)
        eventually(lambda rung=rung: current(town, handoff_id) == rung)
    town.stack.clock.set("2026-11-24 10:20:01")
    eventually(lambda: state(town, handoff_id) == "overdue")
    town.settle()

    climbed = town.announced("alert_escalated", handoff_id)
    assert [fact["rung"]["role"] for fact in climbed] == ["deputy", "office_manager", "desk"]
    assert [fact["rung"]["starts_at"][:16] for fact in climbed] == [
        "2026-11-24T00:05",
        "2026-11-24T00:20",
        "2026-11-24T00:50",
    ]
    assert {fact["revision"] for fact in climbed} == {1}
    assert [fact["revision"] for fact in town.announced("alert_overdue", handoff_id)] == [1]
    assert town.inbox(town.aoki)["items"][0]["ended"] == "moved_on"
    assert town.inbox(town.counsellor)["items"][0]["waits"]
    assert town.inbox(town.counsellor, whose="office")["waiting"] == 1
    assert town.inbox(town.planner)["items"][0]["ended"] == "overdue"


def test_nothing_climbs_before_its_time_or_outside_hours(town):
    town.open_all()
    town.stack.clock.set("2026-11-20 16:50")
    handoff_id = town.send_note()

    town.stack.clock.set("2026-11-24 09:04")
    town.settle()

    assert current(town, handoff_id) == 1


def test_a_ladder_that_is_broken_holds_up_no_other(town):
    town.open_all()
    broken, other = town.send_note(), town.send_note()
    database = town.stack.database("notify")
    database.execute(
        "UPDATE alert SET rungs = :rungs, next_at = :before, office_version = 0 WHERE handoff_id = :id",
        rungs='[{"number": 1}]',
        before=town.stack.clock.now() + timedelta(minutes=14),
        id=broken,
    )

    town.stack.clock.advance(minutes=16)

    eventually(lambda: current(town, other) == 2)
    assert town.stack.log("notify").count("ladder_broke") >= 1
    database.execute("UPDATE alert SET ended_as = 'recalled' WHERE handoff_id = :id", id=broken)


def test_an_acknowledgement_cancels_every_later_rung_on_every_channel(town, mail):
    town.open_all()
    town.add_accounts(town.aoki, town.baba)
    mail.refuse = "451 try later"
    handoff_id = town.send_note()
    town.stack.clock.advance(minutes=16)
    eventually(lambda: current(town, handoff_id) == 2)
    letters = lambda: [d for d in town.ladder(handoff_id)["deliveries"] if d["channel"] == "email"]  # noqa: E731
    eventually(lambda: [letter["reason"] for letter in letters()] == ["server_busy", "server_busy"])

    town.stack.broker.publish(
        HandoffAcknowledged.happened(
            handoff_id=handoff_id,
            acknowledged_by=town.aoki,
            office_id=town.sakura,
            acknowledged_at=town.stack.clock.now(),
        )
    )
    town.settle()
    mail.clear()
    town.stack.clock.advance(days=4)
    later = town.send_note()
    town.add_accounts(town.manager)
    eventually(lambda: town.inbox(town.aoki)["items"][0]["handoff_id"] == later)
    town.settle()

    assert [letter["state"] for letter in letters()] == ["cancelled", "cancelled"]
    assert current(town, handoff_id) == 2
    assert len(town.announced("alert_escalated", handoff_id)) == 1
    assert town.inbox(town.manager)["items"] == []
    cancelled = town.stack.database("notify").scalar(
        "SELECT count(*) FROM delivery_log JOIN delivery USING (delivery_id) JOIN alert USING (alert_id)"
        " WHERE handoff_id = :id AND outcome = 'cancelled'",
        id=handoff_id,
    )
    assert cancelled == 2


def test_after_a_standstill_the_rungs_are_climbed_in_order(town):
    town.open_all()
    handoff_id = town.send_note()

    town.stack.clock.set("2026-11-24 15:00")
    eventually(lambda: current(town, handoff_id) == 4)
    town.settle()

    climbed = town.announced("alert_escalated", handoff_id)
    assert [fact["rung"]["number"] for fact in climbed] == [2, 3, 4]
    assert climbed[-1]["next_at"][11:16] == "06:30"  # the desk still has its half hour: 15:30 in Japan
    assert state(town, handoff_id) == "escalated"


def test_who_is_away_is_passed_over_and_shown(town):
    town.open_all()
    now = town.stack.clock.now()
    away = {"from_at": now - timedelta(hours=1), "until_at": now + timedelta(days=1)}
    town.tell_staff(
        town.sakura,
        [a_member(town.aoki, deputy_id=town.baba, away=[away]), a_member(town.baba)],
        revision=2,
    )
    town.settle()

    handoff_id = town.send_note()

    ladder = town.ladder(handoff_id)
    assert [rung["skipped"] for rung in ladder["rungs"]] == ["away", None, "no_manager", None]
    assert (ladder["current"], ladder["state"]) == (2, "delivered")
    assert town.inbox(town.baba)["waiting"] == 1
    assert town.inbox(town.aoki)["items"] == []


def test_who_is_suspended_while_asked_loses_the_handoff_to_the_next(town):
    town.open_all()
    handoff_id = town.send_note()

    town.tell_staff(
        town.sakura,
        [a_member(town.aoki, deputy_id=town.baba, is_active=False), a_member(town.baba)],
        revision=2,
    )

    eventually(lambda: current(town, handoff_id) == 2)
    assert town.inbox(town.baba)["waiting"] == 1
    # The plan was made anew, and the step belongs to it.
    assert [fact["revision"] for fact in town.announced("alert_escalated", handoff_id)] == [2]


def test_the_desk_gets_reminded_until_somebody_answers(town, mail):
    town.open_all()
    town.add_accounts(town.counsellor)
    handoff_id = town.send_note(to_account_id=None, to_office_id=None)
    eventually(lambda: len(mail.messages) == 1)

    town.stack.clock.set("2026-11-24 10:31")
    eventually(lambda: state(town, handoff_id) == "overdue")
    town.stack.clock.set("2026-11-24 12:32")
    eventually(lambda: len(mail.messages) == 2)
    town.stack.clock.set("2026-11-24 14:33")
    eventually(lambda: len(mail.messages) == 3)

    assert len(town.announced("alert_overdue", handoff_id)) == 1
    assert len(town.inbox(town.counsellor)["items"]) == 1


def test_new_hours_move_the_rungs_that_are_still_to_come(town):
    town.open_all()
    handoff_id = town.send_note(urgency="today")

    weekly = {day: [{"opens": "09:00", "closes": "10:30"}] for day in ("mon", "tue", "wed", "thu", "fri")}
    town.tell_hours(town.sakura, revision=2, weekly=weekly)

    eventually(lambda: len(town.announced("alert_raised", handoff_id)) == 2)
    told = town.announced("alert_raised", handoff_id)[-1]
    assert told["revision"] == 2
    assert told["rungs"][1]["starts_at"][:16] == "2026-11-25T00:30"


def test_a_new_plan_lets_people_out_of_reach_no_more_time(town):
    town.open_all()
    handoff_id = town.send_note()
    database = town.stack.database("notify")
    early = town.stack.clock.now() + timedelta(minutes=5)
    database.execute(
        "UPDATE alert SET next_at = :early, office_version = 0 WHERE handoff_id = :id",
        early=early,
        id=handoff_id,
    )

    planned_anew = "SELECT next_at FROM alert WHERE handoff_id = :id AND office_version > 0"
    next_at = eventually(lambda: database.scalar(planned_anew, id=handoff_id))

    assert next_at == early
    assert current(town, handoff_id) == 1
