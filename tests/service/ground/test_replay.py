"""Copies are rebuilt from the journal and parked messages sent again, by commands, while all runs."""

import json
import subprocess
import sys

import pytest

from contracts.directory import FacilityChanged
from services.directory.entering import add_office
from tests.support.broker import declare
from tests.support.eventually import eventually
from tests.support.machine import delays

HANDLER = "notify.on_facility_changed"
HOURS = {
    "weekly": {"mon": [{"opens": "08:30", "closes": "17:15"}]},
    "closes_on_holidays": True,
    "closed_days": [],
}


@pytest.fixture(scope="module")
def stack(start_stack):
    return start_stack("directory", "notify")


@pytest.fixture(scope="module")
def offices(stack):
    """Two offices of which notify has heard."""
    url = stack.instance.database_url("directory")
    office = {"kind": "desk", "municipality": "082015", "hours": HOURS}
    ids = {add_office(url, {**office, "name": name}).facility_id for name in ("一つめ", "二つめ")}
    eventually(lambda: {row["office_id"] for row in copy(stack)} == ids and settled(stack))
    return ids


def settled(stack):
    return stack.broker.queue_depths()[HANDLER] == 0


def copy(stack):
    rows = stack.database("notify").rows("SELECT office_id, name, hours FROM office ORDER BY office_id")
    return [{**row, "office_id": str(row["office_id"])} for row in rows]


def heard(stack):
    statement = "SELECT count(*) FROM inbox WHERE handler = 'on_facility_changed'"
    return stack.database("notify").scalar(statement)


def command(stack, *words):
    done = subprocess.run(
        [sys.executable, "-m", "tsunagi", *words],
        env=stack.instance.admin_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout.strip() or done.stderr.strip()


def replay(stack, *more):
    return command(stack, "replay", "--from", "directory", "--to", HANDLER, *more)


def test_a_copy_that_was_lost_is_rebuilt_from_the_journal(stack, offices):
    before, facts = copy(stack), heard(stack)
    stack.database("notify").execute("DELETE FROM office")
    stack.database("notify").execute("DELETE FROM inbox WHERE handler = 'on_facility_changed'")

    assert replay(stack) == (0, f"{facts} sent to {HANDLER}")

    eventually(lambda: heard(stack) == facts)
    assert copy(stack) == before
    assert before[0]["hours"]["weekly"]["mon"] == HOURS["weekly"]["mon"]


def test_what_a_handler_has_had_it_skips(stack, offices):
    stack.database("notify").execute("UPDATE office SET name = 'changed by hand'")

    code, _ = replay(stack)
    eventually(lambda: settled(stack))

    assert code == 0
    assert {row["name"] for row in copy(stack)} == {"changed by hand"}


def test_a_replay_to_a_queue_that_is_missing_fails_loudly_and_can_be_repeated(stack, offices):
    stack.take_down("notify")
    with stack.home.connect() as connection:
        connection.channel().queue_delete(HANDLER)

    code, told = replay(stack)

    assert code == 1
    assert f"queue {HANDLER} is missing: run `tsunagi migrate`" in told
    assert "0 were sent" in told
    assert "Traceback" not in told

    declare(stack.instance, delays(stack.instance))
    stack.bring_back("notify")
    code, told = replay(stack)
    assert (code, told) == (0, f"{heard(stack)} sent to {HANDLER}")
    eventually(lambda: settled(stack))


def test_only_what_is_young_enough_is_sent(stack, offices):
    assert replay(stack, "--since", "2099-01-01") == (0, f"0 sent to {HANDLER}")


def test_a_slip_is_told(stack):
    wrong = ("replay", "--from", "sharing", "--to", HANDLER)

    assert "hears directory, not sharing" in command(stack, *wrong)[1]
    assert (
        "no handler is called notify.on_rain"
        in command(stack, "replay", "--from", "sharing", "--to", "notify.on_rain")[1]
    )


def test_a_parked_message_is_listed_and_sent_again(stack, offices):
    [first, *_] = sorted(offices)
    stack.database("notify").execute("ALTER TABLE office RENAME TO office_away")
    fact = FacilityChanged.happened(
        municipality="082015",
        revision=99,
        facility_id=first,
        kind="desk",
        name="三つめ",
        services=[],
        hours={**HOURS, "is_provisional": False},
        is_listed=True,
    )
    envelope = stack.broker.publish(fact)
    eventually(lambda: stack.broker.dead_letters() == {f"{HANDLER}.dead": 1}, 30)

    code, listed = command(stack, "dead-letters", "list", "--service", "notify", "--json")
    stack.database("notify").execute("ALTER TABLE office_away RENAME TO office")
    assert command(stack, "dead-letters", "replay", "--service", "notify", "--fact", envelope["id"]) == (
        0,
        "1 sent again",
    )

    eventually(lambda: {"三つめ"} <= {row["name"] for row in copy(stack)})
    [letter] = json.loads(listed)
    assert (code, letter["queue"], letter["fact_id"], letter["subject"]) == (
        0,
        HANDLER,
        envelope["id"],
        first,
    )
    assert "三つめ" not in listed
    assert command(stack, "dead-letters", "list") == (0, "0 parked")
