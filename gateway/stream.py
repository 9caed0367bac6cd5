"""What one open stream says, as server-sent events."""

import json
import logging
import queue
import random
import time
from collections.abc import Callable, Iterator
from typing import Any

from chassis.auth import Caller
from contracts.errors import Problem
from gateway.asking import Asks
from gateway.hub import Hub, Reader

logger = logging.getLogger(__name__)

HEARTBEAT_S = 15
RECHECK_S = 60
# Those whom a gateway has lost together do not come back together.
_RETRY_MS = (2000, 5000)
_CATCH_UP_PAGE = 200
# What of a hint a browser may see.
_SHOWN = ("handoff_id", "conference_id", "stay_id", "alert_id", "state")

CatchUp = Callable[[int], Iterator[dict[str, Any]]]


def events(
    hub: Hub,
    reader: Reader,
    after_seq: int | None,
    catch_up: CatchUp,
    recheck: Callable[[], Any],
    monotonic: Callable[[], float] = time.monotonic,
    chance: Callable[[], float] = random.random,
) -> Iterator[str]:
    """Yield the stream of one reader, who has joined the hub already, until the session ends.

    First come the alerts after number `after_seq` that `catch_up` finds. Since the reader joined
    before, nothing falls between; what comes twice by that is sent once. Then `ready` says that from
    now on all is live; what has no number and was missed (states of handoffs, the office's inbox) the
    page has to look at again. While nothing happens a `beat` tells that the line holds.
    """
    first, last = _RETRY_MS
    try:
        yield f"retry: {first + int((last - first) * chance())}\n\n"
        # Never from the reader's own number: one that is too high would hide all that comes.
        told_to = 0
        if after_seq is not None:
            for item in catch_up(after_seq):
                told_to = item["seq"]
                yield _event("alert", item, told_to)
        yield _event("ready", {}, None)
        yield from _live(reader, told_to, recheck, monotonic, chance())
    except Problem as problem:
        # The browser connects again and finds a clear answer, or everything that it missed.
        logger.info("stream_ended", extra={"reason": problem.reason})
    finally:
        hub.leave(reader)


def not_yours() -> Iterator[str]:
    """Yield the stream of a page that somebody else has left open: it is over, not to be asked for again."""
    yield _event("over", {}, None)


def _live(
    reader: Reader, told_to: int, recheck: Callable[[], Any], monotonic: Callable[[], float], place: float
) -> Iterator[str]:
    # Ten thousand that opened at one moment have a place (0-1) each: their beats and checks spread out.
    checked_at = monotonic() - RECHECK_S * place
    wait_s = HEARTBEAT_S * (1 - place)
    while reader.is_open:
        # Hints may get lost with the broker: so the session is looked at now and then.
        if monotonic() - checked_at >= RECHECK_S:
            recheck()
            checked_at = monotonic()
        try:
            hint = reader.waiting.get(timeout=wait_s)
        except queue.Empty:
            yield _event("beat", {}, None)
            continue
        finally:
            wait_s = HEARTBEAT_S
        if hint is None or not reader.is_open:
            return
        if not _is_told(hint, reader, told_to):
            yield _hint_event(hint, reader)


def _is_told(hint: dict[str, Any], reader: Reader, told_to: int) -> bool:
    """Return whether the catch-up has had it: numbers come in the order in which they are saved."""
    return reader.account in hint["to"] and hint.get("seq") is not None and hint["seq"] <= told_to


def _hint_event(hint: dict[str, Any], reader: Reader) -> str:
    # `seq` counts in the inbox of the account that is named: for others of the office it says nothing.
    is_mine = reader.account in hint["to"]
    return _event(hint["kind"], hint, hint.get("seq") if is_mine else None)


def _event(kind: str, content: dict[str, Any], seq: int | None) -> str:
    data = {name: content[name] for name in _SHOWN if content.get(name) is not None}
    if seq is not None:
        data["seq"] = seq
    head = f"id: {seq}\n" if seq is not None else ""
    return f"{head}event: {kind}\ndata: {json.dumps(data)}\n\n"


def missed_alerts(calls: Asks, caller: Caller, after_seq: int) -> Iterator[dict[str, Any]]:
    """Yield the reader's own inbox items after a number, oldest first, however many there are."""
    while True:
        page = {"whose": "me", "after_seq": after_seq, "page_size": _CATCH_UP_PAGE}
        items = calls.ask("notify", "list_inbox", page, caller=caller)["items"]
        yield from items
        if len(items) < _CATCH_UP_PAGE:
            return
        after_seq = items[-1]["seq"]
