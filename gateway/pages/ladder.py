"""連絡の行方: what happened, where it stands, and who is asked next and when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from gateway.ask import caller
from gateway.pages import clocks, dates, labels
from gateway.parts import parts

OPEN = ("sent", "delivered", "seen", "escalated", "overdue")


@dataclass(frozen=True)
class Step:
    """One point of the line. `kind` is done, now or future; `icon` empty shows the rung's number."""

    kind: str
    what: str
    who: str = ""
    note: str = ""
    at: str | None = None
    time: str = ""
    icon: str = ""
    number: int = 0
    clock: clocks.Clock | None = None


def steps(
    handoff: dict[str, Any],
    now: datetime,
    takings: Sequence[dict[str, Any]] = (),
    faxes: Sequence[dict[str, Any]] = (),
) -> list[Step]:
    """Return the whole line: history, the rung that is asked now, those ahead while it is open.

    `takings` is who took it for an office, let it go or handed it on; `faxes` are its cover sheets.
    """
    past = [_happened(entry, now) for entry in handoff.get("history") or []] + _taken(takings, now)
    past += _faxed(faxes, now)
    past.sort(key=lambda step: dates.moment(step.at or ""))
    if handoff["state"] not in OPEN:
        return past
    names = _names(handoff)
    return past + [step for rung in handoff.get("ladder") or [] if (step := _rung(rung, handoff, names, now))]


def _names(handoff: dict[str, Any]) -> tuple[dict[str, str], dict[str, Any]]:
    rungs = handoff.get("ladder") or []
    people = parts().names.people({id_ for rung in rungs for id_ in rung["account_ids"]})
    return people, parts().names.offices({rung.get("office_id") for rung in rungs})


def _happened(entry: dict[str, Any], now: datetime) -> Step:
    state = entry["state"]
    return Step(
        kind="done",
        what=str(labels.STATES.get(state, state)),
        who=named(entry.get("actor_id"), entry.get("actor_name") or ""),
        note=_note(entry),
        at=entry["at"],
        time=_time(entry["at"], state, now),
        icon=labels.state_icon(state),
    )


def _taken(takings: Sequence[dict[str, Any]], now: datetime) -> list[Step]:
    ids = {id_ for act in takings for id_ in (act["actor_id"], act.get("held_by"))}
    people = parts().names.people(ids) if takings else {}
    return [_taking(act, people, now) for act in takings]


def _taking(act: dict[str, Any], people: dict[str, str], now: datetime) -> Step:
    to = ""
    if act["what"] == "handed_on":
        to = _("%(name)s へ", name=named(act["held_by"], people.get(act["held_by"] or "", "")))
    return Step(
        kind="done",
        what=str(labels.TAKINGS[act["what"]]),
        who=named(act["actor_id"], people.get(act["actor_id"], "")),
        note=to,
        at=act["at"],
        time=dates.when(act["at"], now),
        icon="person",
    )


def _faxed(sheets: Sequence[dict[str, Any]], now: datetime) -> list[Step]:
    ids = {id_ for sheet in sheets for id_ in (sheet["made_by"], sheet["returned_by"])}
    people = parts().names.people(ids) if sheets else {}
    made = [_fax(_("FAXの送付状を作りました"), sheet, "made", people, now) for sheet in sheets]
    back = [
        _fax(str(labels.FAX_RETURNS[sheet["outcome"]]), sheet, "returned", people, now)
        for sheet in sheets
        if sheet["outcome"]
    ]
    return made + back


def _fax(what: str, sheet: dict[str, Any], act: str, people: dict[str, str], now: datetime) -> Step:
    at, by = sheet[f"{act}_at"], named(sheet[f"{act}_by"], people.get(sheet[f"{act}_by"], ""))
    is_declined = act == "returned" and sheet["outcome"] == "declined"
    return Step(
        kind="done",
        what=what,
        # Whoever has entered it is not who said it.
        who=_("記録 %(name)s", name=by) if act == "returned" and by else by,
        at=at,
        time=dates.when(at, now),
        icon="declined" if is_declined else "print",
    )


def _time(at: str, state: str, now: datetime) -> str:
    """To the second where it counts that somebody has it: sending and arriving."""
    moment = dates.moment(at)
    return dates.when(at, now) + (f":{moment.second:02}" if state in ("sent", "delivered") else "")


def _note(entry: dict[str, Any]) -> str:
    if entry["state"] == "escalated" and entry.get("rung"):
        return _("%(rung)s段目へ移りました", rung=entry["rung"])
    if entry["state"] == "overdue":
        return _("最後の段でも返事がありませんでした")
    return entry.get("words") or ""


def named(account_id: str | None, name: str) -> str:
    """Return the name with what goes after it: 様, or （あなた） without title."""
    if not name:
        return ""
    if account_id and account_id == caller().account_id:
        return _("%(name)s（あなた）", name=name)
    return _("%(name)s 様", name=name)


def _rung(
    rung: dict[str, Any], handoff: dict[str, Any], names: tuple[dict[str, str], dict[str, Any]], now: datetime
) -> Step | None:
    number, current = rung["number"], handoff.get("rung") or 1
    if number < current:
        return None
    what = _("%(rung)s段目", rung=number)
    who = rung_who(rung, *names)
    if rung.get("skipped"):
        return Step("future", what, who, note=_skipped(rung), number=number)
    if number == current:
        return _now(what, who, number, handoff, now)
    starts = _("%(at)s から", at=dates.day_and_time(rung["starts_at"], now))
    return Step("future", what, who, note=starts, number=number)


def _skipped(rung: dict[str, Any]) -> str:
    return str(labels.SKIPPED.get(rung["skipped"], _("飛ばします")))


def _now(what: str, who: str, number: int, handoff: dict[str, Any], now: datetime) -> Step:
    due = handoff.get("next_at")
    clock = clocks.for_receiver(due, "", False, now) if due else None
    return Step("now", what, who, note=_("返事を待っています"), icon="clock", number=number, clock=clock)


def rung_who(rung: dict[str, Any], people: dict[str, str], offices: dict[str, Any]) -> str:
    """Return 中村 健 様（副担当）; a desk by its name; nobody by the role alone."""
    role = str(labels.RUNGS.get(rung["role"], rung["role"]))
    if rung["role"] == "desk":
        return str(offices.get(rung.get("office_id") or "", {}).get("name", role))
    if rung["role"] == "office":
        office = offices.get(rung.get("office_id") or "", {}).get("name")
        return _("%(who)s（%(role)s）", who=office, role=role) if office else role
    told = _("、").join(named(id_, people[id_]) for id_ in rung["account_ids"] if id_ in people)
    return _("%(who)s（%(role)s）", who=told, role=role) if told else role


def follows(handoff: dict[str, Any], now: datetime) -> dict[str, str] | None:
    """Return when it moves on and to whom ({"at", "who"}), or None when nobody comes after."""
    if handoff["state"] not in OPEN or not handoff.get("next_at"):
        return None
    current = handoff.get("rung") or 1
    later = [r for r in handoff.get("ladder") or [] if r["number"] > current and not r.get("skipped")]
    if not later:
        return None
    return {"at": dates.day_and_time(handoff["next_at"], now), "who": rung_who(later[0], *_names(handoff))}
