"""The requests about links in letters. Anybody may ask who holds one."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from chassis.loops import every
from chassis.rpc import ANY_STAFF, reads, writes
from chassis.service import Service
from contracts.errors import Conflict, NotFound
from contracts.links import GetLink, ReceiveByLink
from contracts.roles import VISITOR
from services.notify.links import state
from services.notify.queries import alerts, inbox, links, unreached
from services.notify.receiving import LINK, receive

Row = dict[str, Any]
# So long a link that is over can still say so.
KEPT = timedelta(days=30)
_REFUSED = {
    "used": "link_used",
    "over": "link_over",
    "recalled": "link_ended",
    "superseded": "link_ended",
    "ended": "link_ended",
}


class LinkRequests(Service):
    """What a link is about, and that the office has it."""

    @reads(VISITOR, ANY_STAFF, takes=GetLink)
    def get_link(self, tx: Connection, request: Row) -> Row:
        """Tell whose letter it is. Changes nothing: machines follow the links of mails too."""
        return self._told(self._link(tx, request))

    @writes(VISITOR, ANY_STAFF, takes=ReceiveByLink)
    def receive_by_link(self, tx: Connection, request: Row) -> Row:
        """Note that the office has it: repeats on this rung fall silent, later rungs stay."""
        alerts.lock(tx, self._link(tx, request).alert_id)
        row, now = self._link(tx, request), self.clock.now()
        if refused := _REFUSED.get(state(row, now)):
            raise Conflict(refused)
        links.use(tx, row, now)
        self.audit.log(tx, action="received", kind="handoff", ids=[row.handoff_id])
        self.hints.send(tx, receive(tx, row, now, LINK))
        return self._told(self._link(tx, request))

    @every(3600.0)
    def forget_old_links(self) -> None:
        """Drop links that nobody follows any more."""
        with self.db.begin() as tx:
            links.forget_old(tx, self.clock.now() - KEPT)

    @every(3600.0)
    def close_unreached(self) -> None:
        """Leave no alert that has ended among those to look through for the desk's list."""
        with self.db.begin() as tx:
            unreached.close_ended(tx, self.clock.now())

    def _link(self, tx: Connection, request: Row) -> Any:
        row = links.find(tx, request["link"])
        if row is None:
            raise NotFound("link")
        return row

    def _told(self, row: Any) -> Row:
        stands = state(row, self.clock.now())
        if stands not in ("open", "used"):
            return {"state": stands, "office": "", "kind": "", "code": "", "received_at": None}
        about = {"office": row.name or "", "kind": inbox.NOTE, "code": row.code}
        return {"state": stands, **about, "received_at": row.received_at}
