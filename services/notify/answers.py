"""How inboxes and ladders are answered to the gateway."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from chassis.auth import Caller
from contracts.faxes import FaxSheet
from contracts.holding import Taking
from services.notify.domain import Plan, next_rung
from services.notify.holding import Held, may
from services.notify.news import rung_wire
from services.notify.queries import inbox

# For its reader an accepted handoff is one that somebody received.
_ENDED = {"accepted": "acknowledged"}
_TAKING = tuple(Taking().fields)
_FAX = tuple(FaxSheet().fields)


def inbox_item(row: Any, plan: Plan, caller: Caller) -> dict[str, Any]:
    """Return an `InboxItem` for its reader."""
    is_note = row.kind == inbox.NOTE
    is_office = row.reader.startswith("office:")
    shown = plan.rung(plan.current) if is_office and row.waits else None
    following = next_rung(plan) if row.waits else None
    return {
        "item_id": row.item_id,
        "seq": row.seq,
        "alert_id": row.alert_id,
        "handoff_id": row.handoff_id,
        "code": row.code,
        "kind": row.kind,
        "urgency": row.urgency,
        "rung": shown.number if shown else row.rung,
        "role": shown.role if shown else row.role,
        "waits": row.waits,
        "ended": _ended(row) if is_note else row.about,
        "arrived_at": row.arrived_at,
        "read_at": row.read_at,
        "due_at": plan.rung(plan.current).due_at if row.waits and row.overdue_at is None else None,
        "next_role": following.role if following else None,
        "next_account_ids": list(following.account_ids) if following else [],
        "from_office_id": row.from_office_id,
        **_holder(row, plan, caller),
    }


def _holder(row: Any, plan: Plan, caller: Caller) -> dict[str, Any]:
    """Who is at it is of interest while it waits, and in that office alone."""
    if not row.waits:
        return {"held_by": None, "held_since": None, "may": []}
    held_by = row.held_by if row.held_for_office_id == row.office_id else None
    held = Held(row.ended_as, plan.rung(plan.current).office_id, row.office_id or "", held_by)
    return {
        "held_by": held_by,
        "held_since": row.held_since if held_by else None,
        "may": may(held, caller.account_id, caller.role),
    }


def _ended(row: Any) -> str | None:
    if row.waits:
        return None
    return _ENDED.get(row.ended_as, row.ended_as) if row.ended_as else "moved_on"


def ladder(
    row: Any,
    plan: Plan,
    items: Sequence[Any],
    letters: Sequence[Any],
    calls: Sequence[Any],
    receipts: Sequence[Any],
    takings: Sequence[Any],
    faxes: Sequence[Any],
) -> dict[str, Any]:
    """Return the ladder of an alert with everything by which people were reached."""
    shown = [_by_inbox(item) for item in items] + [_by_mail(letter) for letter in letters]
    shown += [_by_phone(call) for call in calls]
    shown += [_by_receipt(one, plan.rung(one.rung).office_id) for one in receipts]
    return {
        "handoff_id": row.handoff_id,
        "state": state(row, plan),
        "current": row.current,
        "next_at": moves_on_at(row, plan),
        "hours_are_provisional": row.hours_are_provisional,
        "rungs": [rung_wire(rung) for rung in plan.rungs],
        "deliveries": sorted(shown, key=lambda delivery: delivery["queued_at"]),
        "takings": [{name: getattr(act, name) for name in _TAKING} for act in takings],
        "faxes": [{name: getattr(one, name) for name in _FAX} for one in faxes],
    }


def moves_on_at(row: Any, plan: Plan) -> datetime | None:
    """Return when the next rung is asked. `row.next_at` may be a reminder before that."""
    is_running = row.ended_as is None and row.overdue_at is None
    return plan.rung(plan.current).due_at if is_running else None


def state(row: Any, plan: Plan) -> str:
    """Return how the alert stands: its end, or overdue, escalated, delivered."""
    if row.ended_as:
        return str(row.ended_as)
    if row.overdue_at:
        return "overdue"
    first = next(rung.number for rung in plan.rungs if not rung.skipped)
    return "escalated" if row.current > first else "delivered"


def _by_inbox(item: Any) -> dict[str, Any]:
    kind, _, id = item.reader.partition(":")
    return {
        "delivery_id": item.item_id,
        "channel": "inbox",
        "account_id": id if kind == "account" else None,
        "office_id": item.office_id,
        "rung": item.rung,
        "state": "sent",
        "attempts": 1,
        "queued_at": item.arrived_at,
        "sent_at": item.arrived_at,
        "next_try_at": None,
        "reason": None,
    }


def _by_mail(letter: Any) -> dict[str, Any]:
    names = ("delivery_id", "channel", "account_id", "rung", "state", "attempts")
    times = ("queued_at", "sent_at", "next_try_at", "reason")
    return {name: getattr(letter, name) for name in names + times} | {"office_id": None}


def _by_phone(call: Any) -> dict[str, Any]:
    return {
        "delivery_id": call.call_id,
        "channel": "phone",
        "account_id": None,
        "office_id": call.office_id,
        "rung": call.rung,
        "state": "sent" if call.outcome == "reached" else "failed",
        "attempts": 1,
        "queued_at": call.called_at,
        "sent_at": call.called_at if call.outcome == "reached" else None,
        "next_try_at": call.again_at,
        "reason": None if call.outcome == "reached" else call.outcome,
    }


def _by_receipt(receipt: Any, office_id: str | None) -> dict[str, Any]:
    return {
        "delivery_id": receipt.receipt_id,
        "channel": receipt.channel,
        "account_id": None,
        "office_id": office_id,
        "rung": receipt.rung,
        "state": "received",
        "attempts": 1,
        "queued_at": receipt.received_at,
        "sent_at": receipt.received_at,
        "next_try_at": None,
        "reason": None,
    }
