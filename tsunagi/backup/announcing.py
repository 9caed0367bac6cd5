"""Has those facts published again that a restored hearer lacks; what it has had, its inbox skips.

What was under way at the broker is in no database, so it is found by comparing journals and inboxes.
Such facts become unpublished ones, and the relay sends them when the services start.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from chassis.db import among
from chassis.ids import first_id_at
from chassis.topology import Hearing, handler_name, hearings
from tsunagi.backup.tables import BATCH, known, table

# A service that is new has heard nothing; it is not to be told the history.
_AT_LEAST = timedelta(days=1)


def announce_again(databases: Mapping[str, Connection], began_at: datetime) -> int:
    """Mark what a hearer lacks as unpublished; returns how many facts. `began_at` is the backup's moment."""
    found: dict[str, set[str]] = {}
    for hearing in hearings():
        teller, hearer = databases[hearing.fact.service], databases[hearing.hearer]
        for ids in _told(teller, hearing, _since(hearer, hearing, began_at)):
            found.setdefault(hearing.fact.service, set()).update(_lacking(hearer, hearing, ids))
    for service, ids in found.items():
        _unpublish(databases[service], service, sorted(ids))
    return sum(map(len, found.values()))


def _since(hearer: Connection, hearing: Hearing, began_at: datetime) -> str:
    """Return the id from which on the handler has to have heard everything: the first that it knows.

    A handler that knows none may have parked all that it was ever given: then the first of its service.
    """
    inbox = table(hearing.hearer, "inbox")
    oldest = select(inbox.c.fact_id).order_by(inbox.c.fact_id).limit(1)
    is_its = inbox.c.handler == handler_name(hearing.fact)
    first = hearer.execute(oldest.where(is_its)).scalar() or hearer.execute(oldest).scalar()
    at_least = first_id_at(began_at - _AT_LEAST)
    return min(first, at_least) if first else at_least


def _told(tx: Connection, hearing: Hearing, since: str) -> Iterator[list[str]]:
    outbox = table(hearing.fact.service, "outbox")
    is_it = outbox.c.routing_key == hearing.fact.routing_key
    after = outbox.c.id >= since
    while True:
        chosen = select(outbox.c.id).where(is_it, after).order_by(outbox.c.id).limit(BATCH)
        ids = list(tx.execute(chosen).scalars())
        if not ids:
            return
        yield ids
        after = outbox.c.id > ids[-1]


def _lacking(tx: Connection, hearing: Hearing, ids: list[str]) -> set[str]:
    inbox = table(hearing.hearer, "inbox")
    return set(ids) - known(tx, ids, inbox.c.fact_id, inbox.c.handler == handler_name(hearing.fact))


def _unpublish(tx: Connection, service: str, ids: list[str]) -> None:
    outbox = table(service, "outbox")
    for start in range(0, len(ids), BATCH):
        chosen = among(tx, outbox.c.id, ids[start : start + BATCH])
        tx.execute(outbox.update().where(chosen).values(published_at=None, unheard=False))
