"""Boards: what my hospital has sent, what my office or I have received."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping

from chassis.rpc import reads
from contracts import forms
from contracts.errors import AccessDenied
from contracts.sharing import ListHandoffs
from services.sharing import views
from services.sharing.domain.access import RECEIVERS, SENDERS
from services.sharing.queries import finding, notes, stays
from services.sharing.queries.finding import Found
from services.sharing.queries.paging import Page
from services.sharing.service.base import SharingBase

# What has ended stays on a board this long.
SHOWN_AFTER_END = timedelta(days=30)


class Boards(SharingBase):
    """Lists of handoffs and stays."""

    @reads(*sorted({*SENDERS, *RECEIVERS}), takes=ListHandoffs)
    def list_handoffs(self, tx: Connection, request: dict[str, Any]) -> dict[str, Any]:
        """Return a board; one access-log row holds the ids that it shows."""
        if self.caller.role not in (SENDERS if request["board"] == "sent" else RECEIVERS):
            raise AccessDenied("role")
        board = self._sent(tx, request) if request["board"] == "sent" else self._received(tx, request)
        shown = [*board["handoffs"], *board["stays"], *board["drafts"]]
        people = sorted({row["person"]["person_id"] for row in shown})
        ids = [row["handoff_id"] for row in board["handoffs"]]
        self.audit.log(tx, action="list", kind="handoff", ids=ids, person_ids=people)
        return board

    def _sent(self, tx: Connection, request: dict[str, Any]) -> dict[str, Any]:
        since, office_id = self._since(), self.actor.office_id
        which = finding.is_sent_by(self.caller, since, ids=request["handoff_ids"], mine=request["mine"])
        found, has_more = finding.board_sent(
            tx, self.caller, self.day, which, _handoffs_page(request), show=request["show"]
        )
        present, more_stays = stays.board_of_hospital(tx, office_id, since, _stays_page(request))
        drafts = notes.drafts_of_hospital(tx, office_id) if self._wants_drafts(request) else []
        return {
            "handoffs": [self._row(each) for each in found],
            "stays": self._stays(present),
            "drafts": [self._draft(row) for row in drafts],
            "counts": finding.counts_sent(tx, which)
            | {"stays": stays.count_of_hospital(tx, office_id, since)},
            "more": {"handoffs": has_more, "stays": more_stays},
        }

    def _received(self, tx: Connection, request: dict[str, Any]) -> dict[str, Any]:
        since, who, ids, mine = self._since(), self.actor, request["handoff_ids"], request["mine"]
        found, has_more = finding.board_received(
            tx, self.caller, self.day, since, _handoffs_page(request), ids=ids, mine=mine
        )
        accompanied, more_stays = stays.board_of_care_manager(
            tx, who.office_id, who.account_id, self.day, since, _stays_page(request)
        )
        return {
            "handoffs": [self._row(each) for each in found],
            "stays": self._stays(accompanied),
            "drafts": [],
            "counts": {},
            "more": {"handoffs": has_more, "stays": more_stays},
        }

    def _since(self) -> datetime:
        return self.clock.now() - SHOWN_AFTER_END

    def _wants_drafts(self, request: dict[str, Any]) -> bool:
        return self.caller.role == "discharge_planner" and not _part(request)

    def _row(self, found: Found) -> dict[str, Any]:
        """Return one row; the person behind a consent that has ended is named to the sender alone."""
        row = views.handoff_view(found.handoff, found.side)
        person = views.person_view(found.person, self.clock.now())
        return row | {"person": person, "stay": views.stay_view(found.stay), "has_consent": found.has_consent}

    def _stays(self, rows: Sequence[RowMapping]) -> list[dict[str, Any]]:
        now = self.clock.now()
        return [
            views.stay_view(stays.of_row(row))
            | {"person": views.person_view(dict(row), now)}
            | {name: row[name] for name in ("care_office_id", "care_manager_id")}
            for row in rows
        ]

    def _draft(self, row: RowMapping) -> dict[str, Any]:
        shown = ("stay_id", "revision", "saved_at", "saved_by", "saved_by_name", "planned_at")
        gaps = forms.missing(forms.load(row["form"]), row["content"])
        person = views.person_view(dict(row) | {"municipality": ""}, self.clock.now())
        return {name: row[name] for name in shown} | {"person": person, "missing": len(gaps)}


def _part(request: dict[str, Any]) -> str:
    return "handoffs" if request["handoff_ids"] is not None else str(request["part"])


def _handoffs_page(request: dict[str, Any]) -> Page:
    return Page(request["page"], 0 if _part(request) == "stays" else request["page_size"])


def _stays_page(request: dict[str, Any]) -> Page:
    return Page(request["stays_page"], 0 if _part(request) == "handoffs" else request["page_size"])
