"""Which hints reach which stream, in which form, and when a stream ends."""

import queue
from collections.abc import Iterator
from itertools import islice
from types import SimpleNamespace
from typing import Any

import pytest

from contracts.errors import NotSignedIn, Unavailable
from gateway import stream
from gateway.hub import Hub, Reader
from gateway.sessions import SignedIn, signed_in_as
from gateway.stream import events, missed_alerts
from tests.unit.gateway.conftest import Answers

READY = "event: ready\ndata: {}\n\n"
BEAT = "event: beat\ndata: {}\n\n"


def a_person(name: str = "aoki", office: str = "office-1", session: str = "") -> SignedIn:
    acting = {"office_id": office, "role": "care_manager"}
    return signed_in_as(
        {"session": session or f"session-of-{name}", "account_id": name, "name": name, "acting": acting}
    )


def an_alert(seq: int, to: str = "account:aoki") -> dict[str, Any]:
    return {
        "event": "live",
        "to": [to],
        "kind": "alert",
        "seq": seq,
        "handoff_id": "h1",
        "state": "delivered",
    }


@pytest.fixture
def aoki(hub: Hub) -> Reader:
    return hub.join(a_person())


def what_waits(reader: Reader) -> list[Any]:
    return [reader.waiting.get_nowait() for _ in range(reader.waiting.qsize())]


def an_open_stream(hub: Hub, reader: Reader, missed: list[int] | None = None) -> Iterator[str]:
    items = [{"seq": seq, "handoff_id": "h1"} for seq in missed or []]
    after_seq = None if missed is None else 0
    opened = events(hub, reader, after_seq, lambda seq: iter(items), lambda: None, chance=lambda: 0.5)
    assert next(opened) == "retry: 3500\n\n"
    if missed is None:
        assert next(opened) == READY
    return opened


def test_a_hint_reaches_those_it_is_for_once(hub: Hub, aoki: Reader) -> None:
    baba = hub.join(a_person("baba"))
    other = hub.join(a_person("chiyo", office="office-2"))
    hint = an_alert(1) | {"to": ["account:aoki", "office:office-1"]}

    hub.on_hint(hint)

    assert what_waits(aoki) == [hint]
    assert what_waits(baba) == [hint]
    assert what_waits(other) == []


def test_an_alert_carries_its_number_and_no_more_than_ids_and_states(hub: Hub, aoki: Reader) -> None:
    opened = an_open_stream(hub, aoki)

    hub.on_hint(an_alert(7) | {"name": "鈴木 一郎"})

    assert next(opened) == (
        'id: 7\nevent: alert\ndata: {"handoff_id": "h1", "state": "delivered", "seq": 7}\n\n'
    )


def test_the_number_of_a_colleagues_inbox_is_not_mine(hub: Hub) -> None:
    opened = an_open_stream(hub, hub.join(a_person("baba")))

    hub.on_hint(an_alert(7) | {"to": ["account:aoki", "office:office-1"]})

    assert next(opened) == 'event: alert\ndata: {"handoff_id": "h1", "state": "delivered"}\n\n'


def test_what_was_missed_comes_first_and_nothing_twice(hub: Hub, aoki: Reader) -> None:
    opened = an_open_stream(hub, aoki, missed=[4, 5])

    hub.on_hint(an_alert(5))
    hub.on_hint(an_alert(6))

    lines = [text.split("\n")[0] for text in islice(opened, 4)]
    assert lines == ["id: 4", "id: 5", "event: ready", "id: 6"]


def test_a_number_that_is_not_the_readers_hides_nothing(hub: Hub, aoki: Reader) -> None:
    opened = events(hub, aoki, 9000, lambda seq: iter(()), lambda: None, chance=lambda: 0)

    hub.on_hint(an_alert(6))

    lines = [text.split("\n")[0] for text in islice(opened, 3)]
    assert lines == ["retry: 2000", "event: ready", "id: 6"]


def test_missed_alerts_are_asked_for_page_by_page(answers: Answers) -> None:
    def page(request: dict[str, Any]) -> dict[str, Any]:
        first = request["after_seq"] + 1
        return {"items": [{"seq": seq} for seq in range(first, min(first + 200, 451))]}

    answers.by_method["list_inbox"] = page

    found = [item["seq"] for item in missed_alerts(answers, a_person().caller, 0)]

    assert found == list(range(1, 451))
    assert len(answers.of("list_inbox")) == 3


@pytest.mark.parametrize(
    "hint",
    [
        {"event": "session_ended", "session": "session-of-aoki"},
        {"event": "session_changed", "session": "session-of-aoki"},
        {"event": "account_suspended", "account_id": "aoki"},
    ],
)
def test_a_stream_closes_with_its_session(hub: Hub, aoki: Reader, hint: dict[str, Any]) -> None:
    baba = hub.join(a_person("baba"))
    opened = an_open_stream(hub, aoki)
    hub.on_hint(an_alert(1))

    hub.on_hint(hint)

    assert list(opened) == []
    assert baba.is_open
    assert len(hub) == 1


def test_a_slow_stream_is_dropped_and_forgotten(hub: Hub, aoki: Reader) -> None:
    for seq in range(101):
        hub.on_hint(an_alert(seq))

    assert not aoki.is_open
    assert len(hub) == 0


def test_the_oldest_of_too_many_streams_of_a_session_closes(hub: Hub) -> None:
    readers = [hub.join(a_person()) for _ in range(11)]

    assert [reader.is_open for reader in readers] == [False] + [True] * 10


def test_a_quiet_stream_shows_that_it_lives(hub: Hub, aoki: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "HEARTBEAT_S", 0.01)

    assert next(an_open_stream(hub, aoki)) == BEAT


def test_streams_that_opened_together_ask_again_and_beat_at_different_moments(
    hub: Hub, aoki: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []

    def wait(timeout: float) -> None:
        waits.append(timeout)
        raise queue.Empty

    monkeypatch.setattr(aoki, "waiting", SimpleNamespace(get=wait, put_nowait=lambda hint: None))
    # It has three quarters of its time behind it when it opens.
    moments, asked = iter([0.0, 0.0, 11.0, 26.0, 26.0]), []
    opened = events(
        hub, aoki, None, lambda seq: iter(()), lambda: asked.append(1), lambda: next(moments), lambda: 0.75
    )

    told = [next(opened) for _ in range(4)]

    assert told == ["retry: 4250\n\n", READY, BEAT, BEAT]
    assert waits == [pytest.approx(stream.HEARTBEAT_S / 4), stream.HEARTBEAT_S]
    assert asked == []
    assert next(opened) == BEAT
    assert asked == [1]


@pytest.mark.parametrize("problem", [NotSignedIn("session_ended"), Unavailable("no_answer")])
def test_a_stream_whose_session_cannot_be_confirmed_ends(
    hub: Hub, aoki: Reader, monkeypatch: pytest.MonkeyPatch, problem: Exception
) -> None:
    monkeypatch.setattr(stream, "HEARTBEAT_S", 0.001)
    monkeypatch.setattr(stream, "RECHECK_S", 0.01)

    def recheck() -> None:
        raise problem

    opened = events(hub, aoki, None, lambda seq: iter(()), recheck, chance=lambda: 0)

    assert list(opened)[:2] == ["retry: 2000\n\n", READY]
    assert len(hub) == 0


def test_nothing_is_left_of_streams_that_are_gone(hub: Hub) -> None:
    for number in range(50):
        hub.leave(hub.join(a_person(f"person-{number}", office=f"office-{number}")))

    assert (len(hub), dict(hub._readers), dict(hub._sessions)) == (0, {}, {})
