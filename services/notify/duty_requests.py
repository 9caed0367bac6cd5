"""The requests about who is on duty: the rota of the caller's office, and duties that people swap."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from chassis.clock import TOKYO
from chassis.ids import new_id
from chassis.rpc import ANY_STAFF, reads, writes
from chassis.service import Service
from contracts import duties as asks
from contracts.errors import NotFound
from contracts.roles import DESK, OFFICE_MANAGER
from services.notify import keeping, rota_answers, rota_changes, swaps
from services.notify.duties import Rota, without_past
from services.notify.news import inbox_hint
from services.notify.offices import Office
from services.notify.queries import duties as kept
from services.notify.queries import offices
from services.notify.swaps import Swap

Row = dict[str, Any]
EDITING = (OFFICE_MANAGER, DESK)
# How long a rota remembers what is over.
_REMEMBERED = timedelta(days=60)


class DutyRequests(Service):
    """The rota of the office in which the caller acts."""

    @reads(ANY_STAFF, takes=asks.GetRota)
    def get_rota(self, tx: Connection, request: Row) -> Row:
        """Tell who is on duty in a week, and what is to come."""
        now, me = self.clock.now(), self.caller.account_id or ""
        office = offices.find_offices(tx, [self.caller.office_id]).get(self.caller.office_id)
        office = office or Office(self.caller.office_id)
        day = request["day"] or now.astimezone(TOKYO).date()
        may_edit = self.caller.role in EDITING
        rows = kept.shown(tx, office.office_id or "", None if may_edit else me, now)
        told = rota_answers.rota(office, me, rows, rota_changes.midnight(day), now)
        return told | {"may_edit": may_edit}

    @writes(*EDITING, takes=asks.AddWeeklyDuty)
    def add_weekly_duty(self, tx: Connection, request: Row) -> Row:
        """Put somebody on duty every week."""
        new = rota_changes.weekly_from(new_id(), request, self.clock.now())
        return self._changed(tx, new.duty_id, lambda office: rota_changes.with_weekly(office, new))

    @writes(*EDITING, takes=asks.EndWeeklyDuty)
    def end_weekly_duty(self, tx: Connection, request: Row) -> Row:
        """Let a weekly duty be no more."""
        id, at = request["duty_id"], rota_changes.first_moment(request["first_day"], self.clock.now())
        return self._changed(tx, id, lambda office: rota_changes.without_weekly(office.rota, id, at))

    @writes(*EDITING, takes=asks.AddSingleDuty)
    def add_single_duty(self, tx: Connection, request: Row) -> Row:
        """Put somebody else, or nobody, on duty for once."""
        new, now = rota_changes.single_from(new_id(), request), self.clock.now()
        return self._changed(tx, new.duty_id, lambda office: rota_changes.with_single(office, new, now))

    @writes(*EDITING, takes=asks.RemoveSingleDuty)
    def remove_single_duty(self, tx: Connection, request: Row) -> Row:
        """Let what was there before hold again."""
        id = request["duty_id"]
        return self._changed(tx, id, lambda office: rota_changes.less_single(office.rota, id))

    @writes(ANY_STAFF, takes=asks.OfferSwap)
    def offer_swap(self, tx: Connection, request: Row) -> Row:
        """Offer a coming duty of the caller to a colleague."""
        office, now = self._locked_office(tx), self.clock.now()
        times = {name: request[name] for name in ("from_at", "until_at", "to_account_id")}
        swap = Swap(swap_id=new_id(), from_account_id=self.caller.account_id or "", **times)
        swaps.check_offer(swap, office, kept.unanswered(tx, office.office_id or "", now), now)
        kept.add(tx, office.office_id or "", swap, now)
        return self._told_swap(tx, swap, office.rota)

    @writes(ANY_STAFF, takes=asks.AnswerSwap)
    def answer_swap(self, tx: Connection, request: Row) -> Row:
        """Take a colleague's duty, or not."""
        office, now = self._locked_office(tx), self.clock.now()
        swap = self._found_swap(tx, request["swap_id"], "to_account_id")
        swaps.check_answer(swap, office, now)
        if request["is_accepted"]:
            swaps.check_free(swap, kept.elsewhere(tx, office.office_id or "", swap.to_account_id))
            kept.answer(tx, swap.swap_id, swaps.ACCEPTED, now)
            self._save_rota(tx, office, swaps.accepted(office.rota, swap, new_id()))
        else:
            kept.answer(tx, swap.swap_id, swaps.DECLINED, now)
        return self._told_swap(tx, swap, office.rota)

    @writes(ANY_STAFF, takes=asks.WithdrawSwap)
    def withdraw_swap(self, tx: Connection, request: Row) -> Row:
        """Take an offer back that nobody has answered."""
        office, now = self._locked_office(tx), self.clock.now()
        swap = self._found_swap(tx, request["swap_id"], "from_account_id")
        swaps.check_withdrawal(swap, now)
        kept.answer(tx, swap.swap_id, swaps.WITHDRAWN, now)
        return self._told_swap(tx, swap, office.rota)

    # ------------------------------------------------------------------------------------------

    def _changed(self, tx: Connection, duty_id: str, change: Callable[[Office], Rota]) -> Row:
        office = self._locked_office(tx)
        self._save_rota(tx, office, change(office))
        self.audit.log(tx, action="write", kind="rota")
        return {"duty_id": duty_id}

    def _locked_office(self, tx: Connection) -> Office:
        office = offices.lock(tx, self.caller.office_id or "")
        if office is None:
            raise NotFound("office")
        return office

    def _save_rota(self, tx: Connection, office: Office, rota: Rota) -> None:
        now = self.clock.now()
        rota = without_past(rota, now - _REMEMBERED)
        offices.save_rota(tx, office.office_id or "", rota)
        for swap in swaps.changed(kept.unanswered(tx, office.office_id or "", now), rota, now):
            kept.answer(tx, swap.swap_id, swaps.CHANGED, now)
        keeping.keep_for_duties(tx, rota_changes.people_of(office.rota, rota), now)

    def _found_swap(self, tx: Connection, swap_id: str, whose: str) -> Swap:
        row = kept.find(tx, self.caller.office_id or "", swap_id)
        if row is None or getattr(row, whose) != self.caller.account_id:
            raise NotFound("swap")
        return swaps.swap_from(row._mapping)

    def _told_swap(self, tx: Connection, swap: Swap, rota: Rota) -> Row:
        self.audit.log(tx, action="write", kind="rota")
        # Both pages show another number of what waits for them.
        self.hints.send(tx, inbox_hint([f"account:{swap.from_account_id}", f"account:{swap.to_account_id}"]))
        row = kept.find(tx, self.caller.office_id or "", swap.swap_id)
        return rota_answers.swaps_of([row], rota, self.clock.now())[0]
