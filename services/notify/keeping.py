"""Letters that wait for the time which their readers wish, for as long as nothing is late by that."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from services.notify import wishes
from services.notify.domain import Plan
from services.notify.queries import deliveries
from services.notify.queries import wishes as kept

Letter = dict[str, Any]


def keep(tx: Connection, letters: Sequence[Letter]) -> list[Letter]:
    """Return new letters, each due when its reader wishes it."""
    wished = kept.of(tx, [letter["account_id"] for letter in letters if letter["latest_at"]])
    return [letter | _times(letter, wished.get(letter["account_id"])) for letter in letters]


def keep_anew(tx: Connection, account_id: str, content: wishes.Content, now: datetime) -> None:
    """Let what waits for somebody go out when it is wished now."""
    for row in kept.may_wait(tx, account_id):
        kept.move(tx, row.delivery_id, _times(row._mapping, content, now))


def keep_by_plan(tx: Connection, alert_id: str, before: Plan, plan: Plan, now: datetime) -> None:
    """Let what waits of a ladder be in time for its new plan, and forget it for who is asked no more."""
    current = plan.rung(plan.current)
    # When its time is over by the new plan, nobody on it can answer any more.
    is_over = current.due_at is not None and current.due_at <= now
    asked_no_more = set(before.rung(before.current).account_ids) - set(() if is_over else current.account_ids)
    if asked_no_more:
        deliveries.cancel(tx, alert_id, now, "asked_no_more", only=kept.are_kept_for(asked_no_more))
    rows = kept.kept_of(tx, alert_id)
    wished = kept.of(tx, [row.account_id for row in rows])
    for row in rows:
        letter = {**row._mapping, "latest_at": plan.rung(row.rung).due_at}
        times = _times(letter, wished.get(row.account_id), now)
        kept.move(tx, row.delivery_id, times | {"latest_at": letter["latest_at"]})


def _times(letter: Any, content: wishes.Content | None, now: datetime | None = None) -> dict[str, Any]:
    at = now or letter["queued_at"]
    goes_at = wishes.letter_at(content, at, letter["latest_at"])
    return {"next_try_at": goes_at, "reason": kept.WAITS if goes_at > at else None}
