"""A rota in words: its week day by day, duties with their people, how offers stand."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import gettext as _

from gateway.pages import dates, labels
from gateway.pages.filters import now
from gateway.parts import parts

MOST_GAPS = 8

Row = dict[str, Any]
Names = Mapping[str, str]


@dataclass(frozen=True)
class Day:
    """One day of the week, with what begins on it."""

    day: str
    is_today: bool
    lines: list[Row] = field(default_factory=list)


def names_of(found: Row) -> dict[str, str]:
    """Return what everybody on a `Rota` is called."""
    ids = {one["account_id"] for kind in ("lines", "gaps", "weekly", "single") for one in found[kind]}
    ids |= {one[side] for one in found["swaps"] for side in ("from_account_id", "to_account_id")}
    return parts().names.people({id for id in (*ids, *found["members"]) if id})


def week(found: Row, first: date, names: Names) -> list[Day]:
    """Return the seven days, each with the duties and gaps that begin on it."""
    today = dates.day(now())
    days = [first + timedelta(days=number) for number in range(7)]
    return [Day(dates.short_day(day, now()), day == today, _lines_of(found, day, names)) for day in days]


def _lines_of(found: Row, day: date, names: Names) -> list[Row]:
    return [
        one | {"time": _times(one), "who": names.get(one["account_id"] or "", "")}
        for one in found["lines"]
        if dates.day(dates.moment(one["from_at"])) == day
    ]


def around(first: date) -> dict[str, str]:
    """Return the weeks before and after, as addresses have them."""
    return {"before": str(first - timedelta(days=7)), "after": str(first + timedelta(days=7))}


def soonest(gaps: list[Row]) -> list[Row]:
    """Return the gaps that are listed, the soonest first."""
    return gaps[:MOST_GAPS]


def moments(one: Row) -> str:
    """Return from when until when something is: 11/27（金）17:30–翌8:30."""
    return dates.short_day(dates.moment(one["from_at"]), now()) + " " + _times(one)


def _times(one: Row) -> str:
    starts, ends = dates.moment(one["from_at"]), dates.moment(one["until_at"])
    return f"{dates.clock_time(starts)}–{_end(starts, ends)}"


def _end(starts: datetime, ends: datetime) -> str:
    days = (dates.day(ends) - dates.day(starts)).days
    if days == 1 and (ends.hour, ends.minute) == (0, 0):
        return "24:00"
    if days == 1:
        return _("翌%(time)s", time=dates.clock_time(ends))
    return dates.clock_time(ends) if days == 0 else dates.day_and_time(ends, now())


def weekly(one: Row, names: Names, at: datetime) -> Row:
    """Return a weekly duty in words; `begins_later` and `ends_on` are none where it is as usual."""
    begins, ends = (one[name].removeprefix("0") for name in ("begins", "ends"))
    is_next_day = one["ends"] <= one["begins"]
    told = _("翌%(time)s", time=ends) if is_next_day else ends
    return one | {
        "time": f"{begins}–{told}",
        "who": names.get(one["account_id"], ""),
        "begins_later": one["from_at"] if dates.moment(one["from_at"]) > at else None,
    }


def swap(one: Row, names: Names) -> Row:
    """Return an offer with its people, its time, and how it stands in one sentence."""
    people = {side: names.get(one[f"{side}_account_id"], "—") for side in ("from", "to")}
    return one | people | {"words": moments(one), "told": _told(one["state"], people)}


def _told(state: str, people: Names) -> str:
    if state == "lapsed":
        return _(
            "返事がないまま当番の時間になりました。当番は %(name)s さんのままです。", name=people["from"]
        )
    return str(labels.SWAPS.get(state, state))


def members(found: Row, names: Names) -> list[tuple[str, str]]:
    """Return who may be put on duty, for a list to choose from."""
    return [(id, _member(id, names.get(id, "—"), found["may_answer"])) for id in found["members"]]


def _member(account_id: str, name: str, may_answer: list[str]) -> str:
    if account_id in may_answer:
        return name
    return _("%(name)s（退院情報には返事できません）", name=name)
