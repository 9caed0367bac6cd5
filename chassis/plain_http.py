"""A WSGI application in a process without a hub, in threads of the system."""

import socketserver
import threading
from collections.abc import Callable
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer


class _Server(socketserver.ThreadingMixIn, WSGIServer):
    daemon_threads = True
    allow_reuse_address = True

    def server_bind(self) -> None:
        # The inherited one looks its own name up, which takes seconds where no name server answers.
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])
        self.setup_environ()


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *arguments: Any) -> None:
        return None


def serve(host: str, port: int, app: Callable[..., Any]) -> None:
    """Serve `app` in a thread that ends with the process."""
    server = _Server((host, port), _Quiet)
    server.set_app(app)
    threading.Thread(target=server.serve_forever, name="http", daemon=True).start()
