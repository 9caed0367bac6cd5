"""The requests about rules: a desk's own, and what a ladder by them would do."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from chassis.rpc import reads, writes
from chassis.service import Service
from contracts import roles
from contracts import rules as asks
from contracts.errors import Conflict, Invalid, NotFound
from services.notify import ruling, timeline
from services.notify.offices import Office
from services.notify.queries import offices, rules
from services.notify.rule_checks import faults
from services.notify.rules import Rule, rule_from, rule_wire, urgency_of
from services.notify.shipped import shipped_rule

Row = dict[str, Any]


class RuleRequests(Service):
    """Rules of the caller's desk."""

    @reads(roles.DESK, takes=asks.ListRules)
    def list_rules(self, tx: Connection, request: Row) -> Row:
        """Tell what holds at this desk, for each kind of fact and urgency."""
        return {"rules": [self._newest_rule(tx, name) for name in asks.RULES]}

    @reads(roles.DESK, takes=asks.GetRule)
    def get_rule(self, tx: Connection, request: Row) -> Row:
        """Tell one rule with all its versions."""
        return self._found_rule(tx, request["rule"])

    @writes(roles.DESK, takes=asks.ChangeRule)
    def change_rule(self, tx: Connection, request: Row) -> Row:
        """Keep a new version. Ladders that are under way go on by the one with which they were begun."""
        _check(request["rule"], request)
        content = rule_wire(rule_from(request))
        return self._keep_rule(tx, request, content, request["valid_from"])

    @writes(roles.DESK, takes=asks.RestoreRule)
    def restore_rule(self, tx: Connection, request: Row) -> Row:
        """Let the shipped rule hold again."""
        return self._keep_rule(tx, request, {}, None)

    @reads(roles.DESK, takes=asks.SimulateRule)
    def simulate_rule(self, tx: Connection, request: Row) -> Row:
        """Tell what the ladder of a note does when nobody answers."""
        return simulate(tx, self._own_desk_id, request)

    @reads("*", takes=asks.GetOrders)
    def get_orders(self, tx: Connection, request: Row) -> Row:
        """Tell in which order notes of each urgency ask; whoever sends one sees it beforehand."""
        note = {"desk_id": request["desk_id"], "noted_at": self.clock.now()}
        found = {name: ruling.in_force(tx, note | {"urgency": urgency_of(name)})[1] for name in asks.RULES}
        return {"orders": {name: [rung.target for rung in rule.rungs] for name, rule in found.items()}}

    @property
    def _own_desk_id(self) -> str:
        return self.caller.office_id or ""

    def _keep_rule(self, tx: Connection, request: Row, content: Row, valid_from: datetime | None) -> Row:
        name, now = request["rule"], self.clock.now()
        begins = max(valid_from or now, now + ruling.LEAD)
        newest = next(iter(rules.of_desk(tx, self._own_desk_id, name)), None)
        number = request["version"] + 1
        changed = (self.caller.account_id or "", now)
        is_newest = request["version"] == (newest.version if newest else 0)
        if not is_newest or not rules.add(tx, (self._own_desk_id, name, number), content, begins, changed):
            raise Conflict("rule_changed")
        ruling.forget(tx)
        self.audit.log(tx, action="write", kind="rule")
        return self._found_rule(tx, name)

    def _found_rule(self, tx: Connection, name: str) -> Row:
        versions = [_version(row, name) for row in rules.of_desk(tx, self._own_desk_id, name)]
        shipped = shipped_rule(name, self.clock.now())
        return {"rule": self._newest_rule(tx, name), "history": versions, "shipped": rule_wire(shipped)}

    def _newest_rule(self, tx: Connection, name: str) -> Row:
        rows, now = rules.of_desk(tx, self._own_desk_id, name), self.clock.now()
        held = ruling.at_moment([ruling.version_from(row) for row in reversed(rows)], now)
        newest = _version(rows[0], name) if rows else _unchanged(name, now)
        about = {"rule": name, "holds": held.version if held else 0}
        return newest | about | {"cancelled_by": list(asks.CANCELLED_BY)}


def simulate(tx: Connection, desk_id: str, request: Row) -> Row:
    """Return the TimeLine that a loaded SimulateRule asks for, at this desk."""
    version, rule = _rule_at(tx, desk_id, request)
    office_id = request["office_id"]
    found = offices.find_offices(tx, [office_id, desk_id])
    if office_id and office_id not in found:
        raise NotFound("office")
    to = timeline.receivers(rule, found.get(office_id), found.get(desk_id) or Office(desk_id or None))
    about = {"rule": request["rule"], "version": version, "at": request["at"], "office_id": office_id}
    return about | timeline.draw(to, request["at"])


def _rule_at(tx: Connection, desk_id: str, request: Row) -> tuple[int | None, Rule]:
    if request["content"]:
        _check(request["rule"], request["content"], "content.")
        return None, rule_from(request["content"])
    note = {"desk_id": desk_id, "urgency": urgency_of(request["rule"]), "noted_at": request["at"]}
    return ruling.in_force(tx, note)


def _check(rule: str, content: Row, path: str = "") -> None:
    wrong = faults(rule, content["rungs"])
    if wrong:
        raise Invalid("rule", {f"{path}{name}": codes for name, codes in wrong.items()})


def _version(row: Any, name: str) -> Row:
    content = row.content or rule_wire(shipped_rule(name, row.valid_from))
    kept = {key: getattr(row, key) for key in ("version", "valid_from", "changed_by", "changed_at")}
    return {**content, **kept, "is_shipped": not row.content}


def _unchanged(name: str, now: datetime) -> Row:
    nobody = {"version": 0, "valid_from": None, "changed_by": None, "changed_at": None}
    return {**rule_wire(shipped_rule(name, now)), **nobody, "is_shipped": True}
