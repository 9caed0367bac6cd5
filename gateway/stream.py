"""Open live streams (server-sent events) and who gets which hint.

A hint says that something changed, never what: ids and states only. The tables of the services are
the truth; what a stream misses is served when the browser connects again.
"""

import json
import logging
import queue
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from chassis.auth import Caller
from contracts.errors import Problem
from gateway.parts import Asks
from gateway.sessions import ENDING, SignedIn

logger = logging.getLogger(__name__)

HEARTBEAT_S = 15
RECHECK_S = 60
_RETRY_MS = 3000
_WAITING_AT_MOST = 100
_STREAMS_A_SESSION = 10
_CATCH_UP_PAGE = 200
# What of a hint a browser may see.
_SHOWN = ("handoff_id", "conference_id", "stay_id", "alert_id", "state")

CatchUp = Callable[[int], Iterator[dict[str, Any]]]


class Reader:
    """One open stream: whose it is, and what waits to be sent to it."""

    __slots__ = ("account", "is_open", "office", "session", "waiting")

    def __init__(self, person: SignedIn) -> None:
        self.account = f"account:{person.caller.account_id}"
        self.office = f"office:{person.caller.office_id}"
        self.session = person.caller.session
        self.waiting: queue.Queue[dict[str, Any] | None] = queue.Queue(_WAITING_AT_MOST)
        self.is_open = True

    def close(self) -> None:
        """End the stream at once: what still waits is dropped, the browser catches up later."""
        self.is_open = False
        while True:
            try:
                self.waiting.put_nowait(None)
                return
            except queue.Full:
                _drop_one(self.waiting)


def _drop_one(waiting: "queue.Queue[Any]") -> None:
    try:
        waiting.get_nowait()
    except queue.Empty:
        return


class Hub:
    """All open streams of this process."""

    def __init__(self) -> None:
        self._readers: dict[str, set[Reader]] = defaultdict(set)
        self._sessions: dict[str, list[Reader]] = defaultdict(list)

    def __len__(self) -> int:
        return sum(len(readers) for readers in self._sessions.values())

    def join(self, person: SignedIn) -> Reader:
        """Return a new reader; the oldest stream of a session with too many is closed."""
        reader = Reader(person)
        for address in (reader.account, reader.office):
            self._readers[address].add(reader)
        mine = self._sessions[reader.session]
        mine.append(reader)
        if len(mine) > _STREAMS_A_SESSION:
            self.leave(mine[0])
        return reader

    def leave(self, reader: Reader) -> None:
        """Close a stream and forget it. May be called twice."""
        reader.close()
        for address in (reader.account, reader.office):
            self._readers[address].discard(reader)
            if not self._readers[address]:
                del self._readers[address]
        mine = self._sessions[reader.session]
        if reader in mine:
            mine.remove(reader)
        if not mine:
            del self._sessions[reader.session]

    def on_hint(self, hint: dict[str, Any]) -> None:
        """Pass a live hint to its readers; close the streams of a session that ended."""
        if hint.get("event") == "live":
            self._pass_on(hint)
        elif hint.get("event") in ENDING:
            self._close(hint)

    def _pass_on(self, hint: dict[str, Any]) -> None:
        for reader in {reader for address in hint.get("to", ()) for reader in self._readers.get(address, ())}:
            try:
                reader.waiting.put_nowait(hint)
            except queue.Full:
                logger.info("slow_stream_dropped")
                self.leave(reader)

    def _close(self, hint: dict[str, Any]) -> None:
        ended = list(self._sessions.get(hint.get("session", ""), ()))
        ended += self._readers.get(f"account:{hint.get('account_id')}", ())
        for reader in ended:
            self.leave(reader)

    def close_all(self) -> None:
        """Close every stream, when the process is to end."""
        for reader in [reader for readers in self._sessions.values() for reader in readers]:
            self.leave(reader)


def events(
    hub: Hub,
    reader: Reader,
    after_seq: int | None,
    catch_up: CatchUp,
    recheck: Callable[[], Any],
    monotonic: Callable[[], float] = time.monotonic,
) -> Iterator[str]:
    """Yield the stream of one reader, who has joined the hub already, until the session ends.

    First come the alerts after number `after_seq` that `catch_up` finds. Since the reader joined
    before, nothing falls between; what comes twice by that is sent once. Then `ready` says that from
    now on all is live; what has no number and was missed (states of handoffs, the office's inbox) the
    page has to look at again.
    """
    try:
        yield f"retry: {_RETRY_MS}\n\n"
        seen: set[int] = set()
        if after_seq is not None:
            for item in catch_up(after_seq):
                seen.add(item["seq"])
                yield _event("alert", item, item["seq"])
        yield _event("ready", {}, None)
        yield from _live(reader, seen, recheck, monotonic)
    except Problem as problem:
        # The browser connects again and finds a clear answer, or everything that it missed.
        logger.info("stream_ended", extra={"reason": problem.reason})
    finally:
        hub.leave(reader)


def _live(
    reader: Reader, seen: set[int], recheck: Callable[[], Any], monotonic: Callable[[], float]
) -> Iterator[str]:
    checked_at = monotonic()
    while reader.is_open:
        # Hints may get lost with the broker: so the session is looked at now and then.
        if monotonic() - checked_at >= RECHECK_S:
            recheck()
            checked_at = monotonic()
        try:
            hint = reader.waiting.get(timeout=HEARTBEAT_S)
        except queue.Empty:
            yield ": still here\n\n"
            continue
        if hint is None or not reader.is_open:
            return
        if hint.get("seq") is None or hint["seq"] not in seen:
            yield _hint_event(hint, reader)


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
