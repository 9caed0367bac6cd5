"""連絡の実績: how notes were answered within some days, as tables and bars, and as a file."""

from datetime import date, timedelta
from typing import Any

from flask import Response, render_template, request
from flask_babel import gettext as _

from chassis.clock import TOKYO
from contracts.roles import DESK, OFFICE_MANAGER
from gateway.ask import caller, signed_in
from gateway.pages import statistic_rows
from gateway.pages.blueprint import pages
from gateway.pages.filters import now
from gateway.pages.submitting import Outcome, submit
from gateway.parts import parts

Row = dict[str, Any]
_PATIENCE_S = 15


@pages.get("/statistics")
@signed_in(DESK, OFFICE_MANAGER)
def statistics() -> tuple[str, int]:
    """Show the figures of the chosen days, this month's at first."""
    asked, outcome = _asked()
    found = outcome.answer
    page = render_template(
        "statistics.html",
        asked=asked,
        outcome=outcome,
        found=found,
        months=_months(),
        tables=statistic_rows.tables(found, _offices(found)) if found else [],
        people=parts().names.people({one["account_id"] for one in found["people"]}) if found else {},
        is_desk=caller().role == DESK,
    )
    return page, 422 if outcome.wrong else 200


@pages.get("/statistics.csv")
@signed_in(DESK, OFFICE_MANAGER)
def statistics_file() -> Response | tuple[str, int]:
    """Return the same as a file for spreadsheets."""
    asked, outcome = _asked()
    found = outcome.answer
    if found is None:
        return statistics()
    name = f"tsunagi-{asked['first_day']}-{asked['last_day']}.csv"
    content = statistic_rows.as_file(found, _offices(found))
    told = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, mimetype="text/csv", headers=told)


def _asked() -> tuple[Row, Outcome]:
    """Return the days that the address names, as it names them, and the answer or what is wrong."""
    first, last = _month_of(now().astimezone(TOKYO).date())
    asked = {
        "first_day": request.args.get("first_day", first.isoformat()),
        "last_day": request.args.get("last_day", last.isoformat()),
    }
    return asked, submit("notify", "get_statistics", asked, timeout_s=_PATIENCE_S)


def _month_of(day: date) -> tuple[date, date]:
    first = day.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _months() -> list[Row]:
    """Return this month and the one before, for a press."""
    first, last = _month_of(now().astimezone(TOKYO).date())
    before = _month_of(first - timedelta(days=1))
    return [
        {"word": _("今月"), "days": {"first_day": first.isoformat(), "last_day": last.isoformat()}},
        {"word": _("先月"), "days": {"first_day": before[0].isoformat(), "last_day": before[1].isoformat()}},
    ]


def _offices(found: Row) -> dict[str, str]:
    known = parts().names.offices({share["of"] for share in found["by_office"]})
    return {id: office["name"] for id, office in known.items()}
