"""How a rota and its swaps are answered to the gateway."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from chassis.calendar import WEEKDAYS
from chassis.clock import TOKYO
from contracts.duties import WEEKS_AHEAD
from contracts.roles import CARE_MANAGER, DESK, OFFICE_MANAGER
from services.notify import swaps
from services.notify.duties import Rota, Single, Stretch, Weekly, of_person, without_past
from services.notify.offices import Office
from services.notify.rota_changes import clock_time
from services.notify.rota_lines import Line, lines

Row = dict[str, Any]
_AHEAD = timedelta(weeks=WEEKS_AHEAD)
_MAY_ANSWER = {CARE_MANAGER, OFFICE_MANAGER, DESK}


def rota(office: Office, me: str, offers: Sequence[Any], midnight: datetime, now: datetime) -> Row:
    """Return a `Rota`, `me` being its reader: the week in which the day lies that begins at `midnight`.

    `offers` are rows of offers, the reader's own among them.
    """
    told = swaps_of(offers, office.rota, now)
    mine = [swap for swap in told if swap["from_account_id"] == me and swap["state"] == swaps.WAITS]
    monday = midnight - timedelta(days=midnight.weekday())
    members = sorted(member.account_id for member in office.members if member.is_active)
    return {
        "office_id": office.office_id,
        "first_day": monday.astimezone(TOKYO).date(),
        "lines": [asdict(line) for line in lines(office, monday, monday + timedelta(days=7))],
        "gaps": [asdict(line) for line in _gaps_to_come(office, now)],
        "weekly": [
            _weekly(each) for each in _in_order(office.rota) if not each.until_at or each.until_at > now
        ],
        "single": [_single(each) for each in office.rota.single if each.until_at > now],
        "own": [_own(stretch, mine) for stretch in _own_to_come(office.rota, me, now)],
        "swaps": told,
        "members": members,
        "may_answer": [id for id in members if office.member(id).roles & _MAY_ANSWER],  # type: ignore[union-attr]
        "is_empty": without_past(office.rota, now).is_empty,
    }


def swaps_of(rows: Iterable[Any], rota: Rota, now: datetime) -> list[Row]:
    """Return rows of offers as `Swap`s."""
    return [
        {
            **{name: getattr(row, name) for name in ("swap_id", "from_account_id", "to_account_id")},
            **{name: getattr(row, name) for name in ("from_at", "until_at", "offered_at", "answered_at")},
            "state": swaps.state(swaps.swap_from(row._mapping), rota, now),
        }
        for row in rows
    ]


def _gaps_to_come(office: Office, now: datetime) -> list[Line]:
    """Return the gaps outside of opening hours; an office that keeps no rota has none to be told of."""
    if without_past(office.rota, now).is_empty:
        return []
    return [line for line in lines(office, now, now + _AHEAD) if line.gap and not line.is_open]


def _own_to_come(rota: Rota, me: str, now: datetime) -> list[Stretch]:
    """Return somebody's duties that begin within the weeks ahead, each as long as it is."""
    found = of_person(rota, me, now - timedelta(days=1), now + _AHEAD + timedelta(days=2))
    return [stretch for stretch in found if stretch.until_at > now and stretch.from_at < now + _AHEAD]


def _own(stretch: Stretch, offered: Iterable[Row]) -> Row:
    meets = (
        swap["swap_id"]
        for swap in offered
        if swap["from_at"] < stretch.until_at and stretch.from_at < swap["until_at"]
    )
    return {"from_at": stretch.from_at, "until_at": stretch.until_at, "swap_id": next(meets, None)}


def _in_order(rota: Rota) -> list[Weekly]:
    return sorted(rota.weekly, key=lambda each: (each.weekday, each.begins, each.from_at))


def _weekly(duty: Weekly) -> Row:
    return {
        "duty_id": duty.duty_id,
        "weekday": WEEKDAYS[duty.weekday],
        "begins": clock_time(duty.begins),
        "ends": clock_time(duty.begins + duty.minutes),
        "account_id": duty.account_id,
        "from_at": duty.from_at,
        "until_at": duty.until_at,
    }


def _single(duty: Single) -> Row:
    times = {"from_at": duty.from_at, "until_at": duty.until_at, "account_id": duty.account_id}
    return {"duty_id": duty.duty_id, **times, "is_swap": duty.swap_id is not None}
