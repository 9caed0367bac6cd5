"""Inboxes: mine, my office's, and the desk's. What waits for an answer first, then what is good to know."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import render_template, url_for
from flask_babel import gettext as _

from contracts.notify import FAX_DECLINED
from contracts.roles import DESK
from gateway.ask import ask, caller, signed_in, together
from gateway.pages import clocks, inbox_filters, labels
from gateway.pages.blueprint import pages
from gateway.pages.board import conferences
from gateway.pages.filters import now
from gateway.pages.holders import Holder, holder_of
from gateway.pages.paging import page_number
from gateway.pages.settings import my_cover
from gateway.pages.shell import keep_counts
from gateway.parts import parts

# My own line of the office's staff, if any, and the others'.
Cover = tuple[dict[str, Any] | None, list[dict[str, Any]]]

# What somebody looks through at one go, on a telephone too; the soonest due come first.
PAGE_SIZE = 25


@dataclass(frozen=True)
class Mail:
    """One alert with the handoff it is about; `handoff` is None when it may not be seen any more."""

    item: dict[str, Any]
    handoff: dict[str, Any] | None
    sender: str
    sentence: str
    clock: clocks.Clock | None
    held: Holder | None = None
    href: str = ""


@pages.get("/inbox")
@signed_in("care_manager", "office_manager", "clinician", "care_worker", "desk")
def inbox() -> str:
    """Show what waits for me."""
    return _page("me", "pages.inbox", my_cover)


@pages.get("/inbox/office")
@signed_in("care_manager", "office_manager")
def office_inbox() -> str:
    """Show what waits for anybody in my office."""
    return _page("office", "pages.office_inbox")


@pages.get("/desk")
@signed_in("desk")
def desk() -> str:
    """Show what nobody took: it has climbed to the desk, the last rung."""
    return _page("office", "pages.desk")


def _page(whose: str, endpoint: str, cover: Callable[[], Cover] = lambda: (None, [])) -> str:
    number = page_number()
    asked = inbox_filters.wanted()
    listed = {"whose": whose, "page": number, "page_size": PAGE_SIZE, **asked}
    answer, (me, _colleagues), senders, proposed = together(
        partial(ask, "notify", "list_inbox", listed),
        cover,
        partial(inbox_filters.senders, whose, asked.get("from_office_id")),
        partial(conferences, "received") if endpoint != "pages.desk" else list,
    )
    keep_counts(whose, answer)
    mails = mails_of(answer["items"])
    waiting = [mail for mail in mails if mail.item["waits"]]
    return render_template(
        "inbox.html",
        whose=whose,
        is_desk=endpoint == "pages.desk",
        waiting=sorted(waiting, key=lambda mail: mail.item.get("due_at") or ""),
        rest=[mail for mail in mails if not mail.item["waits"]],
        count=answer["waiting"],
        last_seq=answer["last_seq"],
        here=url_for(endpoint, **asked),
        same_page=url_for(endpoint, **asked, page=number if number > 1 else None),
        asked=asked,
        action=url_for(endpoint),
        choices=inbox_filters.choices(endpoint, asked, answer),
        is_narrowed=inbox_filters.is_narrowed(asked),
        found=answer.get("found"),
        senders=senders,
        urgencies=inbox_filters.urgencies(),
        back="desk" if endpoint == "pages.desk" else whose,
        page=number,
        pages=_pages(number, len(mails)),
        conferences=proposed,
        me=me,
        deputy=_deputy(me),
    )


def _deputy(me: dict[str, Any] | None) -> str:
    deputy_id = (me or {}).get("deputy_id")
    return parts().names.people([deputy_id]).get(deputy_id or "", "")


def mails_of(items: list[dict[str, Any]]) -> list[Mail]:
    """Return the alerts with their handoffs, in their order, names filled in."""
    ids = list(dict.fromkeys(item["handoff_id"] for item in items if item.get("handoff_id")))
    found: dict[str, dict[str, Any]] = {}
    if ids:
        answer = ask("sharing", "list_handoffs", {"board": _board(), "handoff_ids": ids[:200]})
        found = {one["handoff_id"]: one for one in answer["handoffs"]}
    named = {id_ for item in items for id_ in (*(item.get("next_account_ids") or ()), item.get("held_by"))}
    people = parts().names.people(named)
    offices = parts().names.offices({one["from_office_id"] for one in found.values()})
    return [_mail(item, found.get(item["handoff_id"]), people, offices) for item in items]


def _board() -> str:
    return "sent" if caller().role == "discharge_planner" else "received"


def _mail(
    item: dict[str, Any], handoff: dict[str, Any] | None, people: dict[str, str], offices: dict[str, Any]
) -> Mail:
    sender = ""
    if handoff:
        office = offices.get(handoff["from_office_id"], {}).get("name", "")
        sender = _("%(office)s %(name)s 様", office=office, name=handoff.get("from_name") or "")
    clock = _clock(item, people) if item["waits"] else None
    held = holder_of(item) if item["waits"] and handoff else None
    return Mail(item, handoff, sender, _sentence(item, handoff), clock, held, _href(item) if handoff else "")


def _href(item: dict[str, Any]) -> str:
    """Return where something is dealt with: an office that refused by FAX is to be called by the desk."""
    if item.get("ended") == FAX_DECLINED and caller().role == DESK:
        return url_for("pages.unreached_call", alert_id=item["alert_id"])
    return url_for("pages.handoff", handoff_id=item["handoff_id"])


def _clock(item: dict[str, Any], people: dict[str, str]) -> clocks.Clock:
    role = str(labels.RUNGS.get(item.get("next_role") or "", ""))
    ids = [id_ for id_ in item.get("next_account_ids") or () if id_ in people]
    named = _("、").join(_("%(name)s さん", name=people[id_]) for id_ in ids)
    follows = role if item.get("next_role") == "desk" else f"{role} {named}".strip()
    return clocks.for_receiver(item.get("due_at"), follows, item["role"] == "desk", now())


def _sentence(item: dict[str, Any], handoff: dict[str, Any] | None) -> str:
    """Return in one sentence what became of it, or what it is."""
    if handoff is None:
        return _("この連絡は取り消されたか、いまの役割では見られません。")
    if item["waits"]:
        return _("退院情報")
    if item.get("ended") == FAX_DECLINED:
        return _("FAXで「お受けできません」と返事がありました")
    taker = handoff.get("acknowledged_by_name")
    if taker and handoff["state"] in clocks.ANSWERED:
        return _("退院情報を %(name)s さんが受け取りました", name=taker)
    is_answer = item["kind"] == "answer"
    told = {
        "declined": _("お断りの返事がありました") if is_answer else _("お断りの返事を送りました"),
        "recalled": _("病院が取り消しました"),
        "superseded": _("新しい版に変わりました"),
        "escalated": _("返事がなかったため、次の担当へ移りました"),
        "overdue": _("期限までに返事がありませんでした"),
    }
    return told.get(handoff["state"], _("退院情報"))


@pages.get("/news")
@signed_in()
def news() -> str:
    """Show everything that was sent to me, newest first."""
    number = page_number()
    answer = ask("notify", "list_inbox", {"whose": "me", "page": number, "page_size": PAGE_SIZE})
    mails = mails_of(answer["items"])
    return render_template("news.html", mails=mails, page=number, pages=_pages(number, len(mails)))


def _pages(number: int, shown: int) -> int:
    """Return how many pages are known of: a full one has another behind it."""
    return number + (shown == PAGE_SIZE)
