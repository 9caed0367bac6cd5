"""The gateway's process: the app on its public port, the hints, the report of use."""

import time
from collections.abc import Callable, Iterable
from typing import Any

from prometheus_client import Gauge

from chassis.calls import Calls
from chassis.hints import HintListener
from chassis.http import WsgiApp, WsgiServer
from chassis.loops import every
from chassis.provider import Chassis
from gateway.app import create_app
from gateway.hub import Hub
from gateway.sessions import REPORT_EVERY_S, Sessions

_PATIENCE_S = 5.0

STREAMS = Gauge("streams_open", "Live streams of this gateway: pages that are open")


class Door(WsgiServer):
    """Serves the app; workers find the sessions here."""

    def __init__(self) -> None:
        super().__init__(self.make_app)
        self.hub = Hub()
        self.sessions: Sessions | None = None
        self.being_answered = 0

    def make_app(self, container: Any) -> WsgiApp:
        """Return the app, and let the hints reach its sessions and streams."""
        context = container.config["context"]
        found = {provider.attr_name: provider for provider in container.dependencies}
        self.sessions = Sessions(found["calls"], context.clock)
        STREAMS.set_function(lambda: len(self.hub))
        found["hints"].on_hint = self.on_hint
        app = create_app(found["calls"], context.settings, self.hub, self.sessions, context.clock)
        return self._counted(app)

    def _counted(self, app: WsgiApp) -> WsgiApp:
        def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
            # An open stream does not count: it is answered as soon as it begins.
            self.being_answered += 1
            try:
                return app(environ, start_response)
            finally:
                self.being_answered -= 1

        return answer

    def on_hint(self, hint: dict[str, Any]) -> None:
        """Pass a hint on: first a session's copy goes, then its streams."""
        assert self.sessions is not None
        self.sessions.on_hint(hint)
        self.hub.on_hint(hint)

    def stop(self) -> None:
        """Take no more requests, end all streams, and let running requests have their answers.

        Browsers connect to the next process. The bus is left only after this.
        """
        super().stop()
        self.hub.close_all()
        until = time.monotonic() + _PATIENCE_S
        while self.being_answered and time.monotonic() < until:
            time.sleep(0.02)

    def get_dependency(self, worker_ctx: Any) -> Sessions | None:
        return self.sessions


class GatewayService:
    """The only door."""

    name = "gateway"
    chassis = Chassis()
    calls = Calls()
    hints = HintListener()
    sessions = Door()

    @every(REPORT_EVERY_S)
    def report_use(self) -> None:
        """Tell accounts which sessions people work in."""
        if self.sessions is not None:
            self.sessions.report_use()
