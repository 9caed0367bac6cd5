"""Every read and write of a person's data leaves a row, in the same transaction."""

from chassis.ids import new_id
from tests.service.sharing.town import A_NOTE


def _rows(town, who):
    return town.stack.database("sharing").rows(
        "SELECT action, kind, ids, person_ids FROM access_log WHERE account_id = :id ORDER BY at, id",
        id=who.account_id,
    )


def test_the_whole_life_of_a_note_is_in_the_access_log(town):
    planner = town.tanaka
    person_id, stay_id = town.a_stay()
    before = len(_rows(town, planner))

    town.ask(planner, "get_note", stay_id=stay_id)
    town.ask(planner, "save_draft", stay_id=stay_id, content=A_NOTE)
    handoff_id = town.send(stay_id)["handoff_id"]
    town.read(planner, handoff_id)
    town.ask(planner, "list_handoffs", board="sent")
    town.ask(planner, "get_person", person_id=person_id)
    town.ask(planner, "list_persons")
    town.ask(planner, "recall_handoff", handoff_id=handoff_id)

    rows = _rows(town, planner)[before:]
    assert [(row["action"], row["kind"]) for row in rows] == [
        ("read", "note_draft"),
        ("write", "note_draft"),
        ("send", "handoff"),
        ("read", "handoff"),
        ("list", "handoff"),
        ("read", "person"),
        ("list", "person"),
        ("recalled", "handoff"),
    ]
    assert all(person_id in row["person_ids"] for row in rows)
    assert handoff_id in rows[4]["ids"]


def test_the_receiving_sides_acts_are_logged_with_their_account(town):
    aoki = town.aoki
    handoff_id = town.a_handoff()
    before = len(_rows(town, aoki))

    town.read(aoki, handoff_id)
    town.ask(aoki, "list_handoffs", board="received")
    town.ask(aoki, "acknowledge_handoff", handoff_id=handoff_id)
    town.ask(aoki, "complete_handoff", handoff_id=handoff_id)

    actions = [row["action"] for row in _rows(town, aoki)[before:]]
    assert actions == ["read", "list", "acknowledged", "completed"]


def test_a_refused_read_is_no_access(town):
    handoff_id = town.a_handoff()
    stranger = town.somebody("care_manager")

    assert not town.can_read(stranger, handoff_id)
    assert _rows(town, stranger) == []


def test_the_auditor_reads_the_log_of_their_own_municipality(town):
    town.tell_facility(town.hospital, "hospital")
    town.tell_facility(new_id(), "hospital", municipality="")
    town.settle()
    handoff_id = town.a_handoff()
    by_key = type(town.aoki)(**{**vars(town.aoki), "session": f"key:{new_id()}"})
    town.read(by_key, handoff_id)
    auditor = town.somebody("auditor")
    elsewhere = town.stack.ask(
        "sharing", "list_accesses", {}, caller=type(auditor)(**{**vars(auditor), "municipality": "131016"})
    )

    page = town.ask(auditor, "list_accesses")

    read, sent = page["accesses"][:2]
    assert sent["ids"][0] == handoff_id
    assert (sent["action"], sent["by_key"]) == ("send", False)
    assert (read["action"], read["by_key"], read["account_id"]) == ("read", True, town.aoki.account_id)
    assert "session" not in page["accesses"][0]
    assert "sealed_until" in page
    assert elsewhere["accesses"] == []
