"""What a service's process needs of eventlet stays out of the tests' own."""

import subprocess
import sys


def told_by(code: str) -> str:
    """Return what a fresh process prints that has `http.server` and then runs this."""
    begin = "import http.server, sys; from tests.support import unpatched; import eventlet.wsgi\n"
    command = [sys.executable, "-W", "ignore", "-c", begin + code]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def test_a_copy_that_eventlet_left_in_a_package_is_found_and_taken_away():
    told = told_by(
        "print(unpatched.eventlets()); unpatched.give_back()\n"
        "print(unpatched.eventlets(), http.server is sys.modules['http.server'])"
    )

    assert told.splitlines() == ["{'http.server'}", "set() True"]


def test_a_patched_process_is_found():
    told = told_by("eventlet.monkey_patch(); print(sorted(unpatched.eventlets() & {'thread', 'socket'}))")

    assert told == "['socket', 'thread']"
