"""In which order people want to be told."""

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, select

from services.notify.models import channel_rank

_row = channel_rank.c


def of(tx: Connection, account_ids: Iterable[str]) -> dict[tuple[str, str], dict[str, int]]:
    """Return {(account_id, urgency): {channel: rank}} of those who have chosen."""
    found: dict[tuple[str, str], dict[str, int]] = {}
    ids = sorted(account_ids)
    if ids:
        for row in tx.execute(select(channel_rank).where(_row.account_id.in_(ids))):
            found.setdefault((row.account_id, row.urgency), {})[row.channel] = row.rank
    return found


def clear(tx: Connection, account_id: str) -> None:
    """Forget somebody's orders."""
    tx.execute(channel_rank.delete().where(_row.account_id == account_id))


def save(tx: Connection, account_id: str, urgency: str, order: Mapping[str, int]) -> None:
    """Keep somebody's order for an urgency, which has none."""
    rows = [
        {"account_id": account_id, "urgency": urgency, "channel": channel, "rank": rank}
        for channel, rank in order.items()
    ]
    if rows:
        tx.execute(channel_rank.insert(), rows)
