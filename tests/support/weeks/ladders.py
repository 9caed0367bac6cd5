"""What must hold for every ladder: who was asked, when, and until when."""

from bisect import bisect_left
from datetime import datetime, timedelta
from itertools import pairwise

from tests.support.weeks.book import Book, wait_of
from tests.support.weeks.records import Alert, Rung

_BLINK = timedelta(microseconds=1)


def check_ladder(alert: Alert, book: Book, now: datetime) -> None:
    """Assert all of it for one ladder at a moment at which nothing is under way."""
    asked = alert.asked
    assert asked, "nobody was asked"
    assert [rung.number for rung in asked][-1] == alert.current
    assert all(rung.skipped is None for rung in asked)
    assert asked[0].started_at == alert.row["raised_at"]
    for rung, following in pairwise(asked):
        assert rung.due_at is not None
        assert rung.due_at <= following.starts_at <= following.started_at
    for rung, until in zip(asked, [each.started_at for each in asked[1:]] + [now], strict=True):
        _check_place(alert, rung)
        _check_people(alert, rung, book, until)
        _check_wait(alert, rung, book, until)
        _check_in_time(rung, book)
    _check_end(alert, asked[-1], book, now)


def _check_place(alert: Alert, rung: Rung) -> None:
    wanted = alert.row["desk_id"] if rung.role == "desk" else alert.row["to_office_id"]
    assert rung.office_id == str(wanted)


def _check_people(alert: Alert, rung: Rung, book: Book, until: datetime) -> None:
    """The right one was asked, and nobody who was known to be away or may not sign in."""
    if rung.role == "desk":
        return
    [account_id] = rung.account_ids
    responsible = str(alert.row["to_account_id"])
    if rung.role == "care_manager":
        assert account_id == responsible
    elif rung.role == "deputy":
        assert account_id in book.deputies_between(responsible, rung.started_at, until)
    else:
        assert account_id == book.managers[rung.office_id]
    assert not book.is_suspended(account_id, rung.started_at), "asked while suspended"
    counted = [
        hours.next_open(rung.starts_at)
        for hours in book.hours_between(rung.office_id, rung.started_at, until)
    ]
    assert not all(book.is_away(account_id, at, rung.started_at) for at in counted), "asked while away"


def _check_wait(alert: Alert, rung: Rung, book: Book, until: datetime) -> None:
    """The rung had its whole time, and this time was the office's own opening time."""
    if rung.due_at is None or book.changed_near(rung.due_at):
        return  # cut short: nobody there could answer any more
    wait = wait_of(alert.row["urgency"], rung.role)
    starts = {rung.starts_at} | ({rung.started_at} if rung.role == "desk" else set())
    fits = [
        hours
        for hours in book.hours_between(rung.office_id, rung.starts_at, until)
        for start in starts
        if hours.between(start, rung.due_at) == wait and hours.is_open(rung.due_at - _BLINK)
    ]
    assert fits, f"{wait} of office time from {rung.starts_at} is not {rung.due_at}"


def _check_in_time(rung: Rung, book: Book) -> None:
    """It was asked at the first step of the clock at which it was due, not one later."""
    step = bisect_left(book.ticks, rung.starts_at)
    assert step + 1 >= len(book.ticks) or rung.started_at < book.ticks[step + 1]


def _check_end(alert: Alert, last: Rung, book: Book, now: datetime) -> None:
    row = alert.row
    if not alert.is_open:
        assert last.started_at <= row["ended_at"], "asked after the answer"
        assert row["next_at"] is None
        return
    assert row["next_at"] is not None, "neither an end nor a next moment"
    assert row["next_at"] > now, "somebody should have been asked by now"
    if last.role == "desk":
        assert row["overdue_at"] or last.due_at > now, "the desk slept and it is not overdue"
        # A plan that was made anew since then may have counted once more, from when the desk was asked.
        planned_since = row["overdue_at"] and any(change > row["overdue_at"] for change in book.changes)
        assert not row["overdue_at"] or planned_since or last.due_at <= row["overdue_at"]
    else:
        assert row["next_at"] == last.due_at
