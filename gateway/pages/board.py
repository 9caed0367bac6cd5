"""The planner's board: what was sent and who has it, who is in hospital, which conferences are proposed."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import render_template, request
from flask_babel import gettext as _

from contracts.errors import Problem
from contracts.sharing import GROUPS
from gateway.ask import ask, signed_in
from gateway.pages import rows
from gateway.pages.blueprint import pages
from gateway.pages.filters import now
from gateway.pages.paging import linked, page_number

NEEDS_YOU = ("declined", "overdue", "escalated")
WAITING = ("sent", "delivered", "seen")
DONE = ("acknowledged", "accepted", "completed")
OVER = ("recalled", "superseded")
PAGE_SIZE = 50
# Of the pages that a look through a whole list may ask for.
_MOST_PAGES = 20


@dataclass(frozen=True)
class Group:
    """Rows that ask the same of the planner."""

    key: str
    words: str
    rows: list[rows.Row]
    # On all pages; `rows` are those of this one.
    count: int


@pages.get("/board")
@signed_in("discharge_planner")
def board() -> str:
    """Show the board, narrowed by `show` (a group's key) and `mine`, in pages."""
    mine, show = request.args.get("mine") == "1", request.args.get("show", "")
    page = page_number()
    asked = {"mine": mine, "show": show if show in GROUPS else "", "page": page}
    answer = stays_page("sent", **asked)
    groups = _groups(answer, page)
    shown = [group for group in groups if show in ("", group.key) and group.rows]
    more = show != "drafts" and answer["more"]["handoffs"]
    return render_template(
        "board.html",
        groups=shown,
        filters=_filters(groups, show, mine),
        needs=answer["counts"]["needs"],
        page=page,
        pages=page + more,
        page_link=lambda number: linked(page=number),
        conferences=conferences("sent", answer["stays"]),
        **stays_of(answer),
    )


def stays_page(board: str, **more: Any) -> dict[str, Any]:
    """Return a board with the page of stays that the address asks for."""
    asked = {"board": board, "stays_page": page_number("stays_page"), "page_size": PAGE_SIZE, **more}
    return ask("sharing", "list_handoffs", asked)


def stays_of(answer: dict[str, Any]) -> dict[str, Any]:
    """Return what `parts/stays.html` shows."""
    number = page_number("stays_page")
    return {
        "stays": answer["stays"],
        "stays_count": answer["counts"]["stays"],
        "stays_page": number,
        "stays_pages": number + answer["more"]["stays"],
        "stays_link": lambda number: linked("stays-h", stays_page=number),
    }


def all_of(what: str, board: str, **how: Any) -> Iterator[dict[str, Any]]:
    """Yield the rows of a board's "handoffs" or "stays", page by page; 6,000 at most."""
    name = "stays_page" if what == "stays" else "page"
    for number in range(1, _MOST_PAGES + 1):
        answer = ask("sharing", "list_handoffs", {"board": board, "part": what, name: number}, **how)
        yield from answer[what]
        if not answer["more"][what]:
            return


def _groups(answer: dict[str, Any], page: int) -> list[Group]:
    handoffs, counts = rows.sent_rows(answer["handoffs"], now()), answer["counts"]
    drafts = [rows.draft_row(draft) for draft in answer["drafts"]]
    needs = [row for row in handoffs if row.needs_sender]
    waiting = [row for row in handoffs if row.is_waiting]
    done = [row for row in handoffs if row.state in DONE]
    over = [row for row in handoffs if row.state in OVER]
    return [
        Group("needs", _("あなたの対応が必要です"), needs, counts["needs"]),
        Group("waiting", _("相手の返事を待っています"), waiting, counts["waiting"]),
        Group("done", _("受け取り済み"), done, counts["done"]),
        Group("drafts", _("下書き"), drafts if page == 1 else [], len(drafts)),
        Group("over", _("取り消し・新しい版あり"), over, counts["over"]),
    ]


def _filters(groups: list[Group], show: str, mine: bool) -> list[dict[str, Any]]:
    short = {
        "needs": _("対応が必要"),
        "waiting": _("返事待ち"),
        "done": _("受け取り済み"),
        "drafts": _("下書き"),
    }
    total = sum(group.count for group in groups)
    first = {"key": "", "word": _("すべて"), "count": total, "here": not show and not mine, "mine": None}
    rest = [
        {
            "key": group.key,
            "word": short[group.key],
            "count": group.count,
            "here": show == group.key,
            "mine": None,
        }
        for group in groups
        if group.key in short
    ]
    own = {"key": "", "word": _("自分の担当"), "count": None, "here": mine, "mine": 1}
    return [first, *rest, own]


def conferences(board: str, stays: list[dict[str, Any]] | None = None) -> list[dict[str, Any]]:
    """Return the proposed conferences with their stays, soonest first.

    The board matters more: while events or sharing cannot be asked for them, there are none.
    """
    try:
        found = ask("events", "list_conferences", {}, timeout_s=2)["conferences"]
        proposed = [one for one in found if one["state"] == "proposed"]
        by_id = {stay["stay_id"]: stay for stay in stays or ()}
        if any(one["stay_id"] not in by_id for one in proposed):
            by_id = _stays(board, {one["stay_id"] for one in proposed})
    except Problem:
        return []
    return [one | {"stay": by_id.get(one["stay_id"])} for one in proposed]


def _stays(board: str, wanted: set[str]) -> dict[str, Any]:
    """Return these stays by their ids, as far as the board still shows them."""
    found: dict[str, Any] = {}
    for stay in all_of("stays", board, timeout_s=2):
        if stay["stay_id"] in wanted:
            found[stay["stay_id"]] = stay
            if len(found) == len(wanted):
                break
    return found
