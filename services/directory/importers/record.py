"""One row of a list, read: what it says in the directory's own fields."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from services.directory import normalise
from services.directory.importers.report import Problem
from services.directory.municipalities import by_code

_LONGEST_NUMBER = 60


class Refused(Exception):
    """The row cannot become an entry, because of this cell."""

    def __init__(self, column: str, value: str, reason: str) -> None:
        super().__init__(reason)
        self.column, self.value, self.reason = column, value, reason


@dataclass
class Record:
    """What one row says of one service of one facility.

    `values` and `details` hold only fields whose columns the list has: a list without a FAX column
    says nothing about FAX. `original` holds what was written where `values` differ from it.
    """

    register: str
    number: str
    service: str
    kind: str
    row: int = 0
    # Only where the maker of the record gives ids himself (a demonstration); lists never do.
    facility_id: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    details: dict[str, Any] = field(default_factory=dict)
    original: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    @property
    def key(self) -> tuple[str, str]:
        """What makes a record the same in every list."""
        return self.number, self.service


class Cells:
    """The cells of one row by field; remembers what was wrong with them and how they were written."""

    def __init__(self, row: int, cells: Mapping[str, str], names: Mapping[str, str]) -> None:
        self.row = row
        self.names = names
        self.original: dict[str, str] = {}
        self.problems: list[Problem] = []
        self._cells = cells

    def __contains__(self, field: str) -> bool:
        return field in self._cells

    def text(self, field: str) -> str:
        """Return a cell without space at its ends; "" when the list has no such column."""
        return normalise.clean(self._cells.get(field, ""))

    def texts(self, *fields: str) -> dict[str, str]:
        """Return those of these fields that the list has."""
        return {field: self.text(field) for field in fields if field in self}

    def needed(self, field: str) -> str:
        """Return a cell without which there is no entry. Raises Refused."""
        if not (value := self.text(field)):
            raise Refused(self.names[field], "", f"{field}_missing")
        return value

    def number(self, field: str, prefecture: str) -> str:
        """Return an office's number; a zero is put back when the prefecture proves that it is lost."""
        written = self.needed(field)
        number = normalise.restore_zero(normalise.text_of_number(written), prefecture)
        if len(number) > _LONGEST_NUMBER:
            raise Refused(self.names[field], written[:200], "number_too_long")
        if number != normalise.text_of_number(written):
            self.note(field, "number_zero_restored", "restored", number)
        return number

    def phones(self, *fields: str) -> dict[str, str]:
        """Return phone numbers in one form; what is none is kept as written and noted."""
        return {
            field: self._kept(field, *normalise.phone(self.text(field))) for field in fields if field in self
        }

    def links(self, *fields: str) -> dict[str, str]:
        """Return web addresses; what can be no link is kept beside and noted."""
        return {
            field: self._kept(field, *normalise.link(self.text(field))) for field in fields if field in self
        }

    def position(self, municipality: str) -> dict[str, Any]:
        """Return latitude, longitude and placement, when the list has coordinates at all."""
        if "latitude" not in self or "longitude" not in self:
            return {}
        place = by_code().get(municipality)
        hall = (place.latitude, place.longitude) if place else None
        found = normalise.position(self.text("latitude"), self.text("longitude"), hall)
        if found.placement != "placed":
            self.original |= self.texts("latitude", "longitude")
            self.note("latitude", found.placement, "unplaced")
        return vars(found)

    def note(self, field: str, reason: str, action: str = "kept", value: str = "") -> None:
        """Remember that a cell is wrong and what was done; `value` is kept in its stead."""
        written = self.text(field)
        if value:
            self.original[field] = written
        self.problems.append(Problem(self.row, self.names.get(field, field), written[:200], reason, action))

    def _kept(self, field: str, value: str, reason: str) -> str:
        if value != self._cells[field]:
            self.original[field] = self._cells[field]
        if reason:
            self.note(field, reason, "restored" if reason.endswith("restored") else "kept")
        return value
