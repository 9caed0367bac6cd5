"""What a draft is filled with and keeps."""

from datetime import UTC, datetime

from contracts.forms import check, load
from services.sharing.domain import drafts
from services.sharing.domain.drafts import Draft, Origin

FORM = load("discharge_note.r6")
NOW = datetime(2026, 11, 24, 5, 2, tzinfo=UTC)


def a_draft(**changed):
    return Draft(
        **{"stay_id": "s1", "form": FORM.name, "revision": 0, "content": {}, "sources": {}, **changed}
    )


def stay_says(**values):
    return {"stay": Origin({f"stay.{key}": value for key, value in values.items()}, NOW, "田中 美咲")}


def test_a_value_says_where_it_came_from():
    filled = drafts.fill(FORM, a_draft(), stay_says(ward="4階東"), None)

    assert filled.content == {"ward": "4階東"}
    assert filled.sources == {"ward": {"from": "stay", "at": NOW.isoformat(), "by": "田中 美咲"}}


def test_what_follows_its_record_is_emptied_with_it():
    filled = drafts.fill(FORM, a_draft(), stay_says(planned_on="2026-11-27"), None)

    assert drafts.fill(FORM, filled, stay_says(planned_on=None), None) == a_draft()


def test_what_was_typed_is_never_replaced():
    typed = drafts.keep(FORM, a_draft(), check(FORM, {"ward": "5階"}), "田中 美咲", NOW)

    assert drafts.fill(FORM, typed, stay_says(ward="4階東"), None).content == {"ward": "5階"}


def test_what_was_emptied_is_not_filled_again():
    filled = drafts.fill(FORM, a_draft(), stay_says(ward="4階東"), None)
    emptied = drafts.keep(FORM, filled, check(FORM, {"ward": ""}), "田中 美咲", NOW)

    assert drafts.fill(FORM, emptied, stay_says(ward="4階東"), None).content == {}


def test_typing_the_same_is_no_edit():
    filled = drafts.fill(FORM, a_draft(), stay_says(ward="4階東"), None)

    assert drafts.keep(FORM, filled, check(FORM, {"ward": "4階東"}), "田中 美咲", NOW) == filled


def test_the_last_note_fills_what_may_be_carried_and_nothing_else():
    last = Origin({"outlook": "良好", "cause": "骨折", "written_on": "2026-01-01"}, NOW, "田中 美咲")

    filled = drafts.fill(FORM, a_draft(), {}, last)

    assert filled.content == {"outlook": "良好"}
    assert filled.sources["outlook"]["from"] == "note"
