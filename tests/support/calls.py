"""Calling a service as a signed caller: the test holds the gateway's key."""

import json
import uuid
from collections.abc import Callable
from typing import Any

import amqp

from chassis.auth import Caller, Signer
from chassis.wire import plain
from contracts.errors import Unavailable, from_wire
from tsunagi.instance import Instance

RPC_EXCHANGE = "nameko-rpc"


class Calls:
    """Asks services over the broker, as the gateway does."""

    def __init__(self, instance: Instance, connect: Callable[[], Any]) -> None:
        self._connect = connect
        self._signer = Signer.from_folder("gateway", instance.folder / "keys" / "gateway")

    def ask(
        self,
        service: str,
        method: str,
        request: dict[str, Any] | None = None,
        *,
        caller: Caller,
        key: str | None = None,
        signer: Signer | None = None,
        timeout_s: float = 10,
    ) -> Any:
        """Return the answer of `service.method`. Raises the errors of contracts, RuntimeError for a bug."""
        request = plain(request or {})
        token = (signer or self._signer).sign(caller, service, method, request)
        headers = {"nameko.token": token, **({"nameko.key": key} if key else {})}
        answer = self._round_trip(f"{service}.{method}", request, headers, timeout_s)
        if answer["error"]:
            raise RuntimeError(answer["error"])
        if "problem" in answer["result"]:
            raise from_wire(answer["result"]["problem"])
        return answer["result"]["ok"]

    def _round_trip(self, routing_key: str, request: Any, headers: dict[str, str], timeout_s: float) -> Any:
        answers: list[Any] = []
        with self._connect() as connection:
            channel = connection.channel()
            reply_to = str(uuid.uuid4())
            queue = channel.queue_declare(
                f"rpc.reply-tests-{reply_to}", exclusive=True, auto_delete=True
            ).queue
            channel.queue_bind(queue, RPC_EXCHANGE, reply_to)
            channel.events["basic_return"].add(lambda *_: answers.append(None))
            channel.basic_consume(queue, no_ack=True, callback=lambda message: answers.append(message.body))
            body = json.dumps({"args": [request], "kwargs": {}})
            message = amqp.Message(
                body,
                content_type="application/json",
                content_encoding="utf-8",
                reply_to=reply_to,
                correlation_id=reply_to,
                application_headers=headers,
            )
            channel.basic_publish(message, RPC_EXCHANGE, routing_key, mandatory=True)
            while not answers:
                try:
                    connection.drain_events(timeout=timeout_s)
                except TimeoutError as error:
                    raise Unavailable("no_answer") from error
        if answers[0] is None:
            raise Unavailable("no_answer")
        return json.loads(answers[0])


def a_caller(role: str = "care_manager", **known: Any) -> Caller:
    """Return somebody signed in; say only what the test is about."""
    return Caller(
        **{
            "account_id": str(uuid.uuid4()),
            "name": "Aoki",
            "office_id": str(uuid.uuid4()),
            "office_name": "ケアプランさくら",
            "role": role,
            "municipality": "999997",
            "session": uuid.uuid4().hex,
            **known,
        }
    )


A_VISITOR = Caller()


def a_service(name: str) -> Caller:
    """Return the caller that a service is in its own name."""
    return Caller(role="service", service=name)
