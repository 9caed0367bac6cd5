"""A handoff: the note, the answer it waits for, and its way. Opening it is logged."""

from collections.abc import Iterator
from typing import Any

from flask import redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug import Response

from chassis import readable
from chassis.ids import new_secret_id
from contracts.errors import NotFound, Problem
from gateway.ask import ask, caller, signed_in
from gateway.pages import ladder, note_view, sheet
from gateway.pages.blueprint import pages
from gateway.pages.board import all_of
from gateway.pages.filters import now
from gateway.pages.holders import holder_of
from gateway.pages.persons import consent_now
from gateway.parts import parts

# So far back a code is looked for.
_MOST_PAGES = 10

RECEIVERS = ("care_manager", "office_manager", "desk")
READERS = ("discharge_planner", "care_manager", "office_manager", "desk")


@pages.get("/handoffs/<handoff_id>")
@signed_in(*READERS)
def handoff(handoff_id: str) -> str:
    """Show the answer box first, then the note and its way."""
    return handoff_page(handoff_id)


def handoff_page(
    handoff_id: str, wrong: dict[str, Any] | None = None, typed: dict[str, str] | None = None
) -> str:
    """Return the page; `wrong` and `typed` show a refusal that did not go out."""
    one = ask("sharing", "get_handoff", {"handoff_id": handoff_id})
    _mark_read(handoff_id)
    if not one.get("person"):
        return render_template("withdrawn.html", one=one)
    form = note_view.form_of(one)
    way = _way(handoff_id)
    return render_template(
        "handoff.html",
        one=one,
        consent=consent_now(one["person"]),
        form=form,
        parts=note_view.parts_of(form, note_view.content_of(one), one.get("changed") or []),
        steps=ladder.steps(one, now(), way.get("takings") or [], way.get("faxes") or []),
        may_fax=way.get("may_fax", False),
        follows=ladder.follows(one, now()),
        deliveries=_deliveries(way),
        **_holding(one),
        offices=parts().names.offices([one["from_office_id"], one.get("to_office_id")]),
        is_sender=one["side"] == "sender",
        decline_words=_declined_words(one),
        wrong=wrong or {},
        typed=typed or {},
    )


def _declined_words(one: dict[str, Any]) -> str:
    told = [entry["words"] for entry in one.get("history") or () if entry["state"] == "declined"]
    return told[-1] if told else ""


def _mark_read(handoff_id: str) -> None:
    """Clear the bell. The page matters more: without notify it is shown all the same."""
    try:
        ask("notify", "mark_read", {"handoff_id": handoff_id}, new_secret_id(), timeout_s=1)
    except Problem:
        return


def _way(handoff_id: str) -> dict[str, Any]:
    """Return the ladder with what was done; nothing when notify cannot be asked just now."""
    try:
        return ask("notify", "get_ladder", {"handoff_id": handoff_id}, timeout_s=1)
    except Problem:
        return {}


def _deliveries(way: dict[str, Any]) -> list[dict[str, Any]]:
    """Return each try to reach somebody, with names."""
    tries = way.get("deliveries") or []
    people = parts().names.people({one["account_id"] for one in tries})
    return [one | {"name": people.get(one["account_id"], "")} for one in tries]


def _holding(one: dict[str, Any]) -> dict[str, Any]:
    """Return who of the reader's office is at it, while its answer is due there."""
    nobody: dict[str, Any] = {"held": None, "colleagues": []}
    if one["side"] == "sender" or "acknowledge" not in (one.get("may") or []):
        return nobody
    try:
        holding = ask("notify", "get_holding", {"handoff_id": one["handoff_id"]}, timeout_s=1)
    except Problem:
        return nobody
    people = parts().names.people(holding["colleague_ids"])
    options = [("", _("選んでください")), *sorted(people.items(), key=lambda known: known[1])]
    return {"held": holder_of(holding), "colleagues": options if people else []}


@pages.get("/handoffs/<handoff_id>/print")
@signed_in(*READERS)
def print_note(handoff_id: str) -> str:
    """Show the note as one sheet of A4 with its return code."""
    one = ask("sharing", "get_handoff", {"handoff_id": handoff_id})
    form = note_view.form_of(one)
    offices = parts().names.offices([one["from_office_id"], one.get("to_office_id")])
    people = parts().names.people([one.get("to_account_id")])
    return render_template(
        "print_note.html",
        one=one,
        sheet=sheet.sheet(form, note_view.content_of(one)),
        form=form,
        sender=offices.get(one["from_office_id"], {}),
        receiver=offices.get(one.get("to_office_id") or "", {}),
        receiver_name=people.get(one.get("to_account_id") or "", ""),
    )


@pages.get("/h/<code>")
@signed_in(*READERS)
def by_code(code: str) -> Response:
    """Lead from the code in an e-mail or on paper to the handoff. Changes nothing."""
    return redirect(url_for("pages.handoff", handoff_id=_find(code)), 303)


def _find(code: str) -> str:
    wanted = readable.bare(code)
    for one in _known_codes():
        if readable.bare(one["code"]) == wanted:
            return str(one["handoff_id"])
    raise NotFound("handoff")


def _known_codes() -> Iterator[dict[str, Any]]:
    """Yield what was sent to me and to my office, newest first, and what my hospital has sent."""
    if caller().role == "discharge_planner":
        yield from all_of("handoffs", "sent")
    for whose in ("me", "office"):
        for page in range(1, _MOST_PAGES + 1):
            items = ask("notify", "list_inbox", {"whose": whose, "page": page, "page_size": 200})["items"]
            yield from items
            if len(items) < 200:
                break
