"""A rule's time line for people: what happens when, and on which days nobody works."""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from contracts.errors import Problem
from gateway.ask import ask
from gateway.pages import dates, labels
from gateway.pages.filters import now
from gateway.pages.labels import RULE_STEPS
from gateway.pages.ladder import Step

# 居宅介護支援: where care managers work.
_CARE_MANAGEMENT = "430"
_MOST_OFFICES = 100
_PATIENCE_S = 2.0


@dataclass(frozen=True)
class Day:
    """One day of the table: its name, and when office and desk work, in words."""

    day: str
    office: str
    desk: str
    is_closed: bool


def offices(municipality: str) -> list[tuple[str, str]]:
    """Return the offices for which a line can be drawn as (id, name); none while the directory is away."""
    asked = {"municipality": municipality, "service": _CARE_MANAGEMENT, "page_size": _MOST_OFFICES}
    try:
        found = ask("directory", "search_facilities", asked, timeout_s=_PATIENCE_S)["facilities"]
    except Problem:
        return []
    return [(one["facility_id"], one["name"]) for one in found]


def steps(line: dict[str, Any]) -> list[Step]:
    """Return the moments as points of a line."""
    return [_step(step) for step in line["steps"]]


def _step(step: dict[str, Any]) -> Step:
    role = str(labels.RUNGS.get(step["role"], step["role"]))
    is_first = step["what"] in ("asked", "skipped")
    return Step(
        kind="future" if step["what"] in ("skipped", "reminded") else "done",
        what=_("%(rung)s段目", rung=step["number"]) if is_first else str(RULE_STEPS[step["what"]]),
        who=role,
        note=_note(step),
        at=step["at"],
        time=dates.short_day(dates.moment(step["at"]), now()) + " " + dates.clock_time(step["at"]),
        icon={"overdue": "alarm", "reminded": "bell", "desk_reminded": "bell"}.get(step["what"], ""),
        number=step["number"],
    )


def _note(step: dict[str, Any]) -> str:
    if step["skipped"]:
        return str(labels.SKIPPED.get(step["skipped"], _("飛ばします")))
    return ""


def days(line: dict[str, Any]) -> list[Day]:
    """Return the days from arrival to the end."""
    return [
        Day(
            dates.short_day(one["day"], now()),
            _hours(one["office"], one["office_closed"]),
            _hours(one["desk"], one["desk_closed"]),
            not one["office"],
        )
        for one in line["days"]
    ]


def _hours(spans: list[dict[str, str]], closed: str | None) -> str:
    if closed:
        return str(labels.CLOSED.get(closed, closed))
    return _("、").join(
        f"{dates.clock_time(span['opens_at'])}–{dates.clock_time(span['closes_at'])}" for span in spans
    )
