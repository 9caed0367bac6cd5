"""Cover sheets of FAX, and what came back on them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from services.notify.models import alert, fax_sheet

_sheet = fax_sheet.c


def add(tx: Connection, values: dict[str, Any]) -> None:
    """Keep a new sheet."""
    tx.execute(fax_sheet.insert(), values)


def find(tx: Connection, code_hash: str) -> Any | None:
    """Return the sheet of a return code with its alert, or None."""
    joined = select(fax_sheet, *(c for c in alert.c if c.name != "alert_id"))
    joined = joined.join(alert, alert.c.alert_id == _sheet.alert_id)
    return tx.execute(joined.where(_sheet.code_hash == code_hash)).first()


def record(tx: Connection, sheet_id: str, outcome: str, by: str | None, now: datetime) -> None:
    """Keep what came back, and who has entered it."""
    back = {"outcome": outcome, "returned_by": by, "returned_at": now}
    tx.execute(fax_sheet.update().where(_sheet.sheet_id == sheet_id).values(back))


def sheets_of(tx: Connection, alert_ids: Sequence[str]) -> list[Any]:
    """Return the sheets about these alerts, oldest first."""
    theirs = select(fax_sheet).where(_sheet.alert_id.in_(alert_ids))
    return list(tx.execute(theirs.order_by(_sheet.made_at, _sheet.sheet_id)))
