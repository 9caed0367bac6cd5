"""The rows of the planner's board: who has it now, with which clock, what to do next."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from gateway.pages import clocks, dates, labels, ladder
from gateway.parts import parts


@dataclass(frozen=True)
class Row:
    """One line of the board."""

    state: str
    person: dict[str, Any]
    stay: dict[str, Any]
    holder: str
    holder_note: str
    clock: clocks.Clock
    action: str
    href: str
    is_main: bool = False
    handoff_id: str = ""
    rung: int = 0
    steps: list[str] = field(default_factory=list)
    needs_sender: bool = False

    @property
    def is_waiting(self) -> bool:
        """The receiving side has it and everything goes its way."""
        return not self.needs_sender and self.state in ("sent", "delivered", "seen", "escalated")


def sent_rows(handoffs: list[dict[str, Any]], now: datetime) -> list[Row]:
    """Return the rows of what my hospital sent, names filled in."""
    people = parts().names.people({id_ for one in handoffs for id_ in _accounts(one)})
    offices = parts().names.offices({id_ for one in handoffs for id_ in _offices(one)})
    return [_sent_row(one, people, offices, now) for one in handoffs]


def _accounts(handoff: dict[str, Any]) -> list[str]:
    rungs = handoff.get("ladder") or []
    return [handoff.get("to_account_id"), *(id_ for rung in rungs for id_ in rung["account_ids"])]


def _offices(handoff: dict[str, Any]) -> list[str | None]:
    rungs = handoff.get("ladder") or []
    return [handoff.get("to_office_id"), handoff.get("desk_id"), *(rung.get("office_id") for rung in rungs)]


def _sent_row(handoff: dict[str, Any], people: dict[str, str], offices: dict[str, Any], now: datetime) -> Row:
    needs = _needs_sender(handoff)
    return Row(
        state=handoff["state"],
        person=handoff["person"],
        stay=handoff["stay"],
        holder=_holder(handoff, people, offices),
        holder_note=_holder_note(handoff, offices, now),
        clock=clocks.for_sender(handoff, _next_name(handoff, people, offices), now),
        action=_("確かめる") if needs else _("見る"),
        href=url_for("pages.handoff", handoff_id=handoff["handoff_id"]),
        is_main=needs,
        handoff_id=handoff["handoff_id"],
        rung=handoff.get("rung") or 0,
        steps=steps(handoff),
        needs_sender=needs,
    )


def _needs_sender(handoff: dict[str, Any]) -> bool:
    """The sender has to act: it was declined, is overdue, or has reached the desk."""
    on_desk = handoff["state"] == "escalated" and (_current(handoff) or {}).get("role") == "desk"
    return handoff["state"] in ("declined", "overdue") or on_desk


def _holder(handoff: dict[str, Any], people: dict[str, str], offices: dict[str, Any]) -> str:
    """Return who has it: who answered, else the rung that is asked now, else an office's window."""
    answered = handoff.get("acknowledged_by_name")
    if answered:
        return _("%(name)s 様", name=answered)
    return rung_name(_current(handoff), people, offices) or _receiver(handoff, people, offices)


def _receiver(handoff: dict[str, Any], people: dict[str, str], offices: dict[str, Any]) -> str:
    name = people.get(handoff.get("to_account_id") or "")
    if name:
        return _("%(name)s 様", name=name)
    office = offices.get(handoff.get("to_office_id") or handoff.get("desk_id") or "", {})
    return str(office.get("name", _("連携支援センター")))


def rung_name(rung: dict[str, Any] | None, people: dict[str, str], offices: dict[str, Any]) -> str:
    """Return who is asked on a rung: a person, at a desk with several people the desk."""
    if rung is None:
        return ""
    names = [people[id_] for id_ in rung["account_ids"] if id_ in people]
    if len(names) == 1:
        return _("%(name)s 様", name=names[0])
    office = offices.get(rung.get("office_id") or "", {})
    return str(office.get("name") or labels.RUNGS.get(rung["role"], ""))


def _current(handoff: dict[str, Any]) -> dict[str, Any] | None:
    rungs = handoff.get("ladder") or []
    return next((rung for rung in rungs if rung.get("is_current")), None)


def _next_name(handoff: dict[str, Any], people: dict[str, str], offices: dict[str, Any]) -> str:
    current = _current(handoff)
    if current is None:
        return ""
    later = [r for r in handoff["ladder"] if r["number"] > current["number"] and not r.get("skipped")]
    if not later:
        return ""
    return f"{labels.RUNGS.get(later[0]['role'], '')} {rung_name(later[0], people, offices)}".strip()


def _holder_note(handoff: dict[str, Any], offices: dict[str, Any], now: datetime) -> str:
    office = offices.get(handoff.get("to_office_id") or "", {}).get("name", "")
    if handoff["state"] == "declined":
        reason = labels.DECLINE_REASONS.get(handoff.get("decline_reason") or "", "")
        quoted = _("「%(reason)s」", reason=reason)
        return f"{office}　{quoted}"
    told = [_("%(at)s 送信", at=dates.when(handoff["sent_at"], now))]
    if handoff.get("seen_at"):
        told.append(_("%(at)s 開封", at=dates.when(handoff["seen_at"], now)))
    joined = _("・").join(told)
    return f"{office}　{joined}"


def steps(handoff: dict[str, Any]) -> list[str]:
    """Return how each of the rungs looks: past, now, hot, ok or nothing."""
    rung = handoff.get("rung") or 0
    if not rung or handoff["state"] in ("recalled", "superseded", "declined"):
        return []
    here = "now"
    if handoff["state"] in clocks.ANSWERED:
        here = "ok"
    elif handoff["state"] in ("escalated", "overdue"):
        here = "hot"
    return ["past"] * (rung - 1) + [here] + [""] * (len(handoff.get("ladder") or []) - rung)


def draft_row(draft: dict[str, Any]) -> Row:
    """Return the row of a note that is being written."""
    missing = draft["missing"]
    note = _("不足 %(count)s項目", count=missing) if missing else _("すべて入っています")
    return Row(
        state="draft",
        person=draft["person"],
        stay={"planned_at": draft.get("planned_at")},
        holder=ladder.named(draft.get("saved_by"), draft.get("saved_by_name") or ""),
        holder_note=note,
        clock=clocks.Clock("", _("まだ送っていません")),
        action=_("続きを書く"),
        href=url_for("pages.note", stay_id=draft["stay_id"]),
    )
