"""The machine's clock is wrong by a day, and set right again, while people work."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from tests.faults.test_embedded_start import copied, pattern  # noqa: F401
from tests.support.embedded_run import Run, at_command
from tests.support.moved_clock import COMPILER, WallClock
from tests.support.sender import Sender, all_there_once, person

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(not COMPILER, reason="moving the clock needs a C compiler"),
]


@pytest.fixture
def folder(pattern, tmp_path):  # noqa: F811
    return copied(pattern, tmp_path)


@pytest.fixture
def wall(tmp_path):
    (tmp_path / "clock").mkdir()
    return WallClock(tmp_path / "clock")


def of_the_clock(folder):
    """Return what the doctor says of the clock."""
    found = json.loads(at_command("doctor", "--json", "--instance", folder).stdout)
    return [(each["state"], each["says"]) for each in found if each["check"] == "clock"]


@pytest.mark.parametrize("hours", [24, -24])
def test_a_day_off_and_back_nothing_is_lost_and_the_doctor_says_so(folder, wall, hours):
    with Run(folder, **wall.environment), Sender(folder) as sender:
        sender.sends(3)
        wall.set(hours)
        sender.sends(3)
        told = of_the_clock(folder)
        wall.set(0)
        sender.sends(3)
        sender.leave()
        all_there_once(folder, sender.accepted)
        last = person(folder, "tanaka").get(f"/api/handoffs/{sender.accepted[-1]}")

    assert len(set(sender.accepted)) == len(sender.accepted)
    assert {state for state, _ in told} == {"warning"}
    assert any("24 hours" in says for _, says in told)
    sent_at, next_at = (datetime.fromisoformat(last[name]) for name in ("sent_at", "next_at"))
    assert timedelta() < datetime.now(UTC) - sent_at < timedelta(minutes=10)
    # A weekend with a holiday at its end, at most.
    assert sent_at < next_at < sent_at + timedelta(days=5)
