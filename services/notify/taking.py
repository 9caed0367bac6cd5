"""An office at work: a colleague takes an alert, lets it go, hands it on. The ladder goes on meanwhile."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from chassis.auth import Caller
from contracts.errors import NotFound
from services.notify import asking, holding
from services.notify.domain import Plan, Rung
from services.notify.holding import Held
from services.notify.news import News, alert_hint, holding_hint
from services.notify.offices import Office
from services.notify.queries import alerts, holdings, inbox, offices, unreached


def take(tx: Connection, handoff_id: str, caller: Caller, now: datetime) -> News:
    """Let the caller have it. Of two at the same moment the second finds the first one's name."""
    row, held = _locked(tx, handoff_id, caller)
    holding.check_take(held, caller.account_id)
    if held.held_by == caller.account_id:
        return News()
    return _record(tx, row, holding.TAKEN, caller, caller.account_id, now)


def let_go(tx: Connection, handoff_id: str, caller: Caller, now: datetime) -> News:
    """Let nobody have it."""
    row, held = _locked(tx, handoff_id, caller)
    holding.check_let_go(held, caller.account_id, caller.role)
    return _record(tx, row, holding.LET_GO, caller, None, now)


def hand_on(tx: Connection, handoff_id: str, to_account_id: str, caller: Caller, now: datetime) -> News:
    """Let a colleague have it, and ask the colleague: inbox and letter."""
    row, held = _locked(tx, handoff_id, caller)
    holding.check_hand_on(held, caller.account_id, caller.role)
    holding.check_colleague(_office(tx, held.office_id), to_account_id, held.held_by, now)
    news = _record(tx, row, holding.HANDED_ON, caller, to_account_id, now)
    news += _ask_colleague(tx, row, held.office_id, to_account_id, now)
    return news


def find(tx: Connection, handoff_id: str, caller: Caller, now: datetime) -> dict[str, Any]:
    """Return a `Holding` for the caller. Raises NotFound for whoever's office was never asked."""
    row = alerts.find_by_handoff(tx, handoff_id)
    held = _held(tx, row, caller)
    can = holding.may(held, caller.account_id, caller.role)
    office = _office(tx, held.office_id) if "hand_on" in can else Office(held.office_id)
    return {
        "handoff_id": handoff_id,
        "code": row.code,
        "kind": inbox.NOTE,
        "from_office_id": row.from_office_id,
        "held_by": held.held_by,
        "held_since": row.held_since if held.held_by else None,
        "may": can,
        "colleague_ids": holding.colleagues(office, held.held_by, now),
    }


def _locked(tx: Connection, handoff_id: str, caller: Caller) -> tuple[Any, Held]:
    row = alerts.lock_by_handoff(tx, handoff_id)
    return row, _held(tx, row, caller)


def _held(tx: Connection, row: Any, caller: Caller) -> Held:
    office_id = caller.office_id
    if row is None or not office_id or not holdings.is_in_inbox(tx, row.alert_id, asking.office(office_id)):
        raise NotFound("handoff")
    plan = alerts.plan_of(row)
    is_ours = row.held_for_office_id == office_id
    asked = plan.rung(plan.current).office_id
    return Held(row.ended_as, asked, office_id, row.held_by if is_ours else None)


def _office(tx: Connection, office_id: str) -> Office:
    return offices.find_offices(tx, [office_id]).get(office_id) or Office(office_id)


def _record(tx: Connection, row: Any, what: str, caller: Caller, held_by: str | None, now: datetime) -> News:
    office_id = caller.office_id or ""
    holdings.record(tx, row, what, office_id, caller.account_id, held_by, now)
    told = [*inbox.readers_of(tx, row.alert_id), asking.office(row.from_office_id)]
    return News(hints=[holding_hint(told, row.handoff_id)])


def _ask_colleague(tx: Connection, row: Any, office_id: str, account_id: str, now: datetime) -> News:
    plan = alerts.plan_of(row)
    rung = replace(plan.rung(plan.current), office_id=office_id, account_ids=(account_id,))
    item = _item(row, plan, rung, asking.account(account_id), now)
    news = News(letters=asking.letters(row._mapping, rung, now))
    if holdings.is_in_inbox(tx, row.alert_id, item.reader):
        unreached.keep_read(tx, [row.alert_id], now)
        holdings.ask_again(tx, row.alert_id, item.reader, item.rung)
        news.hints.append(alert_hint(item.reader, row.handoff_id, None, ""))
    else:
        news.items.append(item)
    return news


def _item(row: Any, plan: Plan, rung: Rung, reader: str, now: datetime) -> inbox.NewItem:
    return inbox.NewItem(
        reader=reader,
        alert_id=row.alert_id,
        handoff_id=row.handoff_id,
        kind=inbox.NOTE,
        office_id=rung.office_id,
        arrived_at=now,
        # Whoever has it has it on every rung of the office.
        rung=asking.last_rung_there(plan, rung),
        role="colleague",
    )
