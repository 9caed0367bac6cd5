"""Asking the people of a rung: their inboxes, their letters, their open pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from chassis.ids import new_id
from services.notify.domain import DESK, Rung
from services.notify.news import alert_hint, handoff_hint
from services.notify.queries import deliveries, inbox
from services.notify.queries.inbox import NewItem


@dataclass(frozen=True)
class Ask:
    """One rung that is asked now: of which alert, and in which state its handoff is by that."""

    alert_id: str
    handoff_id: str
    rung: Rung
    at: datetime
    state: str


def account(account_id: str) -> str:
    """Return the name of a person's inbox."""
    return f"account:{account_id}"


def office(office_id: str) -> str:
    """Return the name of an office's inbox."""
    return f"office:{office_id}"


def ask(
    tx: Connection, asked: Sequence[Ask], *, by_mail: bool, is_first: bool = False
) -> list[dict[str, Any]]:
    """Put rungs into the inboxes of those who are asked, and queue their letters; returns the hints.

    `is_first` says that these alerts are in nobody's inbox yet.
    """
    items = [item for each in asked for item in _items(each)]
    numbered = inbox.number_items(tx, items) if is_first else inbox.add_items(tx, items)
    if by_mail:
        deliveries.queue(tx, [letter for each in asked for letter in letters(each)])
    states = {each.alert_id: each.state for each in asked}
    told = [_hint(item, seq, states[item.alert_id], asked) for item, seq in numbered]
    return told + _hints_again(asked, {(item.alert_id, item.reader) for item, _ in numbered})


def letters(each: Ask) -> list[dict[str, Any]]:
    """Return the e-mails to a rung, due at once."""
    return [
        {
            "delivery_id": new_id(),
            "alert_id": each.alert_id,
            "account_id": account_id,
            "rung": each.rung.number,
            "channel": "email",
            "state": "queued",
            "attempts": 0,
            "queued_at": each.at,
            "next_try_at": each.at,
        }
        for account_id in each.rung.account_ids
    ]


def readers(rung: Rung) -> list[str]:
    """Return the inboxes of a rung: those of its people, then that of their office."""
    own = [office(rung.office_id)] if rung.office_id else []
    return [account(account_id) for account_id in rung.account_ids] + own


def _items(each: Ask) -> list[NewItem]:
    return [_item(each, reader) for reader in readers(each.rung)]


def _item(each: Ask, reader: str) -> NewItem:
    rung, number = each.rung, each.rung.number
    if reader.startswith("office:"):
        # One entry stays for all rungs of an office, so it waits until the ladder leaves the office.
        number = DESK if number == DESK else DESK - 1
    return NewItem(
        reader=reader,
        alert_id=each.alert_id,
        handoff_id=each.handoff_id,
        kind=inbox.NOTE,
        office_id=rung.office_id,
        arrived_at=each.at,
        rung=number,
        role=rung.role,
    )


def _hint(item: NewItem, seq: int, state: str, asked: Sequence[Ask]) -> dict[str, Any]:
    if item.reader.startswith("account:"):
        return alert_hint(item.reader, item.handoff_id, seq, state)
    has_people = any(each.alert_id == item.alert_id and each.rung.account_ids for each in asked)
    if has_people:
        # They have a hint of their own; the office's other pages only refresh their counts.
        return handoff_hint([item.reader], item.handoff_id, state)
    return alert_hint(item.reader, item.handoff_id, None, state)


def _hints_again(asked: Sequence[Ask], told: set[tuple[str, str]]) -> list[dict[str, Any]]:
    """Hints for inboxes in which the alert was already."""
    hints = []
    for each in asked:
        again = [reader for reader in readers(each.rung) if (each.alert_id, reader) not in told]
        if again:
            hints.append(handoff_hint(again, each.handoff_id, each.state))
    return hints
