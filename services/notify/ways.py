"""By which channels somebody is told of an alert, step by step.

Those of one step are used at once, the next step when all these have failed. Everybody
may choose an order for each urgency. Without one everything that is there is used at once.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from chassis.ids import new_id
from contracts.channels import CHANNELS, EMAIL, PUSH
from services.notify.queries import deliveries, devices, ranks

Row = dict[str, Any]


def steps(order: Mapping[str, int], there: Collection[str]) -> list[list[str]]:
    """Return the channels to try, those of one step at once.

    Where none of the chosen ones is there any more, all others count: nobody shall be out of reach for that.
    """
    chosen = {channel: rank for channel, rank in order.items() if channel in there}
    chosen = chosen or dict.fromkeys(there, 1)
    return [
        [channel for channel in CHANNELS if chosen.get(channel) == rank]
        for rank in sorted(set(chosen.values()))
    ]


def letters(tx: Connection, asked: Sequence[Row], *, by_mail: bool) -> list[Row]:
    """Return a delivery by each channel of the first step, for deliveries that do not know theirs.

    Each of `asked` has its alert's urgency instead.
    """
    people = {one["account_id"] for one in asked}
    with_devices, orders = devices.whose(tx, people), ranks.of(tx, people)
    made = []
    for one in asked:
        account_id, urgency = one["account_id"], one["urgency"]
        known = steps(orders.get((account_id, urgency), {}), _there(account_id in with_devices, by_mail))
        rest = {name: value for name, value in one.items() if name != "urgency"}
        made += [{**rest, "delivery_id": new_id(), "channel": channel} for channel in next(iter(known), [])]
    return made


def next_letters(tx: Connection, row: Any, urgency: str, now: datetime, *, by_mail: bool) -> list[Row]:
    """Return what follows when the delivery `row` has failed: the next step, if this one has nothing else.

    None when it follows already, or nothing does.
    """
    there = _there(bool(devices.whose(tx, [row.account_id])), by_mail)
    known = steps(ranks.of(tx, [row.account_id]).get((row.account_id, urgency), {}), there)
    beside = deliveries.beside(tx, row)
    open_or_sent = {one.channel for one in beside if one.state in ("queued", "sent")}
    tried = {one.channel for one in beside}
    # The order may be another one by now, or a channel new: what has never failed comes then.
    left = _after(known, row.channel) or sorted(set(there) - deliveries.channels_failed(tx, row))
    if open_or_sent or not left or tried & set(left):
        return []
    same = {name: getattr(row, name) for name in ("alert_id", "account_id", "rung", "latest_at")}
    fresh = {"state": "queued", "attempts": 0, "queued_at": now, "next_try_at": now}
    return [{"delivery_id": new_id(), **same, "channel": channel, **fresh} for channel in left]


def _after(known: list[list[str]], channel: str) -> list[str]:
    """Return the step after that of a channel; the first when it is there no more."""
    at = next((number for number, step in enumerate(known) if channel in step), -1)
    return known[at + 1] if at + 1 < len(known) else []


def _there(has_devices: bool, by_mail: bool) -> list[str]:
    return [channel for channel, is_there in ((PUSH, has_devices), (EMAIL, by_mail)) if is_there]
