"""What nobody has answered: of a desk's ladders, and of those that wait for one reader."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, select

from services.notify.models import alert, inbox_item
from services.notify.queries.inbox_lists import waits

_item = inbox_item.c
_is_open = (alert.c.ended_as.is_(None), alert.c.raised_at.is_not(None))


def of_desk(tx: Connection, desk_id: str, limit: int) -> list[Any]:
    """Return the open alerts of a desk, the oldest first."""
    oldest = select(alert).where(alert.c.desk_id == desk_id, *_is_open)
    return list(tx.execute(oldest.order_by(alert.c.raised_at, alert.c.alert_id).limit(limit)))


def count_of_desk(tx: Connection, desk_id: str) -> int:
    """Return how many open alerts a desk has."""
    return _count(tx, select(func.count()).select_from(alert).where(alert.c.desk_id == desk_id, *_is_open))


def codes_of_desk(tx: Connection, desk_id: str, limit: int) -> list[str]:
    """Return the codes of the oldest of them."""
    return [row.code for row in of_desk(tx, desk_id, limit)]


def count_of_reader(tx: Connection, account_id: str, office_id: str) -> int:
    """Return how much of an office waits for an answer of one person."""
    return _count(tx, _of_reader(account_id, office_id).with_only_columns(func.count()))


def codes_of_reader(tx: Connection, account_id: str, office_id: str, limit: int) -> list[str]:
    """Return the codes of it, the oldest first."""
    oldest = _of_reader(account_id, office_id).order_by(alert.c.raised_at, alert.c.alert_id)
    return list(tx.execute(oldest.limit(limit)).scalars())


def readers_of(tx: Connection, readers: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
    """Return of these (account, office) those for whom something waits."""
    names = [_name(account_id) for account_id, _ in readers]
    found = select(_item.reader, _item.office_id).join(alert, alert.c.alert_id == _item.alert_id)
    rows = tx.execute(found.where(_item.reader.in_(names), waits).distinct())
    waiting = {(row.reader, row.office_id) for row in rows}
    return {reader for reader in readers if (_name(reader[0]), reader[1]) in waiting}


def _of_reader(account_id: str, office_id: str) -> Select[Any]:
    own: tuple[ColumnElement[bool], ...] = (
        _item.reader == _name(account_id),
        _item.office_id == office_id,
    )
    return select(alert.c.code).join(inbox_item, alert.c.alert_id == _item.alert_id).where(*own, waits)


def _name(account_id: str) -> str:
    return f"account:{account_id}"


def _count(tx: Connection, statement: Any) -> int:
    return int(tx.execute(statement).scalar_one())
