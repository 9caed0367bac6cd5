"""What the test knows of the town, and since when: staff, cover, absences, hours. The truth to check by."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.support.weeks.hours import Hours

# Source: DESIGN 6, minutes of office time.
WAITS = {
    "urgent": {"care_manager": 15, "deputy": 15, "office_manager": 30, "desk": 30},
    "today": {"care_manager": 60, "deputy": 60, "office_manager": 120, "desk": 60},
}


def wait_of(urgency: str, role: str) -> timedelta:
    """Return how much office time a rung has."""
    return timedelta(minutes=WAITS[urgency][role])


@dataclass
class Absence:
    """Somebody away; known from `set_at` on until it is taken back."""

    account_id: str
    from_at: datetime
    until_at: datetime
    set_at: datetime
    cleared_at: datetime | None = None

    def covers(self, at: datetime, known_at: datetime) -> bool:
        """Return whether the person is away at `at`, as far as it was known at `known_at`."""
        is_known = self.set_at <= known_at and (self.cleared_at is None or known_at < self.cleared_at)
        return is_known and self.from_at <= at < self.until_at


@dataclass
class Book:
    """Everything with its history. Lists of (since, value) are in order."""

    hours: dict[str, list[tuple[datetime, Hours]]] = field(default_factory=dict)
    deputies: dict[str, list[tuple[datetime, str | None]]] = field(default_factory=dict)
    managers: dict[str, str] = field(default_factory=dict)
    absences: list[Absence] = field(default_factory=list)
    suspensions: list[tuple[str, datetime, datetime | None]] = field(default_factory=list)
    changes: list[datetime] = field(default_factory=list)
    ticks: list[datetime] = field(default_factory=list)

    def hours_between(self, office_id: str, start: datetime, end: datetime) -> list[Hours]:
        """Return every version of an office's hours that was in force between two moments."""
        return _in_force(self.hours[office_id], start, end)

    def deputies_between(self, account_id: str, start: datetime, end: datetime) -> list[str | None]:
        """Return everybody who was somebody's deputy between two moments."""
        return _in_force(self.deputies.get(account_id, []), start, end)

    def is_away(self, account_id: str, at: datetime, known_at: datetime) -> bool:
        """Return whether somebody had said before `known_at` to be away at `at`."""
        return any(
            absence.covers(at, known_at) for absence in self.absences if absence.account_id == account_id
        )

    def is_suspended(self, account_id: str, at: datetime) -> bool:
        """Return whether somebody may not sign in at that moment."""
        return any(
            account_id == id and since <= at and (until is None or at < until)
            for id, since, until in self.suspensions
        )

    def changed_near(self, at: datetime) -> bool:
        """Return whether somebody changed hours or staff just before: ladders are planned anew then."""
        return any(timedelta() <= at - change < timedelta(minutes=2) for change in self.changes)


def _in_force(history: list, start: datetime, end: datetime) -> list:
    ends = [since for since, _ in history[1:]] + [None]
    return [
        value
        for (since, value), until in zip(history, ends, strict=True)
        if since <= end and (until is None or until >= start)
    ]
