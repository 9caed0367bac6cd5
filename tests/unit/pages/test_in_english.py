"""Days, spans and sheets for readers of English."""

from datetime import UTC, datetime, timedelta

import pytest

from contracts import forms
from gateway.pages import dates, form_words, note_view, sheet
from tests.support.sentences import JAPANESE

NOW = datetime(2026, 11, 24, 5, 20, tzinfo=UTC)  # Tuesday, 14:20 in Tokyo

pytestmark = pytest.mark.usefixtures("in_english")


def test_days_are_written_in_western_years():
    assert dates.long_day("1944-04-12") == "12 Apr 1944"
    assert dates.full_day("2026-11-24") == "Tue 24 Nov 2026"
    assert dates.full_day("2026-11-23") == "Mon 23 Nov 2026 (holiday)"
    assert dates.short_day("2026-11-27", NOW) == "Fri 27 Nov"
    assert dates.short_day("2027-03-31", NOW) == "Wed 31 Mar 2027"


def test_times_are_those_of_tokyo():
    assert dates.full_time("2026-11-24T05:20:00+00:00") == "Tue 24 Nov 2026, 14:20"
    assert dates.day_and_time("2026-11-24T06:02:00+00:00", NOW) == "today 15:02"
    assert dates.day_and_time("2026-11-25T00:00:00+00:00", NOW) == "tomorrow 9:00"
    assert dates.day_and_time("2026-11-27T01:30:00+00:00", NOW) == "Fri 27 Nov 10:30"
    assert dates.when("2026-11-22T15:00:00+00:00", NOW) == "Mon 23 Nov (holiday) 0:00"


@pytest.mark.parametrize(
    ("span", "written"),
    [
        (timedelta(seconds=20), "1 min"),
        (timedelta(hours=21, minutes=40), "21 h 40 min"),
        (timedelta(hours=2), "2 h"),
        (timedelta(days=3, hours=5), "3 days"),
    ],
)
def test_a_span_is_written_in_its_two_largest_units(span, written):
    assert dates.how_long(span) == written


def test_a_sheet_keeps_its_fields_and_rules():
    english, japanese = form_words.load(note_view.DEFAULT_FORM), forms.load(note_view.DEFAULT_FORM)

    assert [shape(field) for field in english] == [shape(field) for field in japanese]
    assert forms.missing(english, {}) == forms.missing(japanese, {})
    assert form_words.load(note_view.DEFAULT_FORM) is english


def shape(field):
    codes = [choice.code for choice in field.choices]
    return field.path, field.kind, field.required, field.longest, field.only_if, codes, len(field.columns)


def test_a_sheet_has_no_japanese_left():
    form = form_words.load(note_view.DEFAULT_FORM)

    assert JAPANESE.findall(f"{form.title}{form.edition}{form.sections}") == []


def test_a_note_is_told_in_english():
    content = {"meal": "other", "meal_other": "soft rice", "toilet": ["toilet", "commode"], "has_ban": False}

    parts = note_view.parts_of(form_words.load(note_view.DEFAULT_FORM), content, [])

    assert [(line.label, line.text) for part in parts for line in part.lines] == [
        ("Using the toilet", "Toilet, Commode"),
        ("Kind of meals", "Other (soft rice)"),
        ("Things that must not be done", "No"),
    ]


def test_the_sheet_on_paper_is_in_english():
    form = form_words.load(note_view.DEFAULT_FORM)

    assert JAPANESE.findall(str(sheet.sheet(form, {"toilet": ["catheter"], "catheter": "x"}).blocks)) == []
    assert (
        note_view.label_of(form, "hearings.1.on") == "Record of interviews: Interview 2 Day of the interview"
    )
