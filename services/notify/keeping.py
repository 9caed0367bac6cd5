"""Letters that wait for the time which their readers wish, for as long as nothing is late by that.

While somebody is on duty at the office that is asked, wishes hold nothing back.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from services.notify import wishes
from services.notify.domain import Plan
from services.notify.duties import Rota, of_person
from services.notify.queries import alerts, deliveries, offices
from services.notify.queries import wishes as kept

Letter = dict[str, Any]
# By alert and rung: the rota of the office that is asked there.
Rotas = dict[tuple[str, int], Rota]


def keep(tx: Connection, letters: Sequence[Letter]) -> list[Letter]:
    """Return new letters, each due when its reader wishes it."""
    wished = kept.of(tx, [letter["account_id"] for letter in letters if letter["latest_at"]])
    waiting = [letter for letter in letters if letter["latest_at"] and letter["account_id"] in wished]
    rotas = _rotas(tx, waiting)
    return [letter | _times(letter, wished.get(letter["account_id"]), rotas) for letter in letters]


def keep_anew(tx: Connection, account_id: str, content: wishes.Content, now: datetime) -> None:
    """Let what waits for somebody go out when it is wished now."""
    letters = [dict(row._mapping) for row in kept.may_wait(tx, account_id)]
    rotas = _rotas(tx, letters)
    for letter in letters:
        kept.move(tx, letter["delivery_id"], _times(letter, content, rotas, now))


def keep_by_plan(tx: Connection, alert_id: str, before: Plan, plan: Plan, now: datetime) -> None:
    """Let what waits of a ladder be in time for its new plan, and forget it for who is asked no more."""
    current = plan.rung(plan.current)
    # When its time is over by the new plan, nobody on it can answer any more.
    is_over = current.due_at is not None and current.due_at <= now
    asked_no_more = set(before.rung(before.current).account_ids) - set(() if is_over else current.account_ids)
    if asked_no_more:
        deliveries.cancel(tx, alert_id, now, "asked_no_more", only=kept.are_kept_for(asked_no_more))
    rows = kept.kept_of(tx, alert_id)
    wished = kept.of(tx, [row.account_id for row in rows])
    rotas = _rotas(tx, [dict(row._mapping) for row in rows])
    for row in rows:
        letter = {**row._mapping, "latest_at": plan.rung(row.rung).due_at}
        times = _times(letter, wished.get(row.account_id), rotas, now)
        kept.move(tx, row.delivery_id, times | {"latest_at": letter["latest_at"]})


def keep_for_duties(tx: Connection, account_ids: Collection[str], now: datetime) -> None:
    """Let what waits for these people go out when it is due by the rota as it is now."""
    for account_id, content in sorted(kept.of(tx, account_ids).items()):
        keep_anew(tx, account_id, content, now)


def duties(rota: Rota | None, account_id: str, at: datetime, latest_at: datetime | None) -> wishes.Spans:
    """Return the times from `at` until `latest_at` at which somebody is on duty."""
    if rota is None or latest_at is None or latest_at <= at:
        return ()
    return [(each.from_at, each.until_at) for each in of_person(rota, account_id, at, latest_at)]


def _rotas(tx: Connection, letters: Sequence[Letter]) -> Rotas:
    """Return the rotas that count for these letters, where there are any."""
    if not letters:
        return {}
    rows = {row.alert_id: row for row in alerts.find(tx, sorted({one["alert_id"] for one in letters}))}
    # Of the row as it is: a ladder that is broken must not keep anybody from changing wishes.
    asked = {
        (one["alert_id"], one["rung"]): rung.get("office_id")
        for one in letters
        for rung in rows[one["alert_id"]].rungs
        if rung.get("number") == one["rung"]
    }
    known = offices.find_offices(tx, asked.values())
    rotas = {key: known[office_id].rota for key, office_id in asked.items() if office_id in known}
    return {key: rota for key, rota in rotas.items() if not rota.is_empty}


def _times(
    letter: Any, content: wishes.Content | None, rotas: Rotas, now: datetime | None = None
) -> dict[str, Any]:
    at, latest_at = now or letter["queued_at"], letter["latest_at"]
    rota = rotas.get((letter["alert_id"], letter["rung"]))
    own = duties(rota, letter["account_id"], at, latest_at)
    goes_at = wishes.letter_at(content, at, latest_at, own)
    return {"next_try_at": goes_at, "reason": kept.WAITS if goes_at > at else None}
