"""What nobody has answered: of a desk's ladders, and of those that wait for one reader.

What an office has refused by FAX counts among a desk's, also when somebody has acknowledged it before.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, case, func, select, union_all

from services.notify.models import alert, inbox_item, receipt, unreached
from services.notify.queries.inbox_lists import waits
from services.notify.queries.unreached import refused_though_answered

_item = inbox_item.c
_with_unreached = alert.outerjoin(unreached, unreached.c.alert_id == alert.c.alert_id)


def open_of_desks() -> Any:
    """Return (alert_id, desk_id, since) of what is open, or was refused though answered, as a subquery."""
    columns = (alert.c.alert_id, alert.c.desk_id)
    is_open = alert.c.ended_as.is_(None), alert.c.raised_at.is_not(None)
    waiting = select(*columns, alert.c.raised_at.label("since")).where(*is_open)
    refused = select(*columns, unreached.c.refused_at.label("since")).where(refused_though_answered)
    refused = refused.join(unreached, unreached.c.alert_id == alert.c.alert_id)
    return union_all(waiting, refused).subquery()


def of_desk(tx: Connection, desk_id: str, limit: int) -> list[Any]:
    """Return the open alerts of a desk, the oldest first, each with its `refused_at` and `received_by`."""
    columns = select(alert, _refused_at(), _received_by().label("received_by")).select_from(_with_unreached)
    oldest = columns.where(alert.c.alert_id.in_(_ids_of(desk_id)))
    return list(tx.execute(oldest.order_by(alert.c.raised_at, alert.c.alert_id).limit(limit)))


def count_of_desk(tx: Connection, desk_id: str) -> int:
    """Return how many open alerts a desk has."""
    return _count(tx, select(func.count()).select_from(_ids_of(desk_id).subquery()))


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


def _ids_of(desk_id: str) -> Select[Any]:
    found = open_of_desks()
    return select(found.c.alert_id).where(found.c.desk_id == desk_id)


def _refused_at() -> Any:
    """Of those that were spoken with since, nothing is refused any more."""
    is_refused = unreached.c.refused_at.is_not(None), unreached.c.reached_at.is_(None)
    return case((and_(*is_refused), unreached.c.refused_at)).label("refused_at")


def _received_by() -> Any:
    """Return the channel by which the office has said last that it has an alert; None when it has not."""
    said = select(receipt.c.channel).where(receipt.c.alert_id == alert.c.alert_id)
    return said.order_by(receipt.c.received_at.desc(), receipt.c.rung.desc()).limit(1).scalar_subquery()
