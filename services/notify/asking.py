"""Asking the people of a rung: their inboxes, their letters, their open pages."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from contracts.rules import DESK
from services.notify import ways
from services.notify.domain import Plan, Rung
from services.notify.keeping import keep
from services.notify.news import News, alert_hint, handoff_hint
from services.notify.queries import deliveries, inbox, links
from services.notify.queries.inbox import NewItem
from services.notify.wishes import latest_at


def account(account_id: str) -> str:
    """Return the name of a person's inbox."""
    return f"account:{account_id}"


def office(office_id: str) -> str:
    """Return the name of an office's inbox."""
    return f"office:{office_id}"


def readers(rung: Rung) -> list[str]:
    """Return the inboxes of a rung: those of its people, then that of their office."""
    own = [office(rung.office_id)] if rung.office_id else []
    return [account(account_id) for account_id in rung.account_ids] + own


def last_rung_there(plan: Plan, rung: Rung) -> int:
    """Return the last rung of the office to which a rung belongs."""
    return len(plan.rungs) if rung.role == DESK else len(plan.rungs) - 1


def ask(row: Any, plan: Plan, rung: Rung, at: datetime, state: str) -> News:
    """Return what it takes to ask a rung of an alert, whose handoff is in `state` by that."""
    items = [_item(row, plan, rung, reader, at, state) for reader in readers(rung)]
    return News(items=items, letters=letters(row, rung, at))


def letters(row: Any, rung: Rung, at: datetime) -> list[dict[str, Any]]:
    """Return what a rung is told outside, of each person, by whichever channels it will be, due at once.

    `latest_at` is until when each may be kept for wishes.
    """
    return [
        {
            "alert_id": row["alert_id"],
            "account_id": account_id,
            "rung": rung.number,
            "urgency": row["urgency"],
            "state": "queued",
            "attempts": 0,
            "queued_at": at,
            "next_try_at": at,
            "latest_at": latest_at(row["urgency"], rung.due_at),
        }
        for account_id in rung.account_ids
    ]


def put_out(
    tx: Connection, news: News, *, by_mail: bool, are_first: bool = False, is_new: bool = False
) -> News:
    """Write the items and letters of a transaction; returns its news with the hints of the items.

    Once per transaction, since the counters of all its readers are locked in one order.
    `are_first` says that the items' alerts are in nobody's inbox yet, `is_new` that the letters go out
    although the office has received the alert.
    """
    put = inbox.number_items if are_first else inbox.add_items
    seqs = {(item.alert_id, item.reader, item.about): seq for item, seq in put(tx, news.items)}
    news.hints += [_hint(item, seqs.get((item.alert_id, item.reader, item.about))) for item in news.items]
    asked = news.letters if are_first or is_new else links.without_repeats(tx, news.letters)
    deliveries.queue(tx, keep(tx, ways.letters(tx, asked, by_mail=by_mail)))
    return news


def _item(row: Any, plan: Plan, rung: Rung, reader: str, at: datetime, state: str) -> NewItem:
    is_office = reader.startswith("office:")
    return NewItem(
        reader=reader,
        alert_id=row["alert_id"],
        handoff_id=row["handoff_id"],
        kind=inbox.NOTE,
        office_id=rung.office_id,
        arrived_at=at,
        # One entry stays for all rungs of an office, so it waits until the ladder leaves the office.
        rung=last_rung_there(plan, rung) if is_office else rung.number,
        role=rung.role,
        state=state,
        # People have an alert of their own; the office's other pages only refresh their counts.
        is_loud=not (is_office and rung.account_ids),
    )


def _hint(item: NewItem, seq: int | None) -> dict[str, Any]:
    """Return the hint for an item; without a number it was in the inbox already."""
    if seq is None or not item.is_loud:
        return handoff_hint([item.reader], item.handoff_id, item.state)
    # A number counts in one person's inbox; pages of an office have a number each.
    own = seq if item.reader.startswith("account:") else None
    return alert_hint(item.reader, item.handoff_id, own, item.state)
