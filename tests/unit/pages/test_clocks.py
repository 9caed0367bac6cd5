"""What is awaited, until when, and what follows."""

from datetime import UTC, datetime

import pytest

from gateway.pages import clocks
from gateway.pages.clocks import Clock

NOW = datetime(2026, 11, 24, 5, 20, tzinfo=UTC)  # 14:20 in Tokyo
DUE = "2026-11-24T06:02:00+00:00"


def a_handoff(state: str, **known: object) -> dict:
    return {"state": state, "sent_at": "2026-11-24T05:02:00+00:00", "next_at": DUE, **known}


def test_the_sender_sees_who_is_next():
    clock = clocks.for_sender(a_handoff("seen"), "副担当 馬場 二 様", NOW)

    assert clock == Clock("", "受け取り", DUE, "今日 15:02 まで", "次は 副担当 馬場 二 様")


def test_an_answer_tells_how_long_it_took():
    clock = clocks.for_sender(a_handoff("acknowledged", acknowledged_at=DUE), "", NOW)

    assert (clock.kind, clock.until, clock.then) == ("met", "15:02", "送信から 1時間")


@pytest.mark.parametrize("state", ["declined", "overdue"])
def test_red_means_that_the_sender_must_act(state):
    assert clocks.for_sender(a_handoff(state), "", NOW).kind == "last"


def test_the_receiver_sees_what_is_left_and_what_follows():
    clock = clocks.for_receiver(DUE, "副担当 馬場 二 さん", False, NOW)

    assert clock == Clock(
        "today", "受け取り", DUE, "今日 15:02 まで", "そのあと 副担当 馬場 二 さん へ", "あと 42分"
    )


def test_a_clock_of_another_day_is_calm_and_the_last_rung_is_not():
    tomorrow = "2026-11-25T01:00:00+00:00"

    assert clocks.for_receiver(tomorrow, "", False, NOW).kind == ""
    assert clocks.for_receiver(tomorrow, "", True, NOW).kind == "last"
