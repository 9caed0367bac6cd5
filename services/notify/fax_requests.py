"""The requests about FAX: cover sheets, and what comes back on them."""

from typing import Any

from sqlalchemy import Connection

from chassis.ids import new_id
from chassis.rpc import writes
from chassis.service import Service
from contracts.errors import NotFound
from contracts.faxes import DECLINED, FaxSheet, LogFaxReturn, MakeFaxSheet
from contracts.notify import FAX_DECLINED
from contracts.roles import DESK, DISCHARGE_PLANNER
from services.notify import faxes as rules
from services.notify import links
from services.notify.asking import account, office, put_out
from services.notify.news import handoff_hint
from services.notify.offices import Office
from services.notify.queries import alerts, faxes, inbox, offices, unreached
from services.notify.receiving import FAX, receive
from services.notify.refusing import refuse

Row = dict[str, Any]
_SHEET = tuple(FaxSheet().fields)


class FaxRequests(Service):
    """Cover sheets for offices that nothing else reaches, and what they send back."""

    @writes(DESK, DISCHARGE_PLANNER, takes=MakeFaxSheet, told_once=("return_code", "link"))
    def make_fax_sheet(self, tx: Connection, request: Row) -> Row:
        """Make a sheet; its return code and its link are told here and nowhere else."""
        row = alerts.lock_by_handoff(tx, request["handoff_id"])
        if row is None or row.raised_at is None:
            raise NotFound("handoff")
        on = standing(tx, row)
        rules.check_may_make(self.caller, on)
        code, rung = rules.new_code(), rules.rung_of(row, on.plan)
        sheet = self._new_sheet(row, rung, code)
        faxes.add(tx, sheet)
        self.audit.log(tx, action="fax", kind="handoff", ids=[row.handoff_id])
        self.hints.send(tx, _hint(row, "faxed"))
        blank = dict.fromkeys(("outcome", "returned_by", "returned_at"))
        link = None if row.ended_as else links.make(tx, row.alert_id, rung, sheet["ends_at"])
        return {
            "sheet": {name: (sheet | blank)[name] for name in _SHEET},
            "handoff_id": row.handoff_id,
            "code": row.code,
            "kind": inbox.NOTE,
            "from_office_id": row.from_office_id,
            "return_code": code,
            "link": link and f"{self.settings.public_url}/r/{link}",
        }

    @writes(DESK, DISCHARGE_PLANNER, takes=LogFaxReturn)
    def log_fax_return(self, tx: Connection, request: Row) -> Row:
        """Keep what an office has sent back. It acknowledges nothing."""
        code_hash, now = rules.digest(request["return_code"]), self.clock.now()
        if known := faxes.find(tx, code_hash):
            alerts.lock(tx, known.alert_id)
        sheet = faxes.find(tx, code_hash)
        rules.check_return(sheet, self.caller, now)
        assert sheet is not None
        faxes.record(tx, sheet.sheet_id, request["outcome"], self.caller.account_id, now)
        if request["outcome"] == DECLINED:
            news = put_out(tx, refuse(tx, sheet, now), by_mail=bool(self.settings.smtp_url))
            for hint in (_hint(sheet, FAX_DECLINED), *news.hints):
                self.hints.send(tx, hint)
        else:
            self.hints.send(tx, receive(tx, sheet, now, FAX))
            unreached.close(tx, sheet.alert_id, now)
        self.audit.log(tx, action="fax_returned", kind="handoff", ids=[sheet.handoff_id])
        kept = faxes.find(tx, code_hash)
        told = {name: getattr(kept, name) for name in _SHEET}
        return {"sheet": told, "handoff_id": sheet.handoff_id, "code": sheet.code}

    def _new_sheet(self, row: Any, rung: int, code: str) -> Row:
        now = self.clock.now()
        return {
            "sheet_id": new_id(),
            "alert_id": row.alert_id,
            "rung": rung,
            "office_id": row.to_office_id,
            "code_hash": rules.digest(code),
            "made_by": self.caller.account_id,
            "made_at": now,
            "ends_at": rules.ends_at(now),
        }


def standing(tx: Connection, row: Any) -> rules.Standing:
    """Return how an alert stands for FAX."""
    known = offices.find_offices(tx, [row.to_office_id])
    to = known.get(row.to_office_id) or Office(row.to_office_id)
    found = unreached.find(tx, row.alert_id)
    return rules.Standing(row, alerts.plan_of(row), to, found is not None and found.is_listed)


def _hint(row: Any, state: str) -> Row:
    readers = [account(row.from_account_id), office(row.from_office_id), office(row.desk_id)]
    return handoff_hint(readers, row.handoff_id, state)
