"""Entry points for requests: the caller is checked, the body is loaded, a transaction is open.

Nameko's own `@rpc` ends the process when the broker dies while it replies; `SafeRpc` survives, and
the broker delivers the request again. Therefore every write is done once per idempotency key.
"""

import json
import logging
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial, wraps
from typing import Any

import eventlet
from marshmallow import Schema, ValidationError
from nameko.exceptions import serialize
from nameko.rpc import Rpc, RpcConsumer, get_rpc_exchange
from prometheus_client import Histogram
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, InternalError, OperationalError

from chassis import sealed
from chassis.auth import Caller, body_hash
from chassis.inserting import insert_late
from chassis.post import NobodyThere
from chassis.publish import Outgoing
from chassis.wire import plain
from contracts.errors import AccessDenied, Conflict, Invalid, Problem, Unavailable
from contracts.roles import SERVICE, VISITOR

logger = logging.getLogger(__name__)

ANY_STAFF = "*"
_MOST_RETURNS = 5
TOOK_S = Histogram("request_seconds", "Time to answer one request", ["method", "outcome"])


class SafeRpcConsumer(RpcConsumer):
    """Answers without dying: what cannot be answered now is delivered again."""

    def handle_result(self, message: Any, result: Any, exc_info: Any) -> Any:
        """Hand the answer to the post; the request is acknowledged once the broker has it."""
        if exc_info is not None:
            # A bug's message may hold values; across the bus goes only what kind of error it was.
            exc_info = (RuntimeError, RuntimeError(exc_info[0].__name__), exc_info[2])
        try:
            answer = self._answer(message, result, exc_info)
            self.container.config["context"].post.send(answer, lambda error: self._sent(message, error))
        except Exception as error:
            self._not_sent(message, error)
        return result, exc_info

    def _answer(self, message: Any, result: Any, exc_info: Any) -> Outgoing:
        error = serialize(exc_info[1]) if exc_info else None
        return Outgoing(
            id=str(uuid.uuid4()),
            exchange=get_rpc_exchange(self.container.config).name,
            routing_key=message.properties["reply_to"],
            body=json.dumps({"result": result, "error": error}, ensure_ascii=False),
            properties={"correlation_id": message.properties["correlation_id"]},
        )

    def _sent(self, message: Any, error: Exception | None) -> None:
        if error is None or isinstance(error, NobodyThere):
            # Where nobody waits for the answer any more there is nobody to ask again either.
            self.queue_consumer.ack_message(message)
        else:
            eventlet.spawn_n(self._not_sent, message, error)

    def _not_sent(self, message: Any, error: Exception) -> None:
        logger.warning("answer_failed", extra={"reason": type(error).__name__})
        try:
            self._give_back(message)
        except Exception as failure:
            logger.info("message_left_to_broker", extra={"reason": type(failure).__name__})

    def _give_back(self, message: Any) -> None:
        """Have the request come again, unless it has often: perhaps it cannot be answered at all."""
        if int(message.headers.get("x-delivery-count", 0)) >= _MOST_RETURNS:
            logger.error("request_dropped", extra={"method": message.delivery_info["routing_key"]})
            self.queue_consumer.ack_message(message)
            return
        eventlet.sleep(1)
        self.queue_consumer.requeue_message(message)


class SafeRpc(Rpc):
    """The entry point of one method."""

    rpc_consumer = SafeRpcConsumer()


def reads(*roles: str, takes: type[Schema] | None = None) -> Callable[..., Any]:
    """Make `method(self, tx, request)` answer a question of callers in these roles ("*": any staff).

    `request` has been loaded by `takes`. The transaction may write, for the access log.
    """
    return _answers(roles, takes, _read)


def decides(*roles: str, takes: type[Schema] | None = None) -> Callable[..., Any]:
    """Make `method(self, request)` answer with transactions of its own, for which no key is kept.

    For requests with a password: a refused try has to be counted although it is refused, no
    connection waits while hashes are computed, and neither request nor answer leaves a trace.
    """
    return _answers(roles, takes, _decide)


def writes(
    *roles: str, takes: type[Schema] | None = None, told_once: tuple[str, ...] = ()
) -> Callable[..., Any]:
    """Make `method(self, tx, request)` carry out a request, once per caller and idempotency key.

    A repeated key is answered with the first answer; with another body it is a Conflict. Secrets in
    the answer's fields `told_once` are not kept: the repeated answer has None there.
    """
    return _answers(roles, takes, partial(_write, told_once))


def _answers(
    roles: tuple[str, ...], takes: type[Schema] | None, act: Callable[..., Any]
) -> Callable[..., Any]:
    if not roles:
        raise TypeError("say who may call: roles, or '*' for any member of staff")
    schema = takes() if takes else None

    def decorate(method: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(method)
        def answer(self: Any, request: dict[str, Any]) -> dict[str, Any]:
            with TOOK_S.labels(method=method.__name__, outcome="").time():
                return _answer(self, method, request, roles, schema, act)

        answer.roles = roles  # type: ignore[attr-defined]
        answer.takes = takes  # type: ignore[attr-defined]
        entered: Callable[..., Any] = SafeRpc.decorator(answer)
        return entered

    return decorate


def _answer(
    self: Any,
    method: Callable[..., Any],
    request: dict[str, Any],
    roles: tuple[str, ...],
    schema: Schema | None,
    act: Callable[..., Any],
) -> dict[str, Any]:
    """Return {"ok": answer} or {"problem": {...}}; only bugs leave as exceptions."""
    try:
        caller = self.chassis.verify(method.__name__, request)
        _check_role(caller, roles)
        body = schema.load(request) if schema else request
        return {"ok": plain(_once_more(lambda: act(self, method, request, body)))}
    except ValidationError as error:
        return {"problem": Invalid(fields=flat(error.messages)).to_wire()}
    except Problem as problem:
        return {"problem": problem.to_wire()}
    except DBAPIError as error:
        if not is_database_fault(error):
            raise
        logger.error("database_fault", extra={"method": method.__name__, "reason": type(error.orig).__name__})
        return {"problem": Unavailable("database").to_wire()}


def _check_role(caller: Caller, roles: tuple[str, ...]) -> None:
    is_staff = caller.role not in (VISITOR, SERVICE)
    if caller.role not in roles and not (is_staff and ANY_STAFF in roles):
        raise AccessDenied("role")


def _once_more(act: Callable[[], Any]) -> Any:
    """Run `act`, and once more when the connection had been closed by the server meanwhile."""
    try:
        return act()
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
        return act()


def is_database_fault(error: DBAPIError) -> bool:
    """Tell a database that is away, starting, full or read-only from a mistake in our statements."""
    return (
        isinstance(error, OperationalError | InternalError | InterfaceError) or error.connection_invalidated
    )


def _read(self: Any, method: Callable[..., Any], request: dict[str, Any], body: Any) -> Any:
    with self.db.begin() as tx:
        return method(self, tx, body)


def _decide(self: Any, method: Callable[..., Any], request: dict[str, Any], body: Any) -> Any:
    return method(self, body)


def _write(
    told_once: tuple[str, ...], self: Any, method: Callable[..., Any], request: dict[str, Any], body: Any
) -> Any:
    key = self.chassis.idempotency_key
    if not key:
        return _read(self, method, request, body)
    done = DoneOnce(self.chassis.context.table("done_once"), self.caller, key, method.__name__, request)
    try:
        with self.db.begin() as tx:
            answer = plain(method(self, tx, body))
            done.record(tx, answer | {name: None for name in told_once if name in answer})
        return answer
    except (Problem, IntegrityError):
        # Either a repeat whose first run is done, or a real refusal.
        with self.db.begin() as tx:
            found, answer = done.recall(tx)
        if found:
            return answer
        raise


class DoneOnce:
    """Remembers the answer to a request under its idempotency key, sealed with that key.

    The row is written last, in the same transaction: of two runs at once only one can commit, and
    the other finds its answer here. So the usual case costs one statement.
    """

    def __init__(self, table: Any, caller: Caller, key: str, method: str, request: dict[str, Any]) -> None:
        self._table = table
        self._caller = caller.id
        self._key = key
        self._method = method
        # The role counts too: what somebody was answered in one is not for them in another.
        self._body = body_hash({"role": caller.role, "office_id": caller.office_id, "request": request})

    def record(self, tx: Any, answer: Any) -> None:
        """Have the answer written; the transaction ends with IntegrityError when the key has been used."""
        row = {
            "caller": self._caller,
            "key": sealed.name_of(self._key),
            "method": self._method,
            "body_hash": self._body,
            "answer": sealed.seal(self._key, answer),
            "done_at": datetime.now(UTC),
        }
        insert_late(tx, self._table, [row])

    def recall(self, tx: Any) -> tuple[bool, Any]:
        """Return (True, first answer), or (False, None). Conflict when the key was for something else."""
        table = self._table
        name = sealed.name_of(self._key)
        row = tx.execute(select(table).where(table.c.caller == self._caller, table.c.key == name)).first()
        if row is None:
            return False, None
        if row.method != self._method or bytes(row.body_hash) != self._body:
            raise Conflict("key_reused")
        return True, sealed.unseal(self._key, row.answer)


def flat(messages: Any, path: str = "") -> dict[str, list[str]]:
    """Return marshmallow's nested messages as {"a.b.0": [codes]}; its own sentences become codes."""
    if isinstance(messages, dict):
        found: dict[str, list[str]] = {}
        for key, inner in messages.items():
            name = path if key == "_schema" else f"{path}.{key}".lstrip(".")
            for inner_path, codes in flat(inner, name).items():
                found.setdefault(inner_path, []).extend(codes)
        return found
    items = messages if isinstance(messages, list) else [messages]
    return {path: [code(str(item)) for item in items]}


_CODES = {
    "Missing data for required field.": "required",
    "Field may not be null.": "required",
    "Unknown field.": "unknown_field",
    "Not a valid string.": "not_text",
    "Not a valid integer.": "not_a_number",
    "Not a valid number.": "not_a_number",
    "Not a valid boolean.": "not_yes_or_no",
    "Not a valid date.": "not_a_date",
    "Not a valid datetime.": "not_a_moment",
    "Not a valid aware datetime.": "needs_time_zone",
    "Not a valid email address.": "not_an_email",
    "Not a valid list.": "not_a_list",
    "Not a valid mapping type.": "not_an_object",
    "Invalid input type.": "not_an_object",
}


def code(message: str) -> str:
    """Return the short code of a marshmallow message; our own messages are codes already."""
    if message in _CODES:
        return _CODES[message]
    if message.startswith("Must be one of"):
        return "not_a_choice"
    if message.startswith(("Longer than", "Length must be", "Shorter than")):
        return "too_long" if "Longer" in message or "Length" in message else "too_short"
    if message.startswith("Must be"):
        return "out_of_range"
    return message if message.replace("_", "").isalnum() and " " not in message else "not_valid"
