"""Days as people type them."""

from datetime import date

import pytest

from gateway.pages.typed_days import typed_day


@pytest.mark.parametrize(
    "text",
    [
        "昭和11年5月3日",
        "昭和１１年５月３日",
        "昭和 11年 5月 3日",
        "S11.5.3",
        "s11/05/03",
        "Ｓ１１．５．３",
        "S110503",
        "1936年5月3日",
        "1936-05-03",
        " 1936/5/3 ",
        "19360503",
        "1936−05−03",
        "1936－05－03",
        "昭和11ー5ー3",
        "S11・5・3",
        "S11･5･3",
    ],
)
def test_one_day_is_understood_in_each_way_of_writing_it(text):
    assert typed_day(text) == date(1936, 5, 3)


def test_the_first_year_of_an_era_may_be_written_in_words():
    assert typed_day("平成元年1月8日") == typed_day("H1.1.8") == date(1989, 1, 8)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "5月3日",
        "11.5.3",
        "昭和64年1月8日",
        "平成元年1月7日",
        "昭和0年5月3日",
        "S11.2.30",
        "1936/13/1",
        "S11",
        "x",
    ],
)
def test_what_may_be_meant_otherwise_or_never_was_is_none(text):
    assert typed_day(text) is None
