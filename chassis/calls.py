"""Asking another service: signed, with a time limit, repeatable by its key."""

from typing import Any

import eventlet
from kombu.exceptions import OperationalError
from nameko.exceptions import RemoteError, RpcTimeout, UnknownService
from nameko.extensions import DependencyProvider
from nameko.rpc import MethodProxy, ReplyListener

from chassis import trace
from chassis.auth import Caller
from chassis.wire import plain
from contracts.errors import Problem, Unavailable, from_wire
from contracts.roles import SERVICE

TIMEOUT_S = 5.0


class Failed(Problem):
    """The other service broke on this request; it is logged there under the same trace."""

    code = "failed"


class _Hop:
    """What nameko's proxy wants to know of the worker that calls."""

    def __init__(self, container: Any, headers: dict[str, Any]) -> None:
        self.container = container
        self.context_data = headers


class _OneReply:
    """The listener as one call sees it; a reply that nobody waits for any more is forgotten."""

    def __init__(self, listener: ReplyListener) -> None:
        self._listener = listener
        self._id = ""
        self.routing_key = listener.routing_key

    def get_reply_event(self, correlation_id: str) -> Any:
        self._id = correlation_id
        return self._listener.get_reply_event(correlation_id)

    def forget(self) -> None:
        self._listener._reply_events.pop(self._id, None)


class Calls(DependencyProvider):
    """Asks other services. `ask` may be used from any greenthread of the process."""

    reply_listener = ReplyListener()

    def get_dependency(self, worker_ctx: Any) -> "Calls":
        return self

    def ask(
        self,
        service: str,
        method: str,
        request: dict[str, Any],
        *,
        caller: Caller | None = None,
        key: str | None = None,
        timeout_s: float = TIMEOUT_S,
    ) -> Any:
        """Return the answer of `service.method`. Raises the contract's errors.

        Without `caller` the service asks in its own name. Unavailable means that there was no answer
        in time: the request may have been carried out, and may be repeated with the same `key`.
        """
        request = plain(request)
        context = self.container.config["context"]
        caller = caller or Caller(role=SERVICE, service=context.settings.service)
        token = context.signer.sign(caller, service, method, request)
        headers = {"token": token, "key": key, "traceparent": trace.current() or trace.start()}
        hop = _Hop(self.container, {k: v for k, v in headers.items() if v is not None})
        reply = _OneReply(self.reply_listener)
        try:
            return self._wait(MethodProxy(hop, service, method, reply), request, timeout_s)
        finally:
            reply.forget()

    def _wait(self, proxy: MethodProxy, request: dict[str, Any], timeout_s: float) -> Any:
        limit = eventlet.Timeout(timeout_s, RpcTimeout())
        try:
            answer = proxy(request)
        except (RpcTimeout, UnknownService, OperationalError, ConnectionError, OSError) as error:
            raise Unavailable("no_answer") from error
        except RemoteError as error:
            raise Failed("failed") from error
        finally:
            limit.cancel()
        if "problem" in answer:
            raise from_wire(answer["problem"])
        return answer["ok"]
