"""The raw limit: HTTP in, one stock Nameko RPC, HTTP out; nothing is signed, checked or stored.

`python -m tsunagi.bench.echo service|door` with TSUNAGI_AMQP_URL (and a port for the door).
"""

if __name__ == "__main__":
    from chassis import green

    green.patch()

import json
import os
import sys
from collections.abc import Callable, Iterable
from typing import Any

from nameko.containers import ServiceContainer
from nameko.extensions import DependencyProvider
from nameko.rpc import MethodProxy, ReplyListener, rpc

from chassis import http


class EchoService:
    """Answers what it is asked."""

    name = "bench-echo"

    @rpc
    def echo(self, request: Any) -> Any:
        return request


class Door(DependencyProvider):
    """Serves HTTP: every body goes through one RPC."""

    reply_listener = ReplyListener()

    def start(self) -> None:
        port = int(os.environ["BENCH_ECHO_PORT"])
        self.container.spawn_managed_thread(lambda: http.serve("127.0.0.1", port, self.answer))

    def answer(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        said = json.loads(environ["wsgi.input"].read() or b"{}")
        hop = _Hop(self.container)
        body = json.dumps(MethodProxy(hop, EchoService.name, "echo", self.reply_listener)(said)).encode()
        start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
        return [body]


class _Hop:
    def __init__(self, container: Any) -> None:
        self.container = container
        self.context_data: dict[str, Any] = {}


class DoorService:
    """Holds the door."""

    name = "bench-door"
    door = Door()


def main(which: str) -> None:
    """Run one of the two for ever."""
    config = {"AMQP_URI": os.environ["TSUNAGI_AMQP_URL"], "HEARTBEAT": 60, "max_workers": 10}
    container = ServiceContainer(EchoService if which == "service" else DoorService, config)
    container.start()
    container.wait()


if __name__ == "__main__":
    main(sys.argv[1])
