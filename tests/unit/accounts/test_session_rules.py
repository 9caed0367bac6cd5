from datetime import UTC, datetime, timedelta

import pytest

from services.accounts.session_rules import idle_ends_at, is_over, wait_after, wait_left

START = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("used_after", "asked_after", "expected"),
    [
        (0, 59, False),
        (0, 60, True),
        (50, 109, False),
        (50, 110, True),
        (719, 719.5, False),
        (719, 720, True),  # 12 hours, however busy
    ],
)
def test_a_session_ends_an_hour_after_its_last_use_or_after_twelve(used_after, asked_after, expected):
    assert is_over(START, START + used_after * MINUTE, START + asked_after * MINUTE) is expected


def test_the_end_by_idling_is_never_after_the_end():
    assert idle_ends_at(START, START + 700 * MINUTE) == START + timedelta(hours=12)


def test_waits_double_from_the_eighth_try_up_to_five_minutes():
    waits = [wait_after(tries).total_seconds() for tries in range(1, 17)]

    assert waits == [0, 0, 0, 0, 0, 0, 0, 5, 10, 20, 40, 80, 160, 300, 300, 300]


def test_many_tries_do_not_break_the_count():
    assert wait_after(1_000_000) == timedelta(seconds=300)


def test_tries_at_the_same_moment_wait_for_nothing():
    assert wait_left(3, START + MINUTE, START) == timedelta()


def test_what_has_passed_counts():
    at = START + timedelta(seconds=3)

    assert wait_left(8, START, at) == timedelta(seconds=2)
    assert wait_left(8, START, START + timedelta(seconds=9)) == timedelta()
