"""Pages of a list, and whether another one follows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, RowMapping, Select


@dataclass(frozen=True)
class Page:
    """Which part of a list is wanted; pages count from 1, and a `size` of 0 wants nothing."""

    number: int
    size: int

    def of(self, tx: Connection, statement: Select[Any]) -> tuple[Sequence[RowMapping], bool]:
        """Return the rows of this page of an ordered statement, and whether there are more behind it."""
        if not self.size:
            return [], False
        skipped = (self.number - 1) * self.size
        rows = tx.execute(statement.limit(self.size + 1).offset(skipped)).mappings().all()
        return rows[: self.size], len(rows) > self.size
