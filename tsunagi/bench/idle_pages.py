"""Thousands of open pages of people who do nothing, in a process of their own.

`python -m tsunagi.bench.idle_pages PORT COUNT`, with what all tokens begin with on stdin. Says on stdout how
many streams are open once all are, and reads them until stdin ends.
"""

import selectors
import socket
import sys

from chassis.open_files import allow_many
from tsunagi.bench.wire import request

# Loopback has many addresses: so many that none of them asks faster than one may.
ADDRESSES = 200
_UNANSWERED_AT_MOST = 5
_PATIENCE_S = 60


class Pages:
    """Streams by their sockets; `answered` counts those that were let in."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._selector = selectors.DefaultSelector()
        self._waiting: set[socket.socket] = set()
        self.answered = 0
        self.stop_at: int | None = None

    def open(self, number: int, token: str) -> None:
        """Open one more; waits while many are not answered yet."""
        source = f"127.0.0.{2 + number % ADDRESSES}"
        page = socket.create_connection(("127.0.0.1", self._port), _PATIENCE_S, (source, 0))
        headers = {"Cookie": f"tsunagi_session={token}", "Accept": "text/event-stream"}
        page.sendall(request("GET", "/api/stream", self._port, headers))
        page.setblocking(False)
        self._selector.register(page, selectors.EVENT_READ)
        self._waiting.add(page)
        self.read_until(_UNANSWERED_AT_MOST)

    def read_until(self, unanswered: int) -> None:
        """Read until so few wait for their answer."""
        while len(self._waiting) > unanswered:
            if not self.read(_PATIENCE_S):
                raise TimeoutError("the gateway opens no more streams")

    def read(self, within_s: float | None) -> bool:
        """Read what has come; returns False when nothing has, or `stop_at` has ended.

        Raises OSError when a stream ends.
        """
        ready = [key.fileobj for key, _ in self._selector.select(within_s)]
        for page in ready:
            if page != self.stop_at:
                self._take(page)  # type: ignore[arg-type]
        return bool(ready) and self.stop_at not in ready

    def read_until_end_of(self, file: int) -> None:
        """Read until this file ends."""
        self.stop_at = file
        self._selector.register(file, selectors.EVENT_READ)
        while self.read(None):
            pass

    def _take(self, page: socket.socket) -> None:
        part = page.recv(4096)
        if not part or (page in self._waiting and b" 200 " not in part[:16]):
            raise OSError(f"a stream ended or did not open: {part[:80]!r}")
        if page in self._waiting:
            self._waiting.remove(page)
            self.answered += 1


def main(port: int, count: int) -> None:
    """Open `count` pages and keep them."""
    allow_many()
    begins = sys.stdin.readline().strip()
    pages = Pages(port)
    for number in range(count):
        pages.open(number, f"{begins}{number}")
    pages.read_until(0)
    print(pages.answered, flush=True)
    pages.read_until_end_of(sys.stdin.fileno())


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
