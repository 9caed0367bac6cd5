"""Ladders in time: the next rung when nobody answered, overdue at the desk, a new plan after changes."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from services.notify import answering
from services.notify.asking import ask, letters, put_out, readers
from services.notify.domain import Plan, Rung, climb, next_rung, remind_desk_at, replan_ladder
from services.notify.ladders import Waits, waits_for
from services.notify.news import News, escalated, handoff_hint, overdue, raised
from services.notify.offices import Office
from services.notify.queries import alerts, inbox, offices
from services.notify.raising import Offices, planned_columns, receivers

BATCH = 50


def climb_due(tx: Connection, now: datetime, *, by_mail: bool) -> tuple[int, News]:
    """Move every ladder whose rung's time is over by one rung; returns how many.

    After a standstill a ladder may have several rungs to climb: each turn climbs one, in order.
    """
    due = alerts.lock_due(tx, now, BATCH)
    known = offices.find_offices(tx, [row.desk_id for row in due])
    news = News()
    for row in due:
        plan = alerts.plan_of(row)
        desk = known.get(row.desk_id) or Office(row.desk_id)
        step = _climb if next_rung(plan) else _past_the_desk
        news += step(tx, row._mapping, plan, desk, now)
    return len(due), put_out(tx, news, by_mail=by_mail)


def _climb(tx: Connection, row: Any, plan: Plan, desk: Office, now: datetime) -> News:
    left = inbox.readers_of(tx, row["alert_id"])
    plan = climb(plan, desk, _waits(row), now)
    alerts.change(tx, row["alert_id"], **alerts.plan_columns(plan))
    news = News([escalated(row, plan)], [handoff_hint(left, row["handoff_id"], "escalated")])
    news += ask(row, plan.rung(plan.current), now, "escalated")
    return news


def _past_the_desk(tx: Connection, row: Any, plan: Plan, desk: Office, now: datetime) -> News:
    """The desk's own time is over: overdue at first, later a reminder again and again."""
    again_at = remind_desk_at(desk, _waits(row), now)
    rung = plan.rung(plan.current)
    news = News(hints=[handoff_hint(readers(rung), row["handoff_id"], "overdue")])
    if row["overdue_at"] is None:
        alerts.change(tx, row["alert_id"], overdue_at=now, next_at=again_at)
        news.facts.append(overdue(row, now))
        news += answering.tell_sender(row, "overdue", now)
    else:
        alerts.change(tx, row["alert_id"], next_at=again_at)
        news.letters += letters(row, rung, now)
    return news


def replan_changed(tx: Connection, now: datetime, *, by_mail: bool) -> tuple[int, News]:
    """Plan ladders anew whose office's hours or staff have changed; returns how many there were."""
    rows = alerts.find(tx, offices.alerts_to_plan_anew(tx, BATCH))
    known = offices.find_offices(tx, [id for row in rows for id in (row.to_office_id, row.desk_id)])
    news = News()
    for row in rows:
        news += _replan(tx, row._mapping, alerts.plan_of(row), known, now)
    return len(rows), put_out(tx, news, by_mail=by_mail)


def _replan(tx: Connection, row: Any, before: Plan, known: Offices, now: datetime) -> News:
    to = receivers(row, known)
    plan = replan_ladder(to, before, now)
    current = plan.rung(plan.current)
    if current.started_at is None:
        plan = plan.with_rung(replace(current, started_at=now))
    columns = planned_columns(plan, to)
    if row["overdue_at"] is not None:
        columns["next_at"] = row["next_at"]
    if plan == before:
        alerts.change(tx, row["alert_id"], **columns)
        return News()
    columns["revision"] = row["revision"] + 1
    alerts.change(tx, row["alert_id"], **columns)
    news = News([raised({**row, **columns}, plan)])
    news += _ask_the_new(tx, row, plan.rung(plan.current), now)
    return news


def _ask_the_new(tx: Connection, row: Any, rung: Rung, now: datetime) -> News:
    """Ask those of the current rung who were not asked before."""
    asked = set(inbox.readers_of(tx, row["alert_id"]))
    new = tuple(id for id in rung.account_ids if f"account:{id}" not in asked)
    news = ask(row, replace(rung, account_ids=new), now, "delivered") if new else News()
    news.hints += [handoff_hint(sorted(asked), row["handoff_id"], "delivered")] if asked else []
    return news


def _waits(row: Any) -> Waits:
    return waits_for(row["urgency"], row["noted_at"])
