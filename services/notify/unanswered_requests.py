"""The requests about what nobody has answered: the desk's list, and when its staff get it."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from chassis.figures import age_s
from chassis.loops import every
from chassis.rpc import reads, writes
from contracts import unanswered as asks
from contracts.roles import DESK
from services.notify.answers import moves_on_at
from services.notify.channel_requests import ChannelRequests
from services.notify.daily import LIST
from services.notify.daily_letters import DailyCarrier
from services.notify.digesting import let_pass, queue_digests, queue_lists
from services.notify.queries import alerts, daily, unanswered

Row = dict[str, Any]
SHOWN = 200


class UnansweredRequests(ChannelRequests):
    """What nobody has answered, for its desk; and the loops of a day's letters."""

    @reads(DESK, takes=asks.ListUnanswered)
    def list_unanswered(self, tx: Connection, request: Row) -> Row:
        """Tell what nobody has answered, the oldest first."""
        return self._unanswered(tx)

    @writes(DESK, takes=asks.SetListTime)
    def set_list_time(self, tx: Connection, request: Row) -> Row:
        """Write to the desk's staff at this time from now on."""
        at, now = request["lists_at"], self.clock.now()
        if at != daily.lists_at(tx, self._desk):
            daily.save_list_time(tx, self._desk, at, self.caller.account_id or "", now)
            let_pass(tx, LIST, self._desk, at, now)
        return self._unanswered(tx)

    @every(2.0)
    def queue_daily(self) -> bool | datetime:
        """Queue the letters of the day that are due; without a mail server there are none."""
        if not self.settings.smtp_url:
            return False
        now = self.clock.now()
        with self.db.begin() as tx:
            queue_lists(tx, now)
            # Times of day are whole minutes.
            return queue_digests(tx, now) or now.replace(second=0, microsecond=0) + timedelta(minutes=1)

    @every(1.0)
    def send_daily(self) -> bool | None:
        """Send the letters of the day."""
        settings = self.settings
        if not settings.smtp_url:
            return False
        carrier = DailyCarrier(self.db, self.clock.now, self.contact, self.mailbox(), settings.public_url)
        return carrier.send_due() or None

    def _unanswered(self, tx: Connection) -> Row:
        rows, now = unanswered.of_desk(tx, self._desk, SHOWN), self.clock.now()
        count = unanswered.count_of_desk(tx, self._desk)
        told = [_told(row, now) for row in rows]
        return {"unanswered": told, "count": count, "lists_at": daily.lists_at(tx, self._desk)}

    @property
    def _desk(self) -> str:
        return self.caller.office_id or ""


def _told(row: Any, now: datetime) -> Row:
    plan = alerts.plan_of(row)
    rung = plan.rung(row.current)
    same = ("handoff_id", "code", "urgency", "from_office_id", "raised_at", "refused_at", "received_by")
    return {name: getattr(row, name) for name in same} | {
        "office_id": rung.office_id,
        "role": rung.role,
        "rung": row.current,
        "next_at": moves_on_at(row, plan),
        "age_s": int(age_s(row.raised_at, now)),
        "is_overdue": row.overdue_at is not None,
        "is_at_desk": row.current == len(plan.rungs),
    }
