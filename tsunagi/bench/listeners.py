"""The open pages of the care managers: every alert that arrives, with the moment it did."""

import json
import selectors
import socket
import threading
import time

from tsunagi.bench.wire import request


class Listeners:
    """Reads many live streams in one thread; `arrived` has (handoff id, moment) of each alert."""

    def __init__(self, port: int, cookies: list[str]) -> None:
        self.arrived: list[tuple[str, float]] = []
        self._selector = selectors.DefaultSelector()
        self._rest: dict[socket.socket, bytes] = {}
        for cookie in cookies:
            self._open(port, cookie)
        self._leaving = False
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _open(self, port: int, cookie: str) -> None:
        stream = socket.create_connection(("127.0.0.1", port), timeout=10)
        stream.sendall(request("GET", "/api/stream", port, {"Cookie": cookie, "Accept": "text/event-stream"}))
        head = stream.recv(4096)
        if b" 200 " not in head.split(b"\r\n", 1)[0]:
            raise RuntimeError(f"a stream did not open: {head[:80]!r}")
        stream.setblocking(False)
        self._rest[stream] = b""
        self._selector.register(stream, selectors.EVENT_READ)

    def _run(self) -> None:
        while not self._leaving:
            for key, _ in self._selector.select(0.2):
                self._read(key.fileobj)  # type: ignore[arg-type]

    def _read(self, stream: socket.socket) -> None:
        part = stream.recv(65536)
        at = time.perf_counter()
        if not part:
            self._selector.unregister(stream)
            return
        *events, self._rest[stream] = (self._rest[stream] + part).split(b"\n\n")
        for event in events:
            if b"event: alert" in event:
                self.arrived.append((_handoff_of(event), at))

    def close(self) -> None:
        """Close every stream."""
        self._leaving = True
        self._thread.join(2)
        for stream in self._rest:
            stream.close()


def _handoff_of(event: bytes) -> str:
    data = next(line for line in event.splitlines() if line.startswith(b"data:"))
    return str(json.loads(data.removeprefix(b"data:"))["handoff_id"])
