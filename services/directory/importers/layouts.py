"""The kinds of lists that can be read, and the rows of one list as records."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

from contracts.errors import Invalid
from services.directory.importers import care_services, hospitals, reading
from services.directory.importers.record import Cells, Record, Refused
from services.directory.importers.report import Problem
from services.directory.importers.sources import Dataset
from services.directory.normalise import text_of_number

LAYOUTS: tuple[ModuleType, ...] = (care_services, hospitals)


@dataclass
class List:
    """A file whose layout is known. `layout` is the module that says what its columns mean."""

    file: reading.File
    header: reading.Header
    layout: ModuleType
    # False once a CSV error has ended the reading.
    is_whole: bool = True
    # Numbers of refused rows: the list names them, so they are not missing from it.
    refused_numbers: set[str] = field(default_factory=set)

    @property
    def dataset(self) -> Dataset:
        """Where lists of this layout come from."""
        found: Dataset = self.layout.DATASET
        return found

    def missing_columns(self) -> list[str]:
        """Return the names of known columns that this list lacks."""
        return [self.layout.FIELDS[field][0] for field in self.header.missing]

    def readings(self) -> Iterator[Record | Problem]:
        """Yield a record, or the reason of its refusal, for each row below the header."""
        row = self.header.row
        try:
            for row, cells in reading.data_rows(self.file, self.header):
                yield self._read(row, cells)
        except csv.Error:
            self.is_whole = False
            yield Problem(row + 1, "", "", "unreadable_from_here", "refused")

    def _read(self, row: int, cells: Sequence[str]) -> Record | Problem:
        try:
            found: Record = self.layout.record(self._cells(row, cells), self.file.path.name)
        except Refused as refusal:
            self.refused_numbers |= {
                text_of_number(cell) for cell in cells[self.header.columns["number"] :][:1]
            }
            return Problem(row, refusal.column, refusal.value, refusal.reason, "refused")
        found.row = row
        return found

    def _cells(self, row: int, cells: Sequence[str]) -> Cells:
        columns, names = self.header.columns, self.header.names
        if len(cells) < len(names) or any(cells[len(names) :]):
            raise Refused("", str(len(cells)), "wrong_cell_count")
        for at in columns.values():
            if "\x00" in cells[at]:
                raise Refused(names[at], "", "bad_character")
        return Cells(
            row,
            {field: cells[at] for field, at in columns.items()},
            {field: names[at].strip() for field, at in columns.items()},
        )


def recognise(path: Path) -> List:
    """Return the list in a file. Raises Invalid when it is none of a known layout."""
    file = reading.inspect(path)
    try:
        for layout in LAYOUTS:
            if header := reading.find_header(file, layout.FIELDS, layout.REQUIRED):
                return List(file, header, layout)
    except csv.Error as error:
        raise Invalid("file_broken") from error
    raise Invalid("layout_unknown")
