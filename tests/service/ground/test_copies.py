"""Services as copies of one process: a place of their own, nobody else's secrets, and back when it dies."""

import os
import signal
from pathlib import Path

import pytest

from tests.support.eventually import eventually
from tests.support.stack import Stack
from tsunagi.copies import Press, is_there
from tsunagi.servers.process import Failed

NAMES = ("directory", "notify")


@pytest.fixture(scope="module")
def press(machine):
    """A press of its own, since the template that all others share must not be killed."""
    if not hasattr(machine, "press"):
        pytest.skip("an embedded instance has no copies")
    shared, machine.press = machine.press, Press(machine.folder / "killed.log")
    machine.press.begin()
    yield machine.press
    machine.press.close()
    machine.press = shared


@pytest.fixture(scope="module")
def stack(press, start_stack) -> Stack:
    return start_stack(*NAMES)


def test_each_copy_has_a_session_of_its_own_and_no_settings_of_another(stack, press):
    template = press._template.pid

    for name in NAMES:
        assert os.getsid(stack.pid(name)) == stack.pid(name) != template
    for pid in (template, *map(stack.pid, NAMES)):
        assert b"TSUNAGI_" not in Path(f"/proc/{pid}/environ").read_bytes()


def test_how_a_copy_ended_is_known(stack):
    directory = stack._part("directory").process

    stack.kill("directory")

    assert directory.wait(10) == -signal.SIGKILL
    stack.wait_ready()


def test_when_the_template_dies_all_come_back(stack, press):
    before = {name: stack.pid(name) for name in NAMES}

    os.kill(press._template.pid, signal.SIGKILL)

    eventually(lambda: not any(is_there(pid) for pid in before.values()), 30)
    for name in NAMES:
        eventually(lambda name=name: stack._part(name).process and stack.pid(name) != before[name], 60)
    stack.wait_ready()


def test_a_template_that_cannot_start_says_where_to_look(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    (tmp_path / "orjson.py").write_text("raise SystemExit('this environment is broken')")
    broken = Press(tmp_path / "template.log")

    with pytest.raises(Failed, match=r"template\.log\nthis environment is broken"):
        broken.start(["serve", "directory"], log=tmp_path / "directory.log", env={})
    broken.close()
