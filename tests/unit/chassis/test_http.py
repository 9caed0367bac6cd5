"""The process's HTTP port is its own."""

import socket

import pytest

from chassis import http


def test_a_port_that_is_taken_is_refused():
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", 0))
        other.listen()

        with pytest.raises(OSError, match="in use"):
            http.serve("127.0.0.1", other.getsockname()[1], lambda environ, start_response: [])
