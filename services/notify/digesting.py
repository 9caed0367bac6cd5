"""Who is due a letter of the day: decided once for each reader and desk, whatever the clock does then."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from contracts.roles import DESK
from services.notify.daily import DIGEST, LIST, day_of, is_digest_day, moment_of, time_of
from services.notify.offices import Office
from services.notify.queries import daily, offices, unanswered

BATCH = 100


def queue_digests(tx: Connection, now: datetime) -> bool:
    """Queue the digests that are due; returns whether there may be more."""
    day = day_of(now)
    due = daily.readers_due(tx, day, time_of(now), BATCH)
    taken = daily.take_turns(tx, DIGEST, [row.account_id for row in due], day)
    theirs = [row for row in due if row.account_id in taken]
    wanted = [
        (row.account_id, office.office_id or "")
        for row, office in _at_work(tx, theirs)
        if is_digest_day(row.content, office, day)
    ]
    daily.queue(tx, DIGEST, sorted(unanswered.readers_of(tx, wanted)), day, now)
    return len(due) == BATCH


def _at_work(tx: Connection, rows: Sequence[Any]) -> list[tuple[Any, Office]]:
    """Return each of these wishes with the office where it counts: where it was wished.

    Of who works there no more it is wherever they work now, so that nobody's digest ends unsaid.
    """
    known = offices.find_offices(tx, [row.office_id for row in rows])
    stayed = [(row, known[row.office_id]) for row in rows if _works_at(row, known.get(row.office_id))]
    there = {row.account_id for row, _office in stayed}
    moved = [row for row in rows if row.account_id not in there]
    anywhere = offices.all_offices(tx) if moved else []
    return stayed + [(row, each) for row in moved for each in anywhere if _works_at(row, each)]


def _works_at(row: Any, office: Office | None) -> bool:
    return office is not None and office.has_active(row.account_id)


def queue_lists(tx: Connection, now: datetime) -> None:
    """Queue the letters with the lists of desks that are due.

    What came after a desk's time is for its next working day.
    """
    day = day_of(now)
    due = [row.desk_id for row in daily.desks_open(tx, day) if _is_due(row, day, now)]
    taken = daily.take_turns(tx, LIST, due, day)
    for desk_id, desk in offices.find_offices(tx, taken).items():
        if desk_id and desk.calendar.is_business_day(day):
            staff = [(member.account_id, desk_id) for member in desk.active(DESK)]
            daily.queue(tx, LIST, staff, day, now)


def let_pass(tx: Connection, kind: str, of_id: str, at: str | None, now: datetime) -> None:
    """Begin on the next day when the time that was chosen just now has passed today."""
    if at is not None and at <= time_of(now):
        daily.take_turns(tx, kind, [of_id], day_of(now))


def _is_due(row: Any, day: date, now: datetime) -> bool:
    moment = moment_of(day, row.lists_at)
    return bool(moment <= now and row.oldest <= moment)
