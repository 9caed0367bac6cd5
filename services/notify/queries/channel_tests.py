"""Tests that people made of their own channels."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from chassis.db import insert_new
from services.notify.models import channel_test

_row = channel_test.c


def lock(tx: Connection, account_id: str, channel: str, now: datetime) -> datetime | None:
    """Return when the last test was, or None before the first, and hold its row until the commit."""
    first = {"account_id": account_id, "channel": channel, "tested_at": now}
    if insert_new(tx, channel_test, [first], returning=_row.account_id):
        return None
    mine = _row.account_id == account_id, _row.channel == channel
    found: datetime = tx.execute(select(_row.tested_at).where(*mine).with_for_update()).scalar_one()
    return found


def change(tx: Connection, account_id: str, channel: str, **values: Any) -> None:
    """Set columns of one test."""
    mine = _row.account_id == account_id, _row.channel == channel
    tx.execute(channel_test.update().where(*mine).values(values))


def tests_of(tx: Connection, account_id: str) -> dict[str, Any]:
    """Return somebody's last tests, by channel."""
    return {row.channel: row for row in tx.execute(select(channel_test).where(_row.account_id == account_id))}
