"""That an office cannot take what it was sent, written back by FAX: it is the desk's to deal with again."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from contracts.notify import FAX_DECLINED
from contracts.roles import DESK
from services.notify.asking import account, office
from services.notify.news import News
from services.notify.queries import inbox, offices, unreached
from services.notify.queries.inbox import NewItem


def refuse(tx: Connection, row: Any, now: datetime) -> News:
    """Put the alert of `row` on the desk's list; returns the items by which the desk and the sender learn it.

    `row` is a sheet with its alert, which is locked. Somebody at the desk may have acknowledged long ago, and
    then nobody looks at that handoff by itself.
    """
    unreached.refuse(tx, row.alert_id, row.rung, now)
    sender = _item(row, account(row.from_account_id), row.from_office_id, now)
    return News(items=[*_to_desk(tx, row, now), sender])


def _to_desk(tx: Connection, row: Any, now: datetime) -> list[NewItem]:
    if row.desk_id is None:
        return []
    desk = offices.find_offices(tx, [row.desk_id]).get(row.desk_id)
    staff = [account(member.account_id) for member in desk.active(DESK)] if desk else []
    # Its people are told aloud; the office's other pages only refresh their counts.
    told = [_item(row, reader, row.desk_id, now) for reader in staff]
    return [*told, _item(row, office(row.desk_id), row.desk_id, now, is_loud=not staff)]


def _item(row: Any, reader: str, office_id: str, now: datetime, *, is_loud: bool = True) -> NewItem:
    return NewItem(
        reader=reader,
        alert_id=row.alert_id,
        handoff_id=row.handoff_id,
        kind=inbox.ANSWER,
        office_id=office_id,
        arrived_at=now,
        about=FAX_DECLINED,
        state=FAX_DECLINED,
        is_loud=is_loud,
    )
