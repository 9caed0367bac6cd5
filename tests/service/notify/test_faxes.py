"""A cover sheet goes out by FAX, and what comes back counts as the office's word, never as a person's."""

import hashlib

import pytest

from chassis.ids import new_id
from contracts.errors import Conflict, Invalid, NotFound
from contracts.sharing import HandoffAcknowledged, HandoffRecalled
from tests.service.notify.conftest import a_member, address
from tests.support.calls import A_VISITOR, a_caller
from tests.support.eventually import eventually


def the_desk(town, **other):
    return a_caller(**{"account_id": town.counsellor, "office_id": town.desk, "role": "desk"} | other)


def the_planner(town, **other):
    own = {"account_id": town.planner, "office_id": town.hospital, "role": "discharge_planner"}
    return a_caller(**own | other)


def make(town, handoff_id, caller=None):
    who = caller or the_desk(town)
    return town.stack.ask("notify", "make_fax_sheet", {"handoff_id": handoff_id}, caller=who)


def enter(town, return_code, outcome="received", caller=None):
    request = {"return_code": return_code, "outcome": outcome}
    return town.stack.ask("notify", "log_fax_return", request, caller=caller or the_desk(town))


def refused(town, *args, **more):
    with pytest.raises(Invalid) as refusal:
        enter(town, *args, **more)
    return refusal.value.fields


def way(town, handoff_id, caller=None):
    request = {"handoff_id": handoff_id}
    return town.stack.ask("notify", "get_ladder", request, caller=caller or the_desk(town))


def listed(town):
    found = town.stack.ask("notify", "list_unreached", {}, caller=the_desk(town))["unreached"]
    return [(one["handoff_id"], one["refused_at"] is not None) for one in found]


def unanswered(town):
    found = town.stack.ask("notify", "list_unanswered", {}, caller=the_desk(town))
    assert found["count"] == len(found["unanswered"])
    return [
        (one["handoff_id"], one["refused_at"] is not None, one["received_by"]) for one in found["unanswered"]
    ]


def counted(town):
    """What the menu says has reached nobody."""
    return town.stack.ask("notify", "list_inbox", {"whose": "office"}, caller=the_desk(town))["unreached"]


def alert_of(town, handoff_id):
    alert = "SELECT alert_id FROM alert WHERE handoff_id = :id"
    return str(town.stack.database("notify").scalar(alert, id=handoff_id))


def acknowledge(town, handoff_id):
    """The desk acknowledges by itself."""
    told = {"acknowledged_by": town.counsellor, "office_id": town.desk}
    told["acknowledged_at"] = town.stack.clock.now()
    town.stack.broker.publish(HandoffAcknowledged.happened(handoff_id=handoff_id, **told))
    town.settle()


def logged(town, action):
    rows = "SELECT count(*) FROM access_log WHERE action = :action AND account_id = :id"
    return town.stack.database("notify").scalar(rows, action=action, id=town.counsellor)


@pytest.fixture
def on_paper(town):
    """A note to an office where nobody can sign in: its desk has it at once."""
    town.tell_hours(town.hospital, name="架空総合病院")
    town.tell_hours(town.sakura)
    town.tell_staff(town.sakura, [])
    town.open_desk()
    town.settle()
    handoff_id = town.send_note(to_account_id=None)
    town.settle()
    return handoff_id


def test_a_sheet_stands_on_the_way_and_its_code_is_kept_nowhere(town, on_paper):
    made = make(town, on_paper)

    (one,) = way(town, on_paper)["faxes"]
    assert (one["office_id"], one["made_by"], one["outcome"]) == (town.sakura, town.counsellor, None)
    assert one == made["sheet"]
    assert logged(town, "fax") == 1
    database = town.stack.database("notify")
    kept = "".join(
        str(row)
        for table in ("fax_sheet", "link", "outbox", "access_log")
        for row in database.rows(f"SELECT * FROM {table}")
    )
    assert made["return_code"] not in kept
    assert made["return_code"].replace("-", "") not in kept
    assert made["link"].rpartition("/")[2] not in kept


def test_its_link_is_that_of_a_letter(town, on_paper):
    token = make(town, on_paper)["link"].rpartition("/r/")[2]

    link = {"link": hashlib.sha256(token.encode()).hexdigest()}
    assert town.stack.ask("notify", "get_link", link, caller=A_VISITOR)["state"] == "open"


def test_a_received_sheet_is_a_receipt_and_no_answer(town, on_paper):
    code = make(town, on_paper)["return_code"]

    told = enter(town, code.lower().replace("-", " "))

    assert told["handoff_id"] == on_paper
    assert (told["sheet"]["outcome"], told["sheet"]["returned_by"]) == ("received", town.counsellor)
    ladder = way(town, on_paper)
    assert [(one["channel"], one["state"]) for one in ladder["deliveries"] if one["channel"] == "fax"] == [
        ("fax", "received")
    ]
    assert ladder["state"] == "delivered"
    assert ladder["next_at"] is not None
    assert logged(town, "fax_returned") == 1


def test_a_refused_sheet_is_on_the_desks_list_until_somebody_has_spoken_with_them(town, on_paper):
    code = make(town, on_paper)["return_code"]
    assert listed(town) == []

    enter(town, code, "declined")

    assert listed(town) == [(on_paper, True)]
    acknowledge(town, on_paper)
    assert listed(town) == [(on_paper, True)]
    call = {"alert_id": alert_of(town, on_paper), "outcome": "reached"}
    kept = town.stack.ask("notify", "log_call", call, caller=the_desk(town))
    assert kept["office_id"] == town.sakura
    assert listed(town) == []


def test_a_refusal_after_the_desks_own_answer_is_told_to_desk_and_sender(town, mail, on_paper, hints):
    town.add_accounts(town.counsellor)
    code = make(town, on_paper)["return_code"]
    acknowledge(town, on_paper)
    assert (unanswered(town), counted(town)) == ([], 0)

    enter(town, code, "declined")

    assert unanswered(town) == [(on_paper, True, None)]
    assert counted(town) == 1
    for reader in (town.counsellor, town.planner):
        told = town.inbox(reader)["items"][0]
        assert (told["handoff_id"], told["ended"], told["waits"]) == (on_paper, "fax_declined", False)
    readers = {(hint["kind"], *hint["to"]) for hint in hints(on_paper, 4)}
    assert readers >= {("alert", f"account:{town.counsellor}"), ("alert", f"account:{town.planner}")}
    assert ("handoff", f"office:{town.desk}") in readers
    # What came after the desk's time is for its next working day.
    town.stack.clock.set("2026-11-25 09:00")
    listed_by_mail = eventually(lambda: mail.to(address(town.counsellor))[-1:])
    assert "返事のない連絡が1件あります" in str(listed_by_mail[0]["Subject"])
    town.stack.ask(
        "notify",
        "log_call",
        {"alert_id": alert_of(town, on_paper), "outcome": "reached"},
        caller=the_desk(town),
    )
    assert (unanswered(town), counted(town)) == ([], 0)


def test_a_refusal_counts_for_the_office_that_was_faxed(town, on_paper):
    code = make(town, on_paper)["return_code"]
    sheet = town.stack.database("notify").scalar(
        "SELECT rung FROM fax_sheet WHERE alert_id = :id", id=alert_of(town, on_paper)
    )
    town.stack.database("notify").execute(
        "INSERT INTO unreached (alert_id, rung, since) VALUES (:id, 1, :now)"
        " ON CONFLICT (alert_id) DO UPDATE SET rung = 1",
        id=alert_of(town, on_paper),
        now=town.stack.clock.now(),
    )

    enter(town, code, "declined")

    (one,) = town.stack.ask("notify", "list_unreached", {}, caller=the_desk(town))["unreached"]
    assert one["rung"] == sheet > 1


def test_what_an_office_has_received_by_fax_is_said_where_an_answer_is_missing(town, on_paper):
    code = make(town, on_paper)["return_code"]
    assert unanswered(town) == [(on_paper, False, None)]

    enter(town, code)

    assert unanswered(town) == [(on_paper, False, "fax")]


def test_a_link_does_not_undo_what_was_sent_back(town, on_paper):
    made = make(town, on_paper)
    enter(town, made["return_code"], "declined")
    token = made["link"].rpartition("/r/")[2]

    link = {"link": hashlib.sha256(token.encode()).hexdigest()}
    town.stack.ask("notify", "receive_by_link", link, caller=A_VISITOR)

    assert listed(town) == [(on_paper, True)]


def test_wrong_used_and_old_codes_are_told_at_the_field(town, on_paper):
    used, old = make(town, on_paper)["return_code"], make(town, on_paper)["return_code"]
    enter(town, used)

    assert refused(town, "K4M7-2PXA") == {"return_code": ["code_unknown"]}
    assert refused(town, used, "declined") == {"return_code": ["code_used"]}
    town.stack.clock.set("2026-12-16 00:00")
    assert refused(town, old) == {"return_code": ["code_over"]}
    assert [one["outcome"] for one in way(town, on_paper)["faxes"]] == ["received", None]


def test_a_sheet_is_good_until_the_end_of_its_last_day_and_is_entered_for_a_week_more(town, on_paper):
    made = make(town, on_paper)
    link = {"link": hashlib.sha256(made["link"].rpartition("/r/")[2].encode()).hexdigest()}

    town.stack.clock.set("2026-12-08 23:59")
    assert town.stack.ask("notify", "get_link", link, caller=A_VISITOR)["state"] == "open"
    town.stack.clock.set("2026-12-09 00:00")
    assert town.stack.ask("notify", "get_link", link, caller=A_VISITOR)["state"] == "over"
    assert made["sheet"]["ends_at"].startswith("2026-12-08T14:59:59")
    town.stack.clock.set("2026-12-15 23:59")
    assert enter(town, made["return_code"])["handoff_id"] == on_paper


def test_another_desks_code_is_as_good_as_none(town, on_paper):
    code = make(town, on_paper)["return_code"]

    for stranger in (the_desk(town, office_id=new_id()), the_planner(town, office_id=new_id())):
        assert refused(town, code, caller=stranger) == {"return_code": ["code_unknown"]}
        with pytest.raises(NotFound):
            make(town, on_paper, caller=stranger)


def test_the_sender_makes_one_where_nobody_can_sign_in(town, on_paper):
    assert way(town, on_paper, caller=the_planner(town))["may_fax"]

    made = make(town, on_paper, caller=the_planner(town))

    assert enter(town, made["return_code"], caller=the_planner(town))["handoff_id"] == on_paper


def test_an_office_with_members_is_faxed_by_the_desk_once_it_reached_nobody(town, mail):
    town.open_all()
    town.add_accounts(town.aoki)
    mail.refuse_to(address(town.aoki), "550 no such mailbox")
    town.tell_staff(town.sakura, [a_member(town.aoki)], revision=2)
    town.settle()
    handoff_id = town.send_note(urgency="urgent")
    eventually(lambda: handoff_id in [id for id, _ in listed(town)])

    with pytest.raises(NotFound):
        make(town, handoff_id, caller=the_planner(town))
    code = make(town, handoff_id)["return_code"]
    enter(town, code)

    assert listed(town) == []
    # The ladder climbs on by itself, since the mailbox is dead.
    eventually(lambda: way(town, handoff_id, caller=the_planner(town))["state"] == "escalated")


def test_what_is_still_on_its_way_is_nobodys_to_fax(town):
    town.open_all()
    handoff_id = town.send_note()
    town.settle()

    for caller in (the_desk(town), the_planner(town)):
        with pytest.raises(NotFound):
            make(town, handoff_id, caller=caller)
    assert not way(town, handoff_id, caller=the_planner(town))["may_fax"]


def test_a_recalled_note_takes_no_sheet_and_no_reply(town, on_paper):
    code = make(town, on_paper)["return_code"]
    recalled = {"recalled_by": town.planner, "recalled_at": town.stack.clock.now()}
    town.stack.broker.publish(HandoffRecalled.happened(handoff_id=on_paper, **recalled))
    town.settle()

    with pytest.raises(Conflict, match="is_recalled"):
        make(town, on_paper)
    assert refused(town, code) == {"return_code": ["code_ended"]}


def test_a_repeated_request_makes_no_second_sheet_and_tells_no_secret(town, on_paper):
    request, key = {"handoff_id": on_paper}, new_id()

    first, again = (
        town.stack.ask("notify", "make_fax_sheet", request, caller=the_desk(town), key=key) for _ in range(2)
    )

    assert first["return_code"]
    assert (again["return_code"], again["link"], again["sheet"]) == (None, None, first["sheet"])
    assert len(way(town, on_paper)["faxes"]) == 1
