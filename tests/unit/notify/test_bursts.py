"""How many letters somebody gets within a minute."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.notify.bursts import AT_ONCE, WINDOW, counted, rests_until

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


def test_after_a_few_letters_a_person_rests_until_the_minute_is_over():
    assert rests_until(NOW, AT_ONCE - 1, NOW) is None
    assert rests_until(NOW, AT_ONCE, NOW + timedelta(seconds=59)) == NOW + WINDOW
    assert rests_until(NOW, AT_ONCE, NOW + WINDOW) is None


def test_a_clock_that_is_set_back_lets_nobody_wait():
    assert rests_until(NOW, AT_ONCE, NOW - timedelta(days=1)) is None
    assert counted(NOW, AT_ONCE, NOW - timedelta(days=1)) == (NOW - timedelta(days=1), 1)


@given(st.lists(st.integers(0, 20), min_size=1, max_size=200))
def test_however_letters_come_due_few_go_out_and_none_waits_longer_than_the_minute(pauses_s):
    began_at, letters, at = NOW, 0, NOW
    sent = []
    for pause_s in pauses_s:
        at += timedelta(seconds=pause_s)
        goes_at = rests_until(began_at, letters, at) or at
        assert goes_at - at <= WINDOW
        at = goes_at
        began_at, letters = counted(began_at, letters, at) if letters else (at, 1)
        sent.append(at)

    for first, other in zip(sent, sent[2 * AT_ONCE :], strict=False):
        assert other - first >= WINDOW
