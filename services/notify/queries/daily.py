"""Turns of a day and their letters: each turn is taken once, each letter exists once."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, exists, func, or_, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from chassis.db import insert_new
from chassis.ids import new_id
from services.notify.daily import DIGEST, LIST, LISTS_AT
from services.notify.models import daily_letter, daily_turn, desk_list, wish
from services.notify.queries.deliveries import QUEUED
from services.notify.queries.unanswered import open_of_desks

_turn, _letter = daily_turn.c, daily_letter.c


def readers_due(tx: Connection, day: date, at: str, limit: int) -> list[Any]:
    """Return the wishes of people whose digest of a day is due `at` its time, and not decided yet."""
    had = exists().where(_turn.kind == DIGEST, _turn.of_id == wish.c.account_id, _turn.day >= day)
    due = select(wish).where(wish.c.digest_at.is_not(None), wish.c.digest_at <= at, ~had)
    return list(tx.execute(due.order_by(wish.c.account_id).limit(limit)))


def desks_open(tx: Connection, day: date) -> list[Any]:
    """Return the desks at whose ladders something is open, their `lists_at`, and since when the `oldest` is.

    Those of which the list of the day is decided are left out.
    """
    open_ = open_of_desks().c
    had = exists().where(_turn.kind == LIST, _turn.of_id == open_.desk_id, _turn.day >= day)
    at = func.coalesce(desk_list.c.lists_at, LISTS_AT).label("lists_at")
    found = (
        select(open_.desk_id, at, func.min(open_.since).label("oldest"))
        .outerjoin(desk_list, desk_list.c.desk_id == open_.desk_id)
        .where(open_.desk_id.is_not(None), ~had)
        .group_by(open_.desk_id, desk_list.c.lists_at)
    )
    return list(tx.execute(found.order_by(open_.desk_id)))


def take_turns(tx: Connection, kind: str, of_ids: Sequence[str], day: date) -> set[str]:
    """Take the turns of a day; returns those that nobody has taken, for this day or a later one.

    Of two at once the second waits for the first, and then finds its day. In one order, so that two
    never wait for each other.
    """
    if not of_ids:
        return set()
    insert = sqlite_insert if tx.dialect.name == "sqlite" else postgresql_insert
    rows = [{"kind": kind, "of_id": of_id, "day": day} for of_id in sorted(set(of_ids))]
    statement = insert(daily_turn).values(rows)
    taken = statement.on_conflict_do_update(
        index_elements=[_turn.kind, _turn.of_id],
        set_={"day": statement.excluded.day},
        where=_turn.day < statement.excluded.day,
    )
    return set(tx.execute(taken.returning(_turn.of_id)).scalars())


def queue(tx: Connection, kind: str, people: Sequence[tuple[str, str]], day: date, now: datetime) -> None:
    """Queue a letter for each (account, office); what is there for the day stays the only one."""
    rows = [
        {
            "letter_id": new_id(),
            "kind": kind,
            "account_id": account_id,
            "office_id": office_id,
            "day": day,
            "state": "queued",
            "attempts": 0,
            "queued_at": now,
            "next_try_at": now,
        }
        for account_id, office_id in people
    ]
    if rows:
        insert_new(tx, daily_letter, rows, returning=_letter.letter_id)


def claim_due(tx: Connection, now: datetime, lease: timedelta, limit: int) -> list[Any]:
    """Take letters that are due, leased by real time; returns them as they are then."""
    real = datetime.now(UTC)
    is_free = or_(_letter.leased_until.is_(None), _letter.leased_until <= real)
    due = select(daily_letter).where(and_(_letter.state == QUEUED, _letter.next_try_at <= now, is_free))
    first = due.order_by(_letter.next_try_at, _letter.letter_id).limit(limit)
    ids = list(
        tx.execute(first.with_only_columns(_letter.letter_id).with_for_update(skip_locked=True)).scalars()
    )
    taken = {"leased_until": real + lease, "attempts": _letter.attempts + 1}
    these = daily_letter.update().where(_letter.letter_id.in_(ids)).values(taken)
    rows = {row.letter_id: row for row in tx.execute(these.returning(*_letter))}
    return [rows[id] for id in ids]


def is_claimed(tx: Connection, row: Any) -> bool:
    """Return whether a letter still waits under the claim by which it was taken: the next one counts on."""
    same = (_letter.letter_id == row.letter_id, _letter.state == QUEUED, _letter.attempts == row.attempts)
    return tx.execute(select(_letter.letter_id).where(*same)).first() is not None


def record(tx: Connection, letter_id: str, **values: Any) -> None:
    """Note what became of a try; ends its lease."""
    mine = and_(_letter.letter_id == letter_id, _letter.state == QUEUED)
    tx.execute(daily_letter.update().where(mine).values(leased_until=None, **values))


def lists_at(tx: Connection, desk_id: str) -> str:
    """Return when a desk wants its list."""
    found = tx.execute(select(desk_list.c.lists_at).where(desk_list.c.desk_id == desk_id)).scalar()
    return found or LISTS_AT


def save_list_time(tx: Connection, desk_id: str, at: str, by: str, now: datetime) -> None:
    """Keep when a desk wants its list."""
    values = {"lists_at": at, "changed_by": by, "changed_at": now}
    if not insert_new(tx, desk_list, [{"desk_id": desk_id, **values}], returning=desk_list.c.desk_id):
        tx.execute(desk_list.update().where(desk_list.c.desk_id == desk_id).values(values))
