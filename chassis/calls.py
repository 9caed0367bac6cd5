"""Asking another service: signed, with a time limit, repeatable by its key."""

import uuid
from typing import Any

import eventlet
from nameko.constants import HEADER_PREFIX
from nameko.extensions import DependencyProvider
from nameko.rpc import get_rpc_exchange

from chassis import trace
from chassis.answers import AnswerListener
from chassis.auth import Caller
from chassis.publish import Outgoing
from chassis.wire import plain, to_json
from contracts.errors import Invalid, Problem, Unavailable, from_wire
from contracts.roles import SERVICE

TIMEOUT_S = 5.0


class Failed(Problem):
    """The other service broke on this request; it is logged there under the same trace."""

    code = "failed"


class Calls(DependencyProvider):
    """Asks other services. `ask` may be used from any greenthread of the process."""

    reply_listener = AnswerListener()

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
        """Return the answer of `service.method`. Raises the contract's errors, and Invalid for
        what cannot be sent.

        Without `caller` the service asks in its own name. Unavailable means that there was no answer
        in time: the request may have been carried out, and may be repeated with the same `key`.
        """
        request = plain(request)
        context = self.container.config["context"]
        caller = caller or Caller(role=SERVICE, service=context.settings.service)
        try:
            token = context.signer.sign(caller, service, method, request)
        except TypeError as error:
            # A number or a text that has no form in JSON, such as one of 30 digits.
            raise Invalid("invalid") from error
        span = trace.aside("client", f"{service}.{method}")
        headers = {"token": token, "key": key, "traceparent": span.traceparent}
        try:
            answer = self._wait(self._message(service, method, request, headers), timeout_s)
        except Exception as error:
            span.end(type(error).__name__)
            raise
        span.end()
        return answer

    def _message(
        self, service: str, method: str, request: dict[str, Any], headers: dict[str, str | None]
    ) -> Outgoing:
        """Return the call as Nameko expects it."""
        id = str(uuid.uuid4())
        return Outgoing(
            id=id,
            exchange=get_rpc_exchange(self.container.config).name,
            routing_key=f"{service}.{method}",
            body=to_json({"args": [request], "kwargs": {}}),
            headers={
                f"{HEADER_PREFIX}.{name}": value for name, value in headers.items() if value is not None
            },
            properties={"reply_to": self.reply_listener.routing_key, "correlation_id": id},
        )

    def _wait(self, message: Outgoing, timeout_s: float) -> Any:
        answered = self.reply_listener.get_reply_event(message.id)

        def told(error: Exception | None) -> None:
            if error is not None and not answered.ready():
                answered.send_exception(error)

        limit = eventlet.Timeout(timeout_s, TimeoutError())
        try:
            self.container.config["context"].post.send(message, told)
            answer = answered.wait()
        except Exception as error:
            # Not sent, nobody there, or no answer in time.
            raise Unavailable("no_answer") from error
        finally:
            limit.cancel()
            # A reply that nobody waits for any more is forgotten.
            self.reply_listener._reply_events.pop(message.id, None)
        return _result(answer)


def _result(answer: dict[str, Any]) -> Any:
    if answer.get("error"):
        raise Failed("failed")
    result = answer["result"]
    if "problem" in result:
        raise from_wire(result["problem"])
    return result["ok"]
