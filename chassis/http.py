"""A WSGI application inside a service's process."""

import logging
from collections.abc import Callable
from typing import Any

import eventlet
from eventlet import wsgi
from nameko.extensions import DependencyProvider

from chassis.open_files import allow_many

WsgiApp = Callable[..., Any]


class _Quiet:
    """The server's own request lines are dropped: the application logs what matters."""

    def write(self, text: str) -> None:
        return None


class _Protocol(wsgi.HttpProtocol):
    """Keeps little for a connection: thousands are open pages, which say and hear a line at a time."""

    rbufsize = 1024
    wbufsize = 2048


def serve(host: str, port: int, app: WsgiApp, limit: int = 12_000) -> None:
    """Serve `app` for ever in this greenthread; `limit` connections at once."""
    allow_many()
    # Without reuse_port=False eventlet would share the port with another instance, silently.
    socket = eventlet.listen((host, port), backlog=1024, reuse_port=False)
    wsgi.server(
        socket,
        app,
        log=_Quiet(),
        protocol=_Protocol,
        # Ours are written as they shall be sent.
        capitalize_response_headers=False,
        log_output=False,
        debug=False,
        max_size=limit,
        keepalive=True,
        socket_timeout=75,
        # Lists of ids stand in addresses: 500 of `GetNames` need 25,000 characters.
        url_length_limit=32_768,
    )


class WsgiServer(DependencyProvider):
    """Serves the application that `make(container) -> WSGI app` returns, on the process's HTTP port."""

    def __init__(self, make: Callable[[Any], WsgiApp]) -> None:
        super().__init__()
        self._make = make
        self._thread: Any = None

    def start(self) -> None:
        settings = self.container.config["context"].settings
        app = self._make(self.container)
        self._thread = self.container.spawn_managed_thread(
            lambda: serve(settings.http_host, settings.http_port, app), identifier="http"
        )
        logging.getLogger(__name__).info(
            "http_started", extra={"host": settings.http_host, "port": settings.http_port}
        )

    def stop(self) -> None:
        if self._thread is not None:
            self._thread.kill()

    def get_dependency(self, worker_ctx: Any) -> None:
        return None
