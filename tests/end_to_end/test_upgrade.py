"""Upgrade rehearsal: a city of each earlier version, migrated by today's code, answers the same."""

import json

import pytest

from tests.support.backups import command
from tests.support.people import settle_city, sign_in
from tests.support.stack import Stack
from tests.support.upgrading import COUNTED, LARGEST_BYTES, MACHINES, answers, counts, fixtures, kind_of
from tsunagi.parts import PROCESSES

# Each version starts a whole city.
pytestmark = pytest.mark.long


def test_there_is_a_city_to_rehearse_with_and_it_stays_small():
    assert {kind_of(file) for file in fixtures()} == set(MACHINES)
    assert [file for file in fixtures() if file.stat().st_size > LARGEST_BYTES] == []


@pytest.fixture(scope="module", params=fixtures(), ids=lambda file: file.stem)
def backup(request):
    return request.param


@pytest.fixture(scope="module")
def its_machine(backup, machine):
    """The kind of databases that the backup was made of: it stays with them."""
    kind = MACHINES[kind_of(backup)]
    if isinstance(machine, kind):
        yield machine
    elif machine.pattern.is_embedded:
        pytest.skip("a city on servers is not restored into files")
    else:
        own = kind().start()
        yield own
        own.stop()


@pytest.fixture(scope="module")
def upgraded(backup, its_machine, mail):
    """The running city, and what it answered when its version was the newest."""
    before = json.loads(backup.with_suffix(".json").read_text(encoding="utf-8"))
    home = its_machine.fresh(TSUNAGI_SMTP_URL=mail.url)
    code, told = command(home, "restore", str(backup))
    assert code == 0, told
    before["rows restored"] = {service: counts(home, service) for service in COUNTED}
    # Nobody knows the passwords of that time.
    settle_city(home)
    running = Stack(home, PROCESSES).start()
    home.broker.settle()
    yield running, before
    running.throw_away()
    home.close()


def test_no_row_is_lost(upgraded):
    _, before = upgraded

    assert before["rows restored"] == before["rows"]


def test_handoffs_ladders_and_offices_are_told_as_before(upgraded):
    stack, before = upgraded

    now = answers(stack, list(before["handoffs"]))

    for what in ("handoffs", "ladders", "offices"):
        assert keeps(now[what], before[what]), what


def test_an_inbox_holds_what_it_held(upgraded):
    stack, before = upgraded

    items = sign_in(stack, "sato").get("/api/inbox")["items"]

    assert keeps([item["handoff_id"] for item in items], [item["handoff_id"] for item in before["inbox"]])


def test_the_access_log_is_whole(upgraded):
    stack, _ = upgraded
    code, told = command(stack.home, "audit", "verify")

    assert code == 0, told


def test_work_goes_on_where_it_was(upgraded):
    stack, before = upgraded
    waiting = next(id for id, each in before["handoffs"].items() if each["state"] == "delivered")

    answer = sign_in(stack, "sato").post(f"/api/handoffs/{waiting}/acknowledgement")
    stack.broker.settle()

    assert answer["state"] == "acknowledged"
    assert sign_in(stack, "tanaka").get(f"/api/handoffs/{waiting}/ladder")["state"] == "acknowledged"


def keeps(now, before):
    """Whether all that was told is told still; a newer version may tell more of the same."""
    if isinstance(before, dict):
        return isinstance(now, dict) and all(
            name in now and keeps(now[name], before[name]) for name in before
        )
    if isinstance(before, list):
        return len(now) == len(before) and all(map(keeps, now, before))
    return now == before


def test_less_than_before_is_noticed():
    assert keeps({"a": [{"b": 1, "new": 2}]}, {"a": [{"b": 1}]})
    assert not keeps({"a": [{"b": 2}]}, {"a": [{"b": 1}]})
    assert not keeps({"a": []}, {"a": [{"b": 1}]})
    assert not keeps({}, {"a": None})
