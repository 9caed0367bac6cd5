"""Finds the broker of a folder: in this process, behind its socket, or nowhere: then it is started here."""

import fcntl
import socket
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

from chassis.embedded import wiring
from chassis.embedded.broker import Broker
from chassis.embedded.parcel import Delivery, Parcel
from chassis.embedded.session import Session
from chassis.socket_names import address

PATIENCE_S = 10.0
_brokers: dict[Path, tuple[Broker, IO[str]]] = {}
_visits: dict[Path, int] = {}


class BusInUse(ConnectionError):
    """Another process is the broker of this folder."""


def own(folder: Path) -> Broker:
    """Make this process the folder's broker until it ends. Raises BusInUse when another is it."""
    folder = folder.resolve()
    if folder not in _brokers:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = (folder / "bus.lock").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            lock.close()
            raise BusInUse(f"another process is the broker of {folder}") from error
        try:
            _brokers[folder] = (Broker(folder), lock)
        except BaseException:
            lock.close()
            raise
    return _brokers[folder][0]


def serve(folder: Path, within_s: float = PATIENCE_S) -> None:
    """Make this process the broker and open its door to others; a command that is it just now soon ends."""
    from chassis.embedded import door

    folder = folder.resolve()
    until = time.monotonic() + within_s
    while True:
        try:
            broker = own(folder)
            break
        except BusInUse:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
    _visits[folder] = 1
    door.listen(folder, broker)


def connect(folder: Path, within_s: float = PATIENCE_S) -> "Session | Visit":
    """Return a session with the folder's broker. Raises ConnectionError when there is none in time.

    Nobody being it, this process is it until the session ends.
    """
    folder = folder.resolve()
    until = time.monotonic() + within_s
    while folder not in _brokers:
        try:
            return Visit(folder)
        except OSError as error:
            if time.monotonic() > until:
                raise ConnectionError(f"nobody answers for {folder}: {error}") from error
        try:
            own(folder)
        except BusInUse:
            time.sleep(0.05)
    _visits[folder] = _visits.get(folder, 0) + 1
    return Session(_brokers[folder][0], on_close=lambda: _leave(folder))


def prepare_to_end() -> None:
    """Let the brokers of this process know that it is about to end."""
    for broker, _ in _brokers.values():
        broker.prepare_to_end()


def _leave(folder: Path) -> None:
    _visits[folder] -= 1
    if _visits[folder] == 0:
        broker, lock = _brokers.pop(folder)
        broker.close()
        lock.close()


class Visit:
    """A session with the broker of another process; its methods are those of `Session`."""

    def __init__(self, folder: Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(PATIENCE_S)
        try:
            self._socket.connect(address(folder / "bus.sock"))
        except OSError:
            self._socket.close()
            raise
        self._lines = self._socket.makefile("rb")
        self.is_open = True

    def declare_exchange(self, name: str, type: str) -> None:
        self._ask("declare_exchange", name, type)

    def declare_queue(self, name: str, arguments: dict[str, Any], **how: bool) -> tuple[int, int]:
        ready, listeners = self._ask("declare_queue", name, arguments, **how)
        return ready, listeners

    def bind(self, queue: str, exchange: str, routing_key: str) -> None:
        self._ask("bind", queue, exchange, routing_key)

    def unbind(self, queue: str, exchange: str, routing_key: str) -> None:
        self._ask("unbind", queue, exchange, routing_key)

    def publish(self, batch: Sequence[Parcel]) -> list[bool]:
        routed: list[bool] = self._ask("publish", list(batch))
        return routed

    def get(self, queue: str, no_ack: bool = False) -> Delivery | None:
        return wiring.delivery(self._ask("get", queue, no_ack))

    def subscribe(self, tag: str, queue: str, no_ack: bool, prefetch: int) -> None:
        self._ask("subscribe", tag, queue, no_ack, prefetch)

    def cancel(self, tag: str) -> None:
        self._ask("cancel", tag)

    def next(self, timeout_s: float | None) -> Delivery | None:
        self._socket.settimeout(None if timeout_s is None else timeout_s + PATIENCE_S)
        return wiring.delivery(self._ask("next", timeout_s))

    def ack(self, number: int) -> None:
        self._ask("ack", number)

    def give_back(self, number: int) -> None:
        self._ask("give_back", number)

    def refuse(self, number: int) -> None:
        self._ask("refuse", number)

    def depths(self) -> dict[str, int]:
        found: dict[str, int] = self._ask("depths")
        return found

    def close(self) -> None:
        self.is_open = False
        self._lines.close()
        self._socket.close()

    def _ask(self, method: str, *arguments: Any, **named: Any) -> Any:
        try:
            self._socket.sendall(wiring.question(method, list(arguments), named))
            line = self._lines.readline()
        except (OSError, ValueError) as error:
            self.close()
            raise ConnectionError("the broker's process has gone") from error
        if not line:
            self.close()
            raise ConnectionError("the broker's process has gone")
        return wiring.answered(line)
