"""The loop that sends to webhooks: from what happened to messages, from messages to answers.

As with letters a claim is a lease: whoever dies between sending and recording leaves it to run out, and the
message goes once more with the same webhook-id. After a failure an address rests as a whole, so that one that
does not answer costs one wait and not one for each of its messages.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from contracts.errors import Invalid, Permanent, Transient
from services.notify.channels import webhook as channel
from services.notify.delivering import GIVE_UP_AFTER, LEASE, PAUSES
from services.notify.queries import webhooks

logger = logging.getLogger(__name__)

BATCH = 20
SPREAD_AT_ONCE = 200
GONE = 410


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

    def send_due(self) -> bool:
        """Send one batch of messages that are due; returns whether there were any."""
        until = time.monotonic() + LEASE.total_seconds() - channel.LONGEST_S
        with self.db.begin() as tx:
            webhooks.fail_old(tx, self.now() - GIVE_UP_AFTER)
            claimed = webhooks.claim_due(tx, self.now(), LEASE, BATCH)
        resting: set[str] = set()
        left = []
        for row in claimed:
            # No send is begun late: another process may hold the lease by its end.
            if row.webhook_id in resting or time.monotonic() > until:
                left.append(row.delivery_id)
            elif not self.try_once(row).is_good:
                resting.add(row.webhook_id)
        with self.db.begin() as tx:
            webhooks.lease_them(tx, left, None)
        return bool(claimed)

    def try_once(self, row: Any) -> Answer:
        """Send one claimed message and record what became of it."""
        try:
            answer = self._send(row)
        except DBAPIError:
            raise
        except Exception:
            logger.exception("webhook_broke", extra={"delivery_id": row.delivery_id})
            answer = Answer(reason="broke")
        self._record(row, answer)
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

    def _record(self, row: Any, answer: Answer) -> None:
        with self.db.begin() as tx:
            if answer.is_good:
                _record_sent(tx, row, answer, self.now())
            else:
                _record_failure(tx, row, answer, self.now())


def _record_sent(tx: Connection, row: Any, answer: Answer, now: datetime) -> None:
    sent = {"state": "sent", "sent_at": now, "next_try_at": None, "status": answer.status, "reason": None}
    webhooks.record(tx, row.delivery_id, **sent)
    well = {"failing_since": None, "failures": 0, "rest_until": None, "told_at": None}
    webhooks.change(tx, row.webhook_id, last_sent_at=now, **well)


def _record_failure(tx: Connection, row: Any, answer: Answer, now: datetime) -> None:
    hook = webhooks.find(tx, row.webhook_id)
    if hook is None:
        return
    again_at = now + PAUSES[min(hook.failures, len(PAUSES) - 1)]
    # A test is sent once.
    waits = {"state": "queued", "next_try_at": again_at} if row.handoff_id else {"state": "failed"}
    webhooks.record(
        tx, row.delivery_id, **{"next_try_at": None} | waits, status=answer.status, reason=answer.reason
    )
    trouble = {"failing_since": hook.failing_since or now, "failures": hook.failures + 1}
    if answer.status == GONE:
        webhooks.change(tx, row.webhook_id, state="gone", rest_until=None, **trouble)
        webhooks.fail_queued(tx, row.webhook_id, "gone")
    else:
        webhooks.change(tx, row.webhook_id, rest_until=again_at, **trouble)
