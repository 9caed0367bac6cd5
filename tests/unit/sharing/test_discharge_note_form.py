"""The discharge note as data: every field of the sheet, and what is said of its content."""

import pytest
from werkzeug.datastructures import MultiDict

from contracts.forms import KINDS, changed, check, codes, from_inputs, load, missing, schema, settled

NOTE = load("discharge_note.r6")


def test_the_form_follows_the_sheet_in_its_three_parts():
    parts = list(dict.fromkeys(section.part for section in NOTE.sections))

    assert parts == ["1 基本情報・現在の状態 等", "2 課題認識のための情報", "3 聞き取りの記録"]


def test_every_field_is_complete_and_named_once():
    fields = [*NOTE, *NOTE.field("hearings").columns]

    assert len({field.path for field in fields}) == len(fields)
    assert [field.path for field in fields if field.kind not in KINDS or not field.label] == []
    assert [field.path for field in fields if field.kind in ("choice", "choices") and not field.choices] == []


def test_conditions_and_exclusive_choices_name_what_exists():
    for field in NOTE:
        if field.only_if:
            asked = NOTE.field(field.only_if.path)
            known = {choice.code for choice in asked.choices} or {True, False}
            assert field.only_if.value in known
        if field.exclusive:
            assert field.exclusive in {choice.code for choice in field.choices}


def test_good_values_become_plain_values():
    typed = {
        "age": "８２",
        "has_ban": "yes",
        "toilet": ["commode", "toilet"],
        "cause": " 骨折 ",
        "written_on": "2026-11-24",
    }

    checked = check(NOTE, typed)

    assert checked.errors == {}
    assert checked.values == {
        "age": 82,
        "has_ban": True,
        "toilet": ["toilet", "commode"],
        "cause": "骨折",
        "written_on": "2026-11-24",
    }


@pytest.mark.parametrize(
    ("path", "typed", "code"),
    [
        ("water_ml", "1.2L", "not_a_number"),
        ("water_ml", True, "not_a_number"),
        ("water_ml", 10001, "out_of_range"),
        ("written_on", "2026-02-30", "not_a_date"),
        ("written_on", 20261124, "not_a_date"),
        ("cause", "長" * 401, "too_long"),
        ("cause", 5, "not_text"),
        ("cause", "a\x00b", "bad_character"),
        ("cause", "a\ud800b", "bad_character"),
        ("sleep", "often", "not_a_choice"),
        ("sleep", {"a": 1}, "not_a_choice"),
        ("toilet", "toilet", "not_a_choice"),
        ("toilet", [["toilet"]], "not_a_choice"),
        ("mind", ["none", "other"], "stands_alone"),
        ("has_ban", 3, "not_a_choice"),
        ("hearings", "x", "not_rows"),
        ("hearings", [{}, {}, {}, {}], "too_many"),
        ("diagnosis", "x", "unknown_field"),
    ],
)
def test_a_wrong_value_is_refused_with_a_code_at_its_field(path, typed, code):
    checked = check(NOTE, {path: typed, "room": "412"})

    assert checked.errors == {path: [code]}
    assert checked.values == {"room": "412"}


def test_a_wrong_cell_of_the_log_leaves_its_neighbours():
    typed = [{}, {"on": "11/12", "informants": "看護師（田中 美咲）"}]

    checked = check(NOTE, {"hearings": typed})

    assert checked.errors == {"hearings.1.on": ["not_a_date"]}
    assert checked.values == {"hearings": [{"informants": "看護師（田中 美咲）"}]}


def test_what_was_emptied_is_named():
    checked = check(NOTE, {"room": " ", "mind": [], "hearings": [{"on": None}], "has_ban": False})

    assert checked.cleared == ("room", "mind", "hearings")
    assert checked.values == {"has_ban": False}


def test_missing_goes_in_page_order_and_follows_conditions():
    full = {field.path: "x" for field in NOTE if field.required and not field.only_if}
    answers = full | {"has_ban": True, "treatment": ["other"], "hearings": [{"informants": "医師"}]}
    del answers["cause"]

    assert missing(NOTE, answers) == ["cause", "treatment_other", "ban", "hearings.0.on"]


def test_fixed_fields_are_never_asked_for():
    assert not {"name", "kana", "sex", "age"} & set(missing(NOTE, {}))


def test_answers_to_questions_that_do_not_arise_are_left_out():
    assert settled(NOTE, {"ban": "屈曲90度まで", "has_ban": False}) == {"has_ban": False}
    assert list(settled(NOTE, {"ban": "屈曲90度まで", "has_ban": True})) == ["has_ban", "ban"]


def test_changed_ignores_the_day_of_writing():
    old = {"written_on": "2026-11-20", "planned_on": "2026-11-26", "room": "412"}
    new = {"written_on": "2026-11-24", "planned_on": "2026-11-27", "meal": "normal"}

    assert changed(NOTE, old, new) == ["room", "planned_on", "meal"]


def test_inputs_of_a_page_become_content():
    page = MultiDict(
        [
            ("toilet", "toilet"),
            ("toilet", "commode"),
            ("cause", "骨折\r\n手術"),
            ("hearings.1.on", "2026-11-12"),
        ]
    )

    content = from_inputs(NOTE, page)

    assert content["toilet"] == ["toilet", "commode"]
    assert content["cause"] == "骨折\n手術"
    assert content["hearings"][1]["on"] == "2026-11-12"
    assert content["room"] is None
    assert "name" not in content
    assert check(NOTE, content).errors == {}


def test_values_are_told_in_the_words_of_the_form():
    assert NOTE.field("toilet").text_of(["toilet", "commode"]) == "トイレ、ポータブル"
    assert NOTE.field("needs_new_level").text_of(True) == "必要"
    assert NOTE.field("water_ml").text_of(1200) == "1200mL"
    assert NOTE.field("room").text_of(None) == ""


def test_care_levels_are_those_of_the_insurance():
    assert [choice.code for choice in codes("care_level")][-4:] == [
        "25",
        "applying",
        "changing",
        "not_applied",
    ]


def test_the_schema_is_made_once():
    assert schema(NOTE) is schema(load("discharge_note.r6"))
