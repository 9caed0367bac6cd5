"""What somebody sends to the form of wishes, whoever made the form."""

import pytest

from gateway.pages.day_spans import SPANS, spans_shown
from gateway.pages.wish_form import values_of, wishes_of

HOURS = {"opens": "09:00", "closes": "10:00"}


@pytest.mark.parametrize(
    "name", ["mon", "mon_", "mon_99999999_opens", f"mon_{'9' * 5000}_opens", "mon_٣_opens"]
)
def test_a_field_that_the_page_does_not_have_adds_no_rows(name):
    assert spans_shown({name: "1"}) == SPANS
    assert wishes_of({name: "1"})["windows"] == {}


def test_more_windows_than_usual_are_shown_as_they_are():
    form = {f"tue_4_{end}": time for end, time in HOURS.items()}

    assert spans_shown(form) == 5
    assert wishes_of(form)["windows"] == {"tue": [HOURS]}


def test_midnight_closes_a_day_both_ways():
    wishes = wishes_of({"sat_0_opens": "20:00", "sat_0_closes": "00:00"})
    shown = values_of(wishes)

    assert wishes["windows"] == {"sat": [{"opens": "20:00", "closes": "24:00"}]}
    assert shown["sat_0_closes"] == "00:00"
    assert wishes_of(shown) == wishes
