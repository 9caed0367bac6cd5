"""The versions of rules that desks have made."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from chassis.db import insert_new
from services.notify.models import rule_version

_row = rule_version.c


def count(tx: Connection) -> int:
    """Return how many versions there are. They only become more."""
    return int(tx.execute(select(func.count()).select_from(rule_version)).scalar_one())


def every(tx: Connection) -> list[Any]:
    """Return all versions, oldest first."""
    return list(tx.execute(select(rule_version).order_by(_row.desk_id, _row.rule, _row.version)))


def of_desk(tx: Connection, desk_id: str, rule: str) -> list[Any]:
    """Return what a desk has made of a rule, newest first."""
    mine = select(rule_version).where(_row.desk_id == desk_id, _row.rule == rule)
    return list(tx.execute(mine.order_by(_row.version.desc())))


def add(
    tx: Connection,
    key: tuple[str, str, int],
    content: dict[str, Any],
    valid_from: datetime,
    changed: tuple[str, datetime],
) -> bool:
    """Keep a version; False when its number is taken.

    `key` is desk, rule and version; `changed` by whom and when.
    """
    row = dict(zip(("desk_id", "rule", "version"), key, strict=True))
    row |= {"content": content, "valid_from": valid_from}
    row |= {"changed_by": changed[0], "changed_at": changed[1]}
    return bool(insert_new(tx, rule_version, [row], returning=_row.version))
