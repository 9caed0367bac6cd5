"""The loops of webhooks: from what happened to messages, from messages to answers.

Each webhook has its turn, in which one message goes after the other; several have theirs side by side.
Whoever dies between sending and recording leaves the turn to run out, and the message goes once more with
the same webhook-id. After a failure an address rests as a whole, so that one that does not answer costs
one wait and not one for each of its messages.
"""

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from chassis.ids import new_id
from chassis.slots import Slots
from contracts.errors import Invalid, Permanent, Transient
from services.notify.channels import addresses
from services.notify.channels import webhook as channel
from services.notify.delivering import GIVE_UP_AFTER, PAUSES
from services.notify.queries import webhook_turns as turns
from services.notify.queries import webhooks

logger = logging.getLogger(__name__)

SPREAD_AT_ONCE = 200
GONE = 410
# Renewed before each send, which takes a third of it at most.
LEASE = timedelta(seconds=3 * channel.LONGEST_S)
# A turn ends after so many messages, or when this has passed; whoever has waited longer comes first.
IN_A_TURN = 20
TURN_S = 10.0
# Many offices may use the same maker's machine: a slow one must leave room for the others.
AT_ONCE_TO_A_HOST = 2


def spread(tx: Connection, now: datetime) -> int:
    """Make messages of what happened, for every webhook that wants to know; returns how many events."""
    events = webhooks.take_events(tx, SPREAD_AT_ONCE)
    hooks = webhooks.of_offices(tx, [id for row in events for id in (row.from_office_id, row.to_office_id)])
    rows = [
        webhooks.message(
            hook.webhook_id, event.what, event.happened_at, now, handoff_id=event.handoff_id, code=event.code
        )
        for event in events
        for hook in hooks
        if hook.office_id in (event.from_office_id, event.to_office_id) and event.what in hook.states
    ]
    webhooks.queue(tx, rows)
    return len(events)


def host_of(url: str) -> str:
    """Return the machine that a webhook is at, however its address is spelled."""
    parts = urlsplit(url)
    return f"{addresses.host_of(parts)}:{addresses.port_of(parts)}"


def chosen(waiting: Iterable[Any], running: Counter[str], room: int) -> dict[str, str]:
    """Return {webhook_id: host} of those whose turn it is, in their order; none takes another's share."""
    counts, picked = Counter(running), {}
    for hook in waiting:
        host = host_of(hook.url)
        if len(picked) < room and counts[host] < AT_ONCE_TO_A_HOST:
            counts[host] += 1
            picked[hook.webhook_id] = host
    return picked


@dataclass(frozen=True)
class Answer:
    """What one try gave: a status, or the reason why there was none."""

    status: int | None = None
    reason: str | None = None

    @property
    def is_good(self) -> bool:
        """Return whether the other side has it now."""
        return self.status is not None and 200 <= self.status < 300


@dataclass
class Caller:
    """Sends what is due."""

    db: Any
    now: Callable[[], datetime]
    public_url: str
    may_be_near: bool
    slots: Slots

    def begin_turns(self) -> bool:
        """Begin the turns for which there is room, beside the caller; returns whether there were any."""
        lease = new_id()
        with self.db.begin() as tx:
            webhooks.fail_old(tx, self.now() - GIVE_UP_AFTER)
            waiting = turns.waiting_for_a_turn(tx, self.now()) if self.slots.free else []
            picked = chosen(waiting, self.slots.running, self.slots.free)
            begun = turns.begin(tx, list(picked), lease, LEASE)
        for webhook_id in begun:
            self.slots.start(picked[webhook_id], self._take_turn, webhook_id, lease)
        return bool(begun)

    def _take_turn(self, webhook_id: str, lease: str) -> None:
        until = time.monotonic() + TURN_S
        for _ in range(IN_A_TURN):
            if self.slots.is_closing or time.monotonic() > until:
                break
            with self.db.begin() as tx:
                row = turns.next_message(tx, webhook_id, lease, self.now(), LEASE)
            if row is None:
                break
            self._record(row, lease, self._tried(row))
        with self.db.begin() as tx:
            turns.end(tx, webhook_id, lease)

    def send_test(self, row: Any) -> None:
        """Send a test, also where nothing else goes now. A failed one changes nothing but its own row."""
        answer = self._tried(row)
        with self.db.begin() as tx:
            state = {"state": "sent", "sent_at": self.now()} if answer.is_good else {"state": "failed"}
            webhooks.record_test(tx, row.delivery_id, **state, status=answer.status, reason=answer.reason)
            if answer.is_good:
                webhooks.change(tx, row.webhook_id, last_sent_at=self.now(), **_TRIED_WELL)

    def _tried(self, row: Any) -> Answer:
        try:
            answer = self._send(row)
        except DBAPIError:
            raise
        except Exception:
            logger.exception("webhook_broke", extra={"delivery_id": row.delivery_id})
            answer = Answer(reason="broke")
        logger.info(
            "webhook_tried",
            extra={"delivery_id": row.delivery_id, "status": answer.status, "reason": answer.reason},
        )
        return answer

    def _send(self, row: Any) -> Answer:
        # Real time, also where the clock may be moved: receivers refuse what is minutes old.
        at_s = int(datetime.now(UTC).timestamp())
        body = channel.body_of(row, self.public_url)
        try:
            status = channel.send(
                row.url, row.secret, row.delivery_id, at_s, body, may_be_near=self.may_be_near
            )
        except (Transient, Permanent) as error:
            return Answer(reason=str(error))
        except Invalid as error:
            return Answer(reason=error.fields["url"][0])
        return Answer(status, None if 200 <= status < 300 else "redirect" if status < 400 else "refused")

    def _record(self, row: Any, lease: str, answer: Answer) -> None:
        with self.db.begin() as tx:
            hook = turns.held(tx, row.webhook_id, lease)
            if hook is None:
                # Removed, or somebody else's turn: they send it again and record that.
                logger.info("webhook_turn_lost", extra={"delivery_id": row.delivery_id})
            elif answer.is_good:
                _record_sent(tx, row, answer, self.now())
            else:
                _record_failure(tx, row, hook, answer, self.now())


# What a success ends. That the manager was told stays after a test: the state is what it was.
_TRIED_WELL = {"failing_since": None, "failures": 0, "rest_until": None}
WELL = _TRIED_WELL | {"told_at": None}


def _record_sent(tx: Connection, row: Any, answer: Answer, now: datetime) -> None:
    sent = {"state": "sent", "sent_at": now, "next_try_at": None, "status": answer.status, "reason": None}
    turns.record(tx, row.delivery_id, **sent)
    webhooks.change(tx, row.webhook_id, last_sent_at=now, **WELL)


def _record_failure(tx: Connection, row: Any, hook: Any, answer: Answer, now: datetime) -> None:
    again_at = now + PAUSES[min(hook.failures, len(PAUSES) - 1)]
    turns.record(tx, row.delivery_id, next_try_at=again_at, status=answer.status, reason=answer.reason)
    trouble = {"failing_since": hook.failing_since or now, "failures": hook.failures + 1}
    if answer.status == GONE:
        webhooks.change(tx, row.webhook_id, state="gone", rest_until=None, **trouble)
        webhooks.fail_queued(tx, row.webhook_id, "gone")
    else:
        webhooks.change(tx, row.webhook_id, rest_until=again_at, **trouble)
