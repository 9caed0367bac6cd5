"""The note's form on pages and paper, whatever its fields are."""

from werkzeug.datastructures import MultiDict

from contracts import forms
from gateway.pages import note_form, note_view, sheet

FORM = forms.load(note_view.DEFAULT_FORM)


def test_a_note_is_told_in_the_words_of_its_form():
    content = {"meal": "other", "meal_other": "軟飯", "planned_on": "2026-11-27", "name": "例 千代"}

    parts = note_view.parts_of(FORM, content, ["meal_other"])

    told = [(line.label, line.text, line.is_changed) for part in parts for line in part.lines]
    assert told == [
        ("退院（所）予定日", "令和8年11月27日（金）", False),
        ("食事形態", "そのほか（軟飯）", True),
    ]


def test_a_log_keeps_its_rows():
    content = {"hearings": [{"on": "2026-11-12", "informants": "看護師", "in_conference": False}]}

    line = note_view.parts_of(FORM, content, [])[0].lines[0]

    assert line.rows == (("令和8年11月12日（木）", "看護師", "無"),)


def test_a_path_is_named_by_its_section_and_label():
    assert note_view.label_of(FORM, "bathing") == "疾患と入院（所）中の状況：入浴方法"
    assert note_view.label_of(FORM, "hearings.1.on") == "聞き取りの記録：2回目 聞き取り日"


def test_each_section_counts_what_is_missing():
    empty = note_form.sections(FORM, {})
    filled = note_form.sections(FORM, {"person_wish": "庭に出たい"})
    wishes = next(at for at, section in enumerate(FORM.sections) if section.path == "wishes")

    assert sum(section.gaps for section in empty) == len(forms.missing(FORM, {}))
    assert (empty[wishes].gaps, filled[wishes].gaps, filled[wishes].answered) == (1, 0, 1)


def test_the_button_beside_a_value_empties_it():
    typed = note_form.typed(FORM, MultiDict({"ward": "4東", "room": "412"}), "clear:ward")

    assert (typed["ward"], typed["room"]) == (None, "412")


def test_the_sheet_has_a_place_for_every_field():
    blocks = sheet.sheet(FORM, {"toilet": ["toilet", "catheter"], "catheter": "尿道"}).blocks
    cells = {cell.label: cell for block in blocks for row in block.rows for cell in row}

    expected = {field.label for field in FORM if field.kind != "log" and not field.only_if}
    assert cells.keys() == expected
    assert [word for word, on in cells["排泄方法"].options if on] == ["トイレ", "カテーテル・パウチ"]
    assert cells["排泄方法"].text == "（尿道）"
    assert all(len(row) <= 2 for block in blocks for row in block.rows)


def test_a_long_note_gets_smaller_letters():
    short = sheet.sheet(FORM, {})
    long = sheet.sheet(FORM, {path: "あ" * 900 for path in ("outlook", "hindrances", "requirements")})

    assert short.density != "tighter"
    assert long.density == "tighter"


def test_an_empty_row_lacks_nothing():
    typed = {"hearings": [{"on": "2026-11-12", "informants": None}, {"on": None, "informants": None}]}

    gaps = [gap.path for gap in note_form.missing(FORM, typed)]

    assert [path for path in gaps if path.startswith("hearings")] == ["hearings.0.informants"]
