"""What became of the notes of some days: how many, and how long it took. Counted by the database."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    CTE,
    Column,
    ColumnElement,
    Connection,
    FromClause,
    func,
    literal_column,
    select,
    union_all,
)

from chassis.sql_times import hour_in_japan, seconds_between
from services.notify.models import alert, milestone
from services.notify.queries.inbox_lists import midnight

WITHDRAWN = ("recalled", "superseded")
MEASURES = ("seen", "acknowledged", "seen_office", "acknowledged_office")

Row = dict[str, Any]


def cases(whose: ColumnElement[bool], first_day: date, last_day: date) -> CTE:
    """Return the alerts for which `whose` holds and that were raised on these days in Japan."""
    row, reached = alert.c, milestone.c
    found = select(
        *(row.alert_id, row.urgency, row.to_office_id, row.ended_as, row.overdue_at, row.rungs, row.current),
        literal_column("''").label("whole"),
        hour_in_japan(row.raised_at).label("hour"),
        seconds_between(row.raised_at, reached.seen_at).label("seen"),
        seconds_between(row.raised_at, reached.acknowledged_at).label("acknowledged"),
        reached.seen_office_s.label("seen_office"),
        reached.acknowledged_office_s.label("acknowledged_office"),
    ).select_from(alert.outerjoin(milestone, reached.handoff_id == row.handoff_id))
    until = midnight(last_day) + timedelta(days=1)
    return found.where(whose, row.raised_at >= midnight(first_day), row.raised_at < until).cte("cases")


def shares(tx: Connection, of: CTE) -> dict[str, list[Row]]:
    """Return the `Share`s of these alerts: the whole, by urgency, by office and by hour of arrival."""
    by = {"whole": "whole", "by_urgency": "urgency", "by_office": "to_office_id", "by_hour": "hour"}
    return {name: _shares(tx, of, of.c[column]) for name, column in by.items()}


def _shares(tx: Connection, of: CTE, by: Column[Any]) -> list[Row]:
    counts = tx.execute(_counts(of, by)).mappings().all()
    took: dict[Any, Row] = {}
    for share, measure, spread in _spreads(tx, of, by):
        took.setdefault(share, {})[measure] = spread
    return [
        {**row, "took": {name: took.get(row["of"], {}).get(name, NOTHING) for name in MEASURES}}
        for row in counts
    ]


def _counts(of: CTE, by: Column[Any]) -> Any:
    row, share = of.c, by.label("of")
    return (
        select(
            share,
            func.count().label("arrived"),
            func.count(row.seen).label("seen"),
            func.count(row.acknowledged).label("acknowledged"),
            func.count().filter(row.ended_as == "declined").label("declined"),
            func.count().filter(row.ended_as.in_(WITHDRAWN)).label("withdrawn"),
            func.count(row.overdue_at).label("overdue"),
            func.count().filter(row.ended_as.is_(None)).label("waiting"),
        )
        .group_by(share)
        .order_by(share)
    )


NOTHING: Row = {"count": 0, "median_s": None, "p90_s": None}


def _spreads(tx: Connection, of: CTE, by: Column[Any]) -> list[tuple[Any, str, Row]]:
    """Return share, measure and `Spread` of each that was measured at all."""
    long = union_all(
        *(
            select(
                by.label("of"), literal_column(f"'{name}'").label("measure"), of.c[name].label("took")
            ).where(of.c[name].is_not(None))
            for name in MEASURES
        )
    ).subquery()
    found = tx.execute(spread(long, (long.c.of, long.c.measure), long.c.took))
    return [(row[0], row[1], {"count": row.n, "median_s": row.median, "p90_s": row.p90}) for row in found]


def spread(rows: FromClause, by: Sequence[Column[Any]], value: Column[Any]) -> Any:
    """Return the statement for `n`, `median`, `p90` and `most` of the values in each group.

    By nearest rank: the smallest value that at least half, or nine in ten, are not above.
    """
    within = {"partition_by": by} if by else {}
    place = func.row_number().over(order_by=value, **within).label("place")
    ranked = select(
        *by, value.label("value"), place, func.count().over(**within).label("n")
    ).select_from(rows).subquery()  # fmt: skip
    row = ranked.c
    groups = [row[column.name] for column in by]
    return select(
        *groups,
        func.max(row.n).label("n"),
        func.min(row.value).filter(row.place * 2 >= row.n).label("median"),
        func.min(row.value).filter(row.place * 10 >= row.n * 9).label("p90"),
        func.max(row.value).label("most"),
    ).group_by(*groups)
