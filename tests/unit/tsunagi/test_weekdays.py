"""Office hours as they are typed."""

import click
import pytest

from tsunagi.commands.weekdays import Hours, weekly


def typed(*texts):
    said = [Hours().convert(text, None, None) for text in texts]
    return {day: spans for day, spans in weekly(said).items() if spans}


MORNING = {"opens": "09:00", "closes": "12:00"}
AFTERNOON = {"opens": "13:00", "closes": "24:00"}


@pytest.mark.parametrize(
    ("text", "week"),
    [
        ("mon-wed 9:00-12:00", {"mon": [MORNING], "tue": [MORNING], "wed": [MORNING]}),
        ("mon,fri 09:00-12:00,13:00-24:00", {"mon": [MORNING, AFTERNOON], "fri": [MORNING, AFTERNOON]}),
        ("金-土 9:00-12:00", {"fri": [MORNING], "sat": [MORNING]}),
        ("SUN 9:00-12:00", {"sun": [MORNING]}),
    ],
)
def test_days_and_times_become_a_week(text, week):
    assert typed(text) == week


def test_what_is_said_of_one_day_twice_adds_up():
    assert typed("mon 9:00-12:00", "mon 13:00-24:00") == {"mon": [MORNING, AFTERNOON]}


@pytest.mark.parametrize("text", ["mon", "fri-mon 9:00-12:00", "x 9:00-12:00", "mon 9:00-25:00", "mon 9-12"])
def test_what_cannot_be_read_is_refused(text):
    with pytest.raises(click.BadParameter):
        typed(text)
