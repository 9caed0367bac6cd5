"""Processes of an instance: they get ready, come back when killed, and answer signed calls only."""

import pytest

from chassis.auth import Signer
from contracts.errors import NotSignedIn
from tests.support.calls import A_VISITOR, a_caller
from tests.support.eventually import eventually
from tests.support.stack import Stack


@pytest.fixture(scope="module")
def stack(start_stack) -> Stack:
    return start_stack("directory")


def test_a_killed_process_comes_back(stack: Stack):
    before = stack.pid("directory")

    stack.kill("directory")

    eventually(lambda: stack.pid("directory") != before)
    stack.wait_ready()
    assert stack.ask("directory", "search_facilities", {}, caller=A_VISITOR)["total"] == 0


def test_a_service_cannot_speak_for_a_person(stack: Stack):
    keys = stack.instance.folder / "keys"
    notify = Signer.from_folder("notify", keys / "notify")

    with pytest.raises(NotSignedIn):
        stack.ask("directory", "search_facilities", {}, caller=a_caller(), signer=notify)


def test_a_stop_is_obeyed_by_every_process(start_stack):
    running = start_stack()
    processes = {name: part.process for name, part in running.supervisor.parts.items()}

    running.stop()

    assert {name: process.returncode for name, process in processes.items()} == dict.fromkeys(processes, 0)
