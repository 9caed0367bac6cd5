"""What nameko gives to whoever handles a message: the process's context and the caller."""

from functools import partial
from typing import Any

from nameko.extensions import DependencyProvider

from chassis import hub
from chassis.auth import Caller
from chassis.context import Context
from chassis.embedded import is_embedded
from contracts.errors import NotSignedIn

# Longer than the longest single piece of such work; see also `chassis.runner.STOP_WITHIN_S`.
_SLOTS_END_WITHIN_S = 12.0


class Worker:
    """One message being handled: the process's context and the caller of this message."""

    def __init__(self, context: Context, headers: dict[str, Any]) -> None:
        self.context = context
        self.headers = headers
        self.caller = Caller()

    @property
    def traceparent(self) -> str:
        """The caller's place in the trace, or an empty text."""
        return str(self.headers.get("traceparent") or "")

    @property
    def idempotency_key(self) -> str:
        """The caller's key for this request, or an empty text."""
        return str(self.headers.get("key") or "")

    def verify(self, method: str, request: dict[str, Any]) -> Caller:
        """Check the signature and remember the caller. Raises NotSignedIn."""
        token = self.headers.get("token")
        if not token:
            raise NotSignedIn("bad_signature")
        self.caller = self.context.verifier.verify(token, self.context.settings.service, method, request)
        return self.caller


class Chassis(DependencyProvider):
    """Gives each worker its `Worker`, and runs the post, the relay and the hub's watch."""

    def __init__(self) -> None:
        super().__init__()
        self._threads: list[Any] = []

    def start(self) -> None:
        context: Context = self.container.config["context"]
        work: dict[str, Any] = {"post": context.post.run}
        if hub.claim(context.settings.service):
            is_seldom = is_embedded(context.settings.amqp_url)
            work["hub watch"] = partial(hub.watch, hub.SELDOM_S if is_seldom else hub.EVERY_S)
        if context.relay is not None:
            work["relay"] = context.relay.run
        self._threads = [self.container.spawn_managed_thread(run, name) for name, run in work.items()]

    def stop(self) -> None:
        """Send what the last workers announced and answered, then end: dependencies stop after workers."""
        context: Context = self.container.config["context"]
        context.slots.close(_SLOTS_END_WITHIN_S)
        if context.relay is not None:
            context.relay.drain()
        context.post.drain()
        for thread in self._threads:
            thread.kill()

    def get_dependency(self, worker_ctx: Any) -> Worker:
        return Worker(self.container.config["context"], worker_ctx.data)
