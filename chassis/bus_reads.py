"""How py-amqp reads: what has arrived in one go, instead of a system call for every part of a frame.

A message is three frames, and py-amqp asks the socket three times for each: on a path that is busy with
small messages, a tenth of what a service did (ADR 20). Its own buffer keeps what it did not ask for, and a
frame that lies there is taken without setting the socket a time limit and taking it away again.
"""

from typing import Any

from amqp.connection import Connection
from amqp.transport import TCPTransport

_MOST = 16_384
_HEAD = 7  # octets: type, channel, size
_END = 1

_blocking_read = Connection.blocking_read
_setup = TCPTransport._setup_transport


def _setup_with_reads(self: Any) -> None:
    _setup(self)
    receive = self.sock.recv
    self._quick_recv = lambda wanted: receive(max(wanted, _MOST))


def _read_what_is_at_hand(self: Any, timeout: float | None = None) -> Any:
    transport = self.transport
    if _has_frame(transport._read_buffer):
        return self.on_inbound_frame(transport.read_frame())
    return _blocking_read(self, timeout)


def _has_frame(buffer: bytes) -> bool:
    return len(buffer) > _HEAD and len(buffer) >= _HEAD + int.from_bytes(buffer[3:_HEAD], "big") + _END


def install() -> None:
    """Let every connection of this process that is made from now on read so."""
    Connection.blocking_read = _read_what_is_at_hand
    TCPTransport._setup_transport = _setup_with_reads
