"""The requests about one's own wishes: when letters may come, and what that means for a note."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from chassis.rpc import ANY_STAFF, reads, writes
from chassis.service import Service
from contracts import wishes as asks
from contracts.errors import Invalid
from contracts.roles import CARE_MANAGER, DESK
from services.notify import keeping, ruling, timeline, wishes
from services.notify.candidates import Receivers
from services.notify.daily import DIGEST
from services.notify.digesting import let_pass
from services.notify.domain import Rung, plan_ladder
from services.notify.offices import Office
from services.notify.queries import offices
from services.notify.queries import wishes as kept

Row = dict[str, Any]
_URGENCIES = ("urgent", "today")
_CONTENT = tuple(asks.Wishes().fields)


class WishRequests(Service):
    """Wishes of the caller."""

    @reads(ANY_STAFF, takes=asks.GetWishes)
    def get_wishes(self, tx: Connection, request: Row) -> Row:
        """Tell what the caller wishes; who has wished nothing can be written to at any time."""
        return self._found_wishes(tx)

    @writes(ANY_STAFF, takes=asks.SetWishes)
    def set_wishes(self, tx: Connection, request: Row) -> Row:
        """Keep what the caller wishes, and let it count for letters that wait."""
        _check(request)
        content, now = {name: request[name] for name in _CONTENT}, self.clock.now()
        before = self._found_wishes(tx)["wishes"]["digest_at"]
        kept.save(tx, self._who, content, now, self.caller.office_id)
        if content["digest_at"] != before:
            let_pass(tx, DIGEST, self._who, content["digest_at"], now)
        keeping.keep_anew(tx, self._who, content, now)
        return self._found_wishes(tx)

    @reads(ANY_STAFF, takes=asks.DrawWishes)
    def draw_wishes(self, tx: Connection, request: Row) -> Row:
        """Tell when a note that names the caller reaches the caller, and when its letter goes out."""
        content = request["content"] or self._found_wishes(tx)["wishes"]
        _check(content, "content.")
        asked = {urgency: self._asked(tx, urgency, request) for urgency in _URGENCIES}
        drawn = [_drawn(content, urgency, rung, self._duties(tx, rung)) for urgency, rung in asked.items()]
        return {"at": request["at"], "letters": drawn}

    def _found_wishes(self, tx: Connection) -> Row:
        row = kept.find(tx, self._who)
        nothing = asks.Wishes().load({})
        # Wishes of an earlier version name less.
        return {
            "wishes": nothing | row.content if row else nothing,
            "changed_at": row.changed_at if row else None,
        }

    def _asked(self, tx: Connection, urgency: str, request: Row) -> Rung | None:
        """Return the first rung on which the caller would be asked."""
        to = self._receivers(tx, urgency, request["at"], request["desk_id"])
        rungs = plan_ladder(to, request["at"]).rungs
        return next((rung for rung in rungs if self._who in rung.account_ids), None)

    def _duties(self, tx: Connection, rung: Rung | None) -> wishes.Spans:
        if rung is None or rung.due_at is None:
            return ()
        office = offices.find_offices(tx, [rung.office_id]).get(rung.office_id)
        return keeping.duties(office and office.rota, self._who, rung.starts_at, rung.due_at)

    def _receivers(self, tx: Connection, urgency: str, at: datetime, desk_id: str | None) -> Receivers:
        own_id, is_desk = self.caller.office_id, self.caller.role == DESK
        desk_id = own_id if is_desk else desk_id
        _, rule = ruling.in_force(tx, {"desk_id": desk_id, "urgency": urgency, "noted_at": at})
        known = offices.find_offices(tx, [own_id, desk_id])
        desk = known.get(desk_id) or Office(desk_id)
        to = timeline.receivers(rule, None if is_desk else known.get(own_id) or Office(own_id), desk)
        named = self._who if self.caller.role == CARE_MANAGER else to.to_account_id
        return Receivers(named, to.office, to.desk, to.rule)

    @property
    def _who(self) -> str:
        return self.caller.account_id or ""


def _check(content: Row, path: str = "") -> None:
    wrong = wishes.faults(content)
    if wrong:
        raise Invalid("wishes", {f"{path}{name}": codes for name, codes in wrong.items()})


def _drawn(content: Row, urgency: str, rung: Rung | None, duties: wishes.Spans) -> Row:
    if rung is None:
        return {"urgency": urgency, "asked_at": None, "until": None, "letter_at": None, "why": "not_asked"}
    at, due_at = rung.starts_at, rung.due_at
    goes_at = wishes.letter_at(content, at, wishes.latest_at(urgency, due_at), duties)
    why = wishes.why(content, urgency, at, due_at, duties)
    return {"urgency": urgency, "asked_at": at, "until": due_at, "letter_at": goes_at, "why": why}
