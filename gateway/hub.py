"""Who listens: the open streams of this process and which hint goes to whom.

A hint says that something changed, never what: ids and states only. The tables of the services are
the truth; what a stream misses is served when the browser connects again.
"""

import logging
import queue
from collections import defaultdict
from typing import Any

from gateway.sessions import ENDING, SignedIn

logger = logging.getLogger(__name__)

_WAITING_AT_MOST = 100
_STREAMS_A_SESSION = 10


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
