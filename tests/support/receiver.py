"""An office's own system as webhooks meet it: an HTTP server on this machine that keeps what it was told."""

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks.webhooks import Webhook


class Told:
    """One request as it arrived."""

    def __init__(self, headers: dict[str, str], body: bytes) -> None:
        self.headers, self.body = headers, body

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def content(self) -> Any:
        return json.loads(self.body)

    def verify(self, secret: str) -> Any:
        """Return the content when the signature holds, as an independent library judges."""
        return Webhook(secret).verify(self.body, self.headers)


class Receiver:
    """Answers `status` to everybody; `before_answer` is called when a request has been read."""

    def __init__(self) -> None:
        self.told: list[Told] = []
        self.status = 204
        self.location = ""
        self.before_answer: Callable[[], None] | None = None
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/hook"

    def about(self, handoff_id: str) -> list[Told]:
        """Return what was told of a handoff."""
        return [one for one in self.told if one.content["data"].get("handoff_id") == handoff_id]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.told.append(Told({k.lower(): v for k, v in self.headers.items()}, body))
                act, receiver.before_answer = receiver.before_answer, None
                if act:
                    act()
                self.send_response(receiver.status)
                if receiver.location:
                    self.send_header("Location", receiver.location)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *what: Any) -> None:
                return None

        return Handler
