"""A draft is filled in beforehand, saved while typing, and keeps what is right."""

import pytest

from contracts.errors import Conflict
from tests.service.sharing.town import A_NOTE


def test_the_page_is_filled_from_stay_and_person_and_says_from_where(town):
    _, stay_id = town.a_stay()

    page = town.ask(town.tanaka, "get_note", stay_id=stay_id)

    content = page["draft"]["content"]
    assert (content["ward"], content["cause"], content["care_level"]) == ("4階東", "骨折", "22")
    assert (content["hospital"], content["name"]) == ("架空総合病院", "架空 千代")
    source = page["sources"]["cause"]
    assert (source["from"], source["by"]) == ("stay", "田中 美咲")
    assert page["missing"][:2] == ["follow_up_place", "follow_up_means"]
    assert page["receiver"]["kind"] == "care_manager"
    assert page["form"] == "discharge_note.r6"


def test_good_fields_are_kept_when_one_is_wrong(town):
    _, stay_id = town.a_stay()

    saved = town.ask(
        town.tanaka, "save_draft", stay_id=stay_id, content={"meal": "normal", "water_ml": "1.2L", "x": 1}
    )

    assert saved["errors"] == {"water_ml": ["not_a_number"], "x": ["unknown_field"]}
    again = town.ask(town.tanaka, "get_note", stay_id=stay_id)["draft"]["content"]
    assert again["meal"] == "normal"
    assert "water_ml" not in again


def test_a_wrong_value_leaves_the_earlier_one(town):
    _, stay_id = town.a_stay()
    town.ask(town.tanaka, "save_draft", stay_id=stay_id, content={"water_ml": 1200})

    saved = town.ask(town.tanaka, "save_draft", stay_id=stay_id, content={"water_ml": "1.2L"})

    assert saved["draft"]["content"]["water_ml"] == 1200


def test_an_emptied_field_stays_empty_and_an_edited_one_says_so(town):
    _, stay_id = town.a_stay()

    town.ask(town.tanaka, "save_draft", stay_id=stay_id, content={"room": "", "ward": "5階"})

    page = town.ask(town.tanaka, "get_note", stay_id=stay_id)
    assert "room" not in page["draft"]["content"]
    assert page["draft"]["content"]["ward"] == "5階"
    assert page["sources"]["ward"]["edited_by"] == "田中 美咲"


def test_a_moved_plan_moves_the_draft_with_it(town):
    _, stay_id = town.a_stay()
    town.ask(town.tanaka, "get_note", stay_id=stay_id)

    town.ask(town.tanaka, "plan_discharge", stay_id=stay_id, planned_at="2027-03-01T10:30:00+09:00")

    page = town.ask(town.tanaka, "get_note", stay_id=stay_id)
    assert page["draft"]["content"]["planned_on"] == "2027-03-01"


def test_two_windows_cannot_overwrite_each_other(town):
    _, stay_id = town.a_stay()
    revision = town.ask(town.tanaka, "get_note", stay_id=stay_id)["draft"]["revision"]
    town.ask(town.tanaka, "save_draft", stay_id=stay_id, revision=revision, content={"meal": "normal"})

    with pytest.raises(Conflict, match="draft_changed"):
        town.ask(town.tanaka, "save_draft", stay_id=stay_id, revision=revision, content={"meal": "tube"})

    assert town.ask(town.tanaka, "get_note", stay_id=stay_id)["draft"]["content"]["meal"] == "normal"


def test_the_saved_draft_is_what_is_sent_and_then_gone(town):
    _, stay_id = town.a_stay()
    town.ask(town.tanaka, "save_draft", stay_id=stay_id, content=A_NOTE)

    handoff = town.send(stay_id, content=None)

    note = town.read(town.aoki, handoff["handoff_id"])["note"]
    assert {key: note["content"].get(key) for key in A_NOTE} == A_NOTE
    assert town.count("note_draft", stay_id=stay_id) == 0


def test_the_next_version_starts_from_the_last_note(town):
    _, stay_id = town.a_stay()
    heard = [{"on": "2026-11-12", "informants": "看護師（田中 美咲）", "in_conference": False}]
    town.send(stay_id, content={**A_NOTE, "hearings": heard})

    page = town.ask(town.tanaka, "get_note", stay_id=stay_id)

    assert page["version"] == 2
    assert page["draft"]["content"]["outlook"] == A_NOTE["outlook"]
    assert page["draft"]["content"]["hearings"] == heard
    assert page["sources"]["outlook"]["from"] == "note"
    assert page["missing"] == []


def test_hearings_of_one_stay_are_not_carried_to_the_next(town):
    person_id, stay_id = town.a_stay()
    heard = [{"on": "2026-11-12", "informants": "看護師（田中 美咲）"}]
    town.send(stay_id, content={**A_NOTE, "hearings": heard})
    now = town.stack.clock.now()
    town.ask(town.tanaka, "discharge_person", stay_id=stay_id, discharged_at=now)

    page = town.ask(town.tanaka, "get_note", stay_id=town.admit(person_id))

    assert page["draft"]["content"]["outlook"] == A_NOTE["outlook"]
    assert "hearings" not in page["draft"]["content"]


def test_the_board_shows_the_draft_with_its_gaps(town):
    person_id, stay_id = town.a_stay()
    missing = town.ask(town.tanaka, "get_note", stay_id=stay_id)["missing"]

    board = town.ask(town.tanaka, "list_handoffs", board="sent")

    [draft] = [row for row in board["drafts"] if row["stay_id"] == stay_id]
    assert (draft["missing"], draft["person"]["person_id"]) == (len(missing), person_id)
    assert stay_id in {row["stay_id"] for row in board["stays"]}
