"""The planner's board: what was sent and who has it, who is in hospital, which conferences are proposed."""

from dataclasses import dataclass
from typing import Any

from flask import render_template, request
from flask_babel import gettext as _

from contracts.errors import Problem
from gateway.ask import ask, signed_in
from gateway.pages import rows
from gateway.pages.blueprint import pages
from gateway.pages.filters import now

NEEDS_YOU = ("declined", "overdue", "escalated")
WAITING = ("sent", "delivered", "seen")
DONE = ("acknowledged", "accepted", "completed")
OVER = ("recalled", "superseded")


@dataclass(frozen=True)
class Group:
    """Rows that ask the same of the planner."""

    key: str
    words: str
    rows: list[rows.Row]


@pages.get("/board")
@signed_in("discharge_planner")
def board() -> str:
    """Show the board, narrowed by `show` (a group's key) and `mine`."""
    mine = request.args.get("mine") == "1"
    answer = ask("sharing", "list_handoffs", {"board": "sent", "mine": mine})
    groups = _groups(answer)
    show = request.args.get("show", "")
    shown = [group for group in groups if show in ("", group.key) and group.rows]
    return render_template(
        "board.html",
        groups=shown,
        filters=_filters(groups, show, mine),
        total=sum(len(group.rows) for group in groups),
        stays=answer["stays"],
        conferences=conferences("sent", answer["stays"]),
    )


def _groups(answer: dict[str, Any]) -> list[Group]:
    handoffs = rows.sent_rows(answer["handoffs"], now())
    drafts = [rows.draft_row(draft) for draft in answer["drafts"]]
    return [
        Group("needs", _("あなたの対応が必要です"), [row for row in handoffs if row.needs_sender]),
        Group("waiting", _("相手の返事を待っています"), [row for row in handoffs if row.is_waiting]),
        Group("done", _("受け取り済み"), [row for row in handoffs if row.state in DONE]),
        Group("drafts", _("下書き"), drafts),
        Group("over", _("取り消し・新しい版あり"), [row for row in handoffs if row.state in OVER]),
    ]


def _filters(groups: list[Group], show: str, mine: bool) -> list[dict[str, Any]]:
    short = {
        "needs": _("対応が必要"),
        "waiting": _("返事待ち"),
        "done": _("受け取り済み"),
        "drafts": _("下書き"),
    }
    total = sum(len(group.rows) for group in groups)
    first = {"key": "", "word": _("すべて"), "count": total, "here": not show and not mine, "mine": None}
    rest = [
        {
            "key": group.key,
            "word": short[group.key],
            "count": len(group.rows),
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
        if proposed and stays is None:
            stays = ask("sharing", "list_handoffs", {"board": board}, timeout_s=2)["stays"]
    except Problem:
        return []
    by_id = {stay["stay_id"]: stay for stay in stays or ()}
    return [one | {"stay": by_id.get(one["stay_id"])} for one in proposed]
