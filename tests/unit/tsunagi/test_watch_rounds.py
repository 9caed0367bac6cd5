"""What operators are told by the watch: each trouble once, its end once, and nothing of a short absence."""

import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chassis import config
from tsunagi.watch import alarm
from tsunagi.watch.rounds import Memory, look, round_of
from tsunagi.watch.trouble import Trouble, broker_away, outbox_old


class Told:
    """Keeps what was told; while `is_deaf` nobody hears it."""

    def __init__(self) -> None:
        self.new: list[str] = []
        self.over: list[str] = []
        self.is_deaf = False

    def __call__(self, new: list[Trouble], over: list[str]) -> bool:
        if not self.is_deaf:
            self.new += [one.code for one in new]
            self.over += over
        return not self.is_deaf


AWAY = broker_away("ConnectionRefusedError")


def test_a_trouble_is_told_once_and_so_is_its_end() -> None:
    memory, told = Memory(), Told()

    for found in ([AWAY], [AWAY], [AWAY], [AWAY], [], [], [], []):
        round_of(found, memory, told)

    assert (told.new, told.over) == (["broker"], ["broker"])


def test_what_comes_and_goes_within_a_round_is_nobodys_trouble() -> None:
    memory, told = Memory(), Told()

    for found in ([AWAY], [], [AWAY], [], [AWAY], [AWAY], [], [AWAY], []):
        round_of(found, memory, told)

    assert (told.new, told.over) == (["broker"], [])


def test_a_trouble_whose_numbers_change_stays_the_same() -> None:
    memory, told = Memory(), Told()

    for minutes in range(2, 6):
        round_of([outbox_old("sharing", minutes, minutes * 60)], memory, told)

    assert told.new == ["outbox:sharing"]


def test_what_could_not_be_told_is_told_in_the_next_round() -> None:
    memory, told = Memory(), Told()
    told.is_deaf = True
    for _ in range(3):
        round_of([AWAY], memory, told)
    told.is_deaf = False
    round_of([AWAY], memory, told)

    assert told.new == ["broker"]


def test_a_restart_of_the_watch_repeats_nothing(tmp_path: Path) -> None:
    file, told = tmp_path / "watch.json", Told()
    for _ in range(2):
        round_of([AWAY], Memory.of(file), told)

    round_of([AWAY], Memory.of(file), told)
    for _ in range(2):
        round_of([], Memory.of(file), told)

    assert (told.new, told.over) == (["broker"], ["broker"])


@pytest.mark.parametrize("content", ["", "{", '{"found": 1}', "[]", '{"found": [], "told": []}'])
def test_a_memory_that_cannot_be_read_is_an_empty_one(tmp_path: Path, content: str) -> None:
    file = tmp_path / "watch.json"
    file.write_text(content)

    memory = Memory.of(file)

    assert (memory.found, memory.told) == ({}, {})


def test_a_look_that_breaks_is_a_trouble_and_keeps_no_other_from_looking() -> None:
    def breaks() -> Any:
        raise KeyError("secret")

    found = look({"one": breaks, "two": lambda: iter([AWAY])})

    assert [one.code for one in found] == ["look:one", "broker"]
    assert "secret" not in str(found)


def test_a_look_that_hangs_is_a_trouble() -> None:
    ends = threading.Event()

    def hangs() -> Any:
        ends.wait(60)
        return iter(())

    found = look({"one": hangs, "two": lambda: iter([AWAY])}, limit_s=0.2)
    ends.set()

    assert [one.code for one in found] == ["look:one", "broker"]


def test_a_look_that_hangs_is_not_started_again_before_it_has_ended() -> None:
    ends, begun, hung = threading.Event(), [], {}

    def hangs() -> Any:
        begun.append(1)
        ends.wait(60)
        return iter([AWAY])

    codes = [[one.code for one in look({"one": hangs}, 0.05, hung)] for _ in range(3)]
    before = len(begun)
    ends.set()
    hung["one"].join(60)
    after = look({"one": hangs}, 60, hung)

    assert (codes, before) == ([["look:one"]] * 3, 1)
    assert ([one.code for one in after], len(begun), hung) == (["broker"], 2, {})


@pytest.mark.parametrize("url", ["", "smtp://[", "http://mail.example.jp"])
def test_whom_nothing_can_be_mailed_are_not_named(url: str) -> None:
    named = {"TSUNAGI_WATCH_TO": "ishida@example.jp", "TSUNAGI_WATCH_SMTP_URL": url}

    with pytest.raises(config.BadSettings, match="WATCH_SMTP_URL"):
        alarm.check(config.load("watch", named))
    alarm.check(config.load("watch", {**named, "TSUNAGI_WATCH_SMTP_URL": "smtp://mail.example.jp"}))
    alarm.check(config.load("watch", {}))


@pytest.fixture
def no_web() -> Iterator[str]:
    """The address of somebody who answers in a language of their own."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            with server.accept()[0] as caller:
                caller.recv(1024)
                caller.sendall(b"hello\r\n\r\n")

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        thread.join(10)


def test_a_ping_that_is_not_taken_ends_nothing(no_web: str) -> None:
    assert not alarm.ping(no_web)
    assert not alarm.ping("http://[")


def test_a_mail_that_cannot_be_handed_over_ends_nothing() -> None:
    named = {"TSUNAGI_WATCH_TO": "ishida@example.jp", "TSUNAGI_WATCH_SMTP_URL": "smtp://["}

    assert not alarm.send(config.load("watch", named), [AWAY], [])


def test_the_mail_says_what_it_is_and_what_to_do_in_both_languages() -> None:
    settings = config.load("watch", {"TSUNAGI_WATCH_TO": "ishida@example.jp, second@example.jp"})

    mail = alarm.compose(settings, [AWAY], ["outbox:sharing"])

    assert mail["To"] == "ishida@example.jp, second@example.jp"
    assert "1件" in mail["Subject"]
    text = mail.get_content()
    for words in (*AWAY.says, *AWAY.do, "[broker]", "[outbox:sharing]"):
        assert words in text


@pytest.mark.parametrize(
    ("name", "value"), [("WATCH_PING_URL", "file:///etc/passwd"), ("WATCH_PROCESSES", "notify")]
)
def test_a_wrong_setting_is_refused(name: str, value: str) -> None:
    with pytest.raises(config.BadSettings, match=name):
        config.load("watch", {f"TSUNAGI_{name}": value})
