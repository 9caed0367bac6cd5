"""What an import did: counts that add up to the rows read, and what was wrong in which cell."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

# The rest is in the table import_refusal; a report must not grow with a bad file.
SHOWN_PROBLEMS = 1000


@dataclass(frozen=True)
class Problem:
    """One cell that is wrong. `row` counts from 1 with the header, as a spreadsheet shows it.

    `action` says what was done: refused, duplicate (the row was left out), kept (as written),
    restored (a lost zero), unplaced (no pin).
    """

    row: int
    column: str
    value: str
    reason: str
    action: str


@dataclass
class Report:
    """The result of one import. `unlisted` are known entries that the file no longer names."""

    dataset: str
    file_name: str
    encoding: str
    as_of: date | None
    is_dry_run: bool
    read: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    duplicates: int = 0
    unlisted: int = 0
    missing_columns: list[str] = field(default_factory=list)
    warnings: Counter[str] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)

    @property
    def adds_up(self) -> bool:
        """Every row read is counted under exactly one heading."""
        return self.read == self.new + self.changed + self.unchanged + self.refused + self.duplicates

    def count(self, outcomes: Iterable[str]) -> None:
        """Count rows by what became of them: new, changed, unchanged."""
        for outcome in outcomes:
            setattr(self, outcome, getattr(self, outcome) + 1)

    def note(self, problems: Iterable[Problem]) -> None:
        """Count problems and keep them while there is room."""
        for problem in problems:
            self.warnings[problem.reason] += 1
            if len(self.problems) < SHOWN_PROBLEMS:
                self.problems.append(problem)

    def counts(self) -> dict[str, int]:
        """Return the counts alone."""
        headings = ("read", "new", "changed", "unchanged", "unlisted", "refused", "duplicates")
        return {heading: getattr(self, heading) for heading in headings}

    def to_wire(self) -> dict[str, Any]:
        """Return the report as plain JSON values."""
        return {
            "dataset": self.dataset,
            "file": self.file_name,
            "encoding": self.encoding,
            "as_of": self.as_of.isoformat() if self.as_of else None,
            "dry_run": self.is_dry_run,
            **self.counts(),
            "missing_columns": self.missing_columns,
            "warnings": dict(self.warnings),
            "problems": [vars(problem) for problem in self.problems],
        }
