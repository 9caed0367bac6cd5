"""Deliveries that are due, taken by person: what is due for somebody goes out as one letter."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, or_, select, tuple_

from chassis.db import insert_new
from services.notify.bursts import MOST_TOGETHER, counted, rests_until
from services.notify.models import burst, delivery
from services.notify.queries.deliveries import QUEUED
from services.notify.queries.wishes import WAITS

_row, _burst = delivery.c, burst.c
Person = tuple[str, str]


def claim_due(tx: Connection, channel: str, now: datetime, lease: timedelta, limit: int) -> list[list[str]]:
    """Take what is due for up to `limit` people on a channel, leased; returns the ids of each letter.

    Who has had many letters within a minute rests: what is due is put off to the end of that minute.
    A lease is real time, also where the clock may be moved: it protects a send that is under way.
    """
    real = datetime.now(UTC)
    is_due = and_(_row.channel == channel, _due(now, real))
    # The loop runs in every replica; SKIP LOCKED sends each to other people.
    first = select(_row.account_id, _row.channel).where(is_due).order_by(_row.next_try_at, _row.delivery_id)
    first = first.limit(limit).with_for_update(skip_locked=True)
    people = sorted({(row.account_id, row.channel) for row in tx.execute(first)})
    resting = _resting(tx, people, now)
    found = {person: _of(tx, person, is_due) for person in people}
    for person, until in resting.items():
        _put_off(tx, found[person], until)
    bundles = [ids for person, ids in found.items() if ids and person not in resting]
    _lease(tx, [id for ids in bundles for id in ids], real + lease)
    return bundles


def count_letter(tx: Connection, account_id: str, channel: str, now: datetime) -> None:
    """Note that a letter went out to somebody."""
    values = {"account_id": account_id, "channel": channel, "began_at": now, "letters": 1}
    if insert_new(tx, burst, [values], returning=_burst.account_id):
        return
    mine = and_(_burst.account_id == account_id, _burst.channel == channel)
    row = tx.execute(select(burst).where(mine).with_for_update()).one()
    began_at, letters = counted(row.began_at, row.letters, now)
    tx.execute(burst.update().where(mine).values(began_at=began_at, letters=letters))


def _due(now: datetime, real: datetime) -> ColumnElement[bool]:
    is_free = or_(_row.leased_until.is_(None), _row.leased_until <= real)
    return and_(_row.state == QUEUED, _row.next_try_at <= now, is_free)


def _of(tx: Connection, person: Person, is_due: ColumnElement[bool]) -> list[str]:
    """Return and hold what is due for a person; nothing when another replica is about to write to them.

    That one has the first of it: so it is one letter, and always somebody's.
    """
    theirs = select(_row.delivery_id).where(is_due, *_is(person)).order_by(_row.next_try_at, _row.delivery_id)
    held = list(tx.execute(theirs.limit(MOST_TOGETHER).with_for_update(skip_locked=True)).scalars())
    return held if held[:1] == list(tx.execute(theirs.limit(1)).scalars()) else []


def _is(person: Person) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return _row.account_id == person[0], _row.channel == person[1]


def _resting(tx: Connection, people: Sequence[Person], now: datetime) -> dict[Person, datetime]:
    known = select(burst).where(tuple_(_burst.account_id, _burst.channel).in_(people))
    rows: Sequence[Any] = list(tx.execute(known)) if people else []
    until = {(row.account_id, row.channel): rests_until(row.began_at, row.letters, now) for row in rows}
    return {person: at for person, at in until.items() if at}


def _put_off(tx: Connection, ids: Sequence[str], until: datetime) -> None:
    if ids:
        # Its wished time has come: a climb cancels it no more.
        reason = case((_row.reason == WAITS, None), else_=_row.reason)
        tx.execute(
            delivery.update().where(_row.delivery_id.in_(ids)).values(next_try_at=until, reason=reason)
        )


def _lease(tx: Connection, ids: Sequence[str], until: datetime) -> None:
    if ids:
        taken = {"leased_until": until, "attempts": _row.attempts + 1}
        tx.execute(delivery.update().where(_row.delivery_id.in_(ids)).values(taken))
