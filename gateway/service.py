"""The gateway's process: the app on its public port, the hints, the report of use."""

from typing import Any

from chassis.calls import Calls
from chassis.hints import HintListener
from chassis.http import WsgiApp, WsgiServer
from chassis.loops import every
from chassis.service import Chassis
from gateway.app import create_app
from gateway.sessions import REPORT_EVERY_S, Sessions
from gateway.stream import Hub


class Door(WsgiServer):
    """Serves the app; workers find the sessions here."""

    def __init__(self) -> None:
        super().__init__(self.make_app)
        self.hub = Hub()
        self.sessions: Sessions | None = None

    def make_app(self, container: Any) -> WsgiApp:
        """Return the app, and let the hints reach its sessions and streams."""
        context = container.config["context"]
        found = {provider.attr_name: provider for provider in container.dependencies}
        self.sessions = Sessions(found["calls"], context.clock)
        found["hints"].on_hint = self.on_hint
        return create_app(found["calls"], context.settings, self.hub, self.sessions, context.clock)

    def on_hint(self, hint: dict[str, Any]) -> None:
        """Pass a hint on: first a session's copy goes, then its streams."""
        assert self.sessions is not None
        self.sessions.on_hint(hint)
        self.hub.on_hint(hint)

    def stop(self) -> None:
        """Take no more requests and end all streams; browsers connect to the next process."""
        super().stop()
        self.hub.close_all()

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
