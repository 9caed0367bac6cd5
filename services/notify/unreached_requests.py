"""The requests about what reached nobody: the desk's list, and its calls."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from chassis.ids import new_id
from chassis.rpc import reads, writes
from chassis.service import Service
from contracts import unreached as asks
from contracts.errors import Invalid, NotFound
from contracts.roles import DESK, OPERATOR
from services.notify.asking import account, office
from services.notify.news import handoff_hint
from services.notify.queries import alerts, inbox, unreached

Row = dict[str, Any]
SHOWN = 200


class UnreachedRequests(Service):
    """What reached nobody, for its desk and for operators."""

    @reads(DESK, OPERATOR, takes=asks.ListUnreached)
    def list_unreached(self, tx: Connection, request: Row) -> Row:
        """Tell whom nothing outside has reached, and why."""
        return {"unreached": _told(tx, unreached.listed(tx, self._desk_id, SHOWN))}

    @reads(DESK, OPERATOR, takes=asks.GetUnreached)
    def get_unreached(self, tx: Connection, request: Row) -> Row:
        """Tell of one."""
        return _told(tx, [self._found(tx, request)])[0]

    @writes(DESK, takes=asks.LogCall)
    def log_call(self, tx: Connection, request: Row) -> Row:
        """Keep that somebody of the desk has called, and what came of it."""
        if request["outcome"] == "call_back" and request["again_at"] is None:
            raise Invalid("invalid", {"again_at": ["required"]})
        row, now = self._found(tx, request), self.clock.now()
        unreached.add_call(tx, self._call(row, request))
        if request["outcome"] == "reached":
            unreached.close(tx, row.alert_id, now)
        self.audit.log(tx, action="call", kind="handoff", ids=[row.handoff_id])
        sender = [account(row.from_account_id), office(row.from_office_id), office(row.desk_id)]
        self.hints.send(tx, handoff_hint(sender, row.handoff_id, "called"))
        return _told(tx, [self._found(tx, request)])[0]

    def _call(self, row: Any, request: Row) -> Row:
        return {
            "call_id": new_id(),
            "alert_id": row.alert_id,
            "rung": row.rung,
            "office_id": alerts.plan_of(row).rung(row.rung).office_id,
            "outcome": request["outcome"],
            "again_at": request["again_at"] if request["outcome"] == "call_back" else None,
            "called_by": self.caller.account_id,
            "called_at": self.clock.now(),
        }

    @property
    def _desk_id(self) -> str | None:
        return self.caller.office_id if self.caller.role == DESK else None

    def _found(self, tx: Connection, request: Row) -> Any:
        row = unreached.find(tx, request["alert_id"])
        if row is None or self._desk_id not in (None, row.desk_id):
            raise NotFound("handoff")
        return row


def _told(tx: Connection, rows: Sequence[Any]) -> list[Row]:
    ids = [row.alert_id for row in rows]
    tries, calls = unreached.failed_tries(tx, ids), unreached.calls_of(tx, ids)
    return [_one(row, _of(row, tries), _of(row, calls)) for row in rows]


def _of(row: Any, all_of_them: Sequence[Any]) -> list[Any]:
    return [one for one in all_of_them if one.alert_id == row.alert_id]


def _one(row: Any, tries: Sequence[Any], calls: Sequence[Any]) -> Row:
    rung = alerts.plan_of(row).rung(row.rung)
    same = ("alert_id", "rung", "handoff_id", "code", "urgency", "from_office_id", "since", "is_listed")
    return {name: getattr(row, name) for name in (*same, "refused_at")} | {
        "kind": inbox.NOTE,
        "office_id": row.to_office_id if row.refused_at else rung.office_id,
        "role": rung.role,
        "account_ids": list(rung.account_ids),
        "has_moved_on": row.current > row.rung,
        "tries": [_named(one, asks.FailedTry) for one in tries],
        "calls": [_named(one, asks.PhoneCall) for one in calls],
    }


def _named(row: Any, schema: Any) -> Row:
    return {name: getattr(row, name) for name in schema().fields}
