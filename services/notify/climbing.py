"""Ladders in time: the next rung when nobody answered, overdue at the desk, a new plan after changes."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from prometheus_client import Counter
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from contracts.rules import ON_DUTY
from services.notify import answering
from services.notify.asking import ask, letters, put_out, readers
from services.notify.candidates import Receivers
from services.notify.domain import (
    Plan,
    climb,
    for_now,
    is_to_remind,
    next_rung,
    remind,
    remind_desk_at,
    replan_ladder,
)
from services.notify.keeping import keep_by_plan
from services.notify.news import News, escalated, handoff_hint, overdue, raised
from services.notify.queries import alerts, deliveries, inbox, offices
from services.notify.queries.wishes import are_kept_to
from services.notify.raising import Offices, planned_columns, receivers, versions
from services.notify.ruling import rule_of

logger = logging.getLogger(__name__)

BATCH = 50
BROKE = Counter("ladders_broke_total", "Steps of a ladder that broke and are tried again later")
# When a ladder that could not be climbed is tried again.
BROKEN_AGAIN_AFTER = timedelta(minutes=5)


def climb_due(tx: Connection, now: datetime, *, by_mail: bool) -> tuple[int, News]:
    """Move every ladder whose rung's time is over by one rung; returns how many.

    After a standstill a ladder may have several rungs to climb: each turn climbs one, in order.
    """
    due = alerts.lock_due(tx, now, BATCH)
    known = offices.find_offices(tx, [row.desk_id for row in due])
    news = News()
    for row in due:
        later = {"next_at": now + BROKEN_AGAIN_AFTER}
        news += _alone(tx, row, later, lambda row=row: _step(tx, row, known, now))
    return len(due), put_out(tx, news, by_mail=by_mail)


def _alone(tx: Connection, row: Any, otherwise: dict[str, Any], act: Callable[[], News]) -> News:
    """Return what `act` has to tell. A ladder on which it breaks must not stop the ladders of others."""
    try:
        with tx.begin_nested():
            return act()
    except DBAPIError:
        raise
    except Exception:
        BROKE.inc()
        logger.exception("ladder_broke", extra={"alert_id": row.alert_id})
        alerts.change(tx, row.alert_id, **otherwise)
        return News()


def _step(tx: Connection, row: Any, known: Offices, now: datetime) -> News:
    plan = alerts.plan_of(row)
    if is_to_remind(plan.rung(plan.current), now):
        return _remind(tx, row._mapping, plan, now)
    if any(rung.role == ON_DUTY for rung in plan.rungs[plan.current :]):
        # Few rules ask who is on duty; only these have to know the office at each step.
        known = known | offices.find_offices(tx, [row.to_office_id])
    to = receivers(row._mapping, known, rule_of(tx, row._mapping))
    step = _climb if next_rung(plan) else _past_the_desk
    return step(tx, row._mapping, plan, to, now)


def _remind(tx: Connection, row: Any, plan: Plan, now: datetime) -> News:
    """Ask the people of the current rung once more, before the next one has it."""
    plan = remind(plan, now)
    alerts.change(tx, row["alert_id"], **alerts.plan_columns(plan))
    return News(letters=letters(row, plan.rung(plan.current), now))


def _climb(tx: Connection, row: Any, before: Plan, to: Receivers, now: datetime) -> News:
    left = inbox.readers_of(tx, row["alert_id"])
    # Whoever was left before the wished time is written to no more: a letter then would come too late.
    deliveries.cancel(tx, row["alert_id"], now, "moved_on", only=are_kept_to(before.current, now))
    fitting = for_now(to, before, now)
    plan = climb(fitting, to.desk, to.rule, now)
    alerts.change(tx, row["alert_id"], **alerts.plan_columns(plan))
    news = News(hints=[handoff_hint(left, row["handoff_id"], "escalated")])
    if fitting != before:
        row = {**row, "revision": row["revision"] + 1}
        alerts.change(tx, row["alert_id"], revision=row["revision"])
        news.facts.append(raised(row, fitting))
    news.facts.append(escalated(row, plan))
    news += ask(row, plan, plan.rung(plan.current), now, "escalated")
    return news


def _past_the_desk(tx: Connection, row: Any, plan: Plan, to: Receivers, now: datetime) -> News:
    """The desk's own time is over: overdue at first, later a reminder again and again."""
    again_at = remind_desk_at(to.desk, to.rule, now)
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
        to = receivers(row._mapping, known, rule_of(tx, row._mapping))
        news += _alone(tx, row, versions(to), lambda row=row, to=to: _replan(tx, row._mapping, to, now))
    return len(rows), put_out(tx, news, by_mail=by_mail)


def _replan(tx: Connection, row: Any, to: Receivers, now: datetime) -> News:
    before = alerts.plan_of(row)
    plan = replan_ladder(to, before, now)
    current = plan.rung(plan.current)
    if current.started_at is None:
        plan = plan.with_rung(replace(current, started_at=now))
    columns = planned_columns(plan, to)
    if row["overdue_at"] is not None or _is_left_early(row["next_at"], before, plan):
        columns["next_at"] = row["next_at"]
    if plan == before:
        alerts.change(tx, row["alert_id"], **columns)
        return News()
    columns["revision"] = row["revision"] + 1
    alerts.change(tx, row["alert_id"], **columns)
    keep_by_plan(tx, row["alert_id"], before, plan, now)
    news = News([raised({**row, **columns}, plan)])
    news += _ask_the_new(tx, row, plan, now)
    return news


def _is_left_early(next_at: datetime, before: Plan, plan: Plan) -> bool:
    """Return whether the people of the current rung were found out of reach, and still are those asked."""
    asked, were = plan.rung(plan.current), before.rung(before.current)
    is_early = before.next_at is not None and next_at < before.next_at
    return is_early and (asked.number, asked.account_ids) == (were.number, were.account_ids)


def _ask_the_new(tx: Connection, row: Any, plan: Plan, now: datetime) -> News:
    """Ask those of the current rung who were not asked before."""
    rung = plan.rung(plan.current)
    asked = set(inbox.readers_of(tx, row["alert_id"]))
    new = tuple(id for id in rung.account_ids if f"account:{id}" not in asked)
    news = ask(row, plan, replace(rung, account_ids=new), now, "delivered") if new else News()
    news.hints += [handoff_hint(sorted(asked), row["handoff_id"], "delivered")] if asked else []
    return news
