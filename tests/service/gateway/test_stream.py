"""The live stream on the real bus: what happens is seen at once, what was missed comes first."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from chassis.ids import new_id
from contracts.sharing import DischargeNoted
from tests.service.gateway.conftest import AOKI, BABA, HOSPITAL, OFFICE, Browser
from tests.support.eventually import eventually
from tests.support.stack import Stack


def note(stack: Stack, to: str = AOKI.account_id) -> str:
    """Announce a discharge note for somebody; returns the handoff's id."""
    handoff_id = new_id()
    stack.broker.publish(
        DischargeNoted.happened(
            municipality="999997",
            handoff_id=handoff_id,
            stay_id=new_id(),
            code="K4M7-2PX",
            urgency="today",
            from_account_id=new_id(),
            from_office_id=HOSPITAL,
            to_account_id=to,
            to_office_id=OFFICE,
            noted_at=stack.clock.now(),
        )
    )
    return handoff_id


def inbox(browser: Browser) -> list[dict[str, Any]]:
    return browser.get("/api/inbox").json()["items"]


@pytest.mark.alone
def test_an_alert_is_seen_at_once_by_its_reader(browser: Callable[..., Browser], stack: Stack) -> None:
    stream = browser(AOKI).listen()
    began = time.monotonic()

    handoff_id = note(stack)

    event = stream.next()
    assert (event["event"], event["data"]["handoff_id"]) == ("alert", handoff_id)
    assert event["id"] == str(event["data"]["seq"])
    assert time.monotonic() - began < 2


def test_what_was_missed_comes_when_the_browser_connects_again(
    browser: Callable[..., Browser], stack: Stack
) -> None:
    aoki = browser(AOKI)
    stream = aoki.listen()
    note(stack)
    last = stream.next()["id"]
    stream.close()

    missed = [note(stack), note(stack)]
    eventually(lambda: {item["handoff_id"] for item in inbox(aoki)} >= set(missed))
    again = aoki.listen(Last_Event_ID=last)
    live = note(stack)

    seen = [again.next()["data"]["handoff_id"] for _ in range(3)]
    assert seen == [*missed, live]


def test_others_hear_nothing_of_it(browser: Callable[..., Browser], stack: Stack) -> None:
    aoki, baba = browser(AOKI).listen(), browser(BABA).listen()

    note(stack)
    aoki.next()
    mine = note(stack, to=BABA.account_id)

    assert baba.next()["data"]["handoff_id"] == mine


def test_a_strange_position_is_refused(browser: Callable[..., Browser]) -> None:
    answer = browser(AOKI).get("/api/stream?after_seq=-1")

    assert answer.json()["fields"]["after_seq"][0]["code"] == "not_a_number"


def test_a_visitor_gets_no_stream(browser: Callable[..., Browser]) -> None:
    assert browser().get("/api/stream").status_code == 401
