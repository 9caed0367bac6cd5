"""The entry points of the second factor."""

from typing import Any

from sqlalchemy import Connection

from chassis.loops import every
from chassis.rpc import decides, reads, writes
from contracts import second_factor as asks
from contracts.accounts import ChangeStaff
from contracts.errors import Conflict, NotSignedIn
from services.accounts import (
    domain,
    letters,
    notices,
    queries,
    second_factor,
    second_factor_move,
    signing_in,
    staff,
)
from services.accounts import second_factor_queries as factors
from services.accounts import session_queries as sessions
from services.accounts.base import AccountsBase

Row = dict[str, Any]
MANAGERS = ("office_manager", "municipal", "operator")


class SecondFactors(AccountsBase):
    """A code beside the password."""

    @decides("visitor", takes=asks.AnswerSecondFactor)
    def answer_second_factor(self, request: Row) -> Row:
        """Start the session for which the right password was given before."""
        return signing_in.answer_step(self.door, request)

    @property
    def door(self) -> signing_in.Door:
        """What signing in needs of this service."""
        roles = self.settings.second_factor_roles
        return signing_in.Door(self.db, self.audit, self.clock.now(), roles, lambda: self.ring)

    @reads("*")
    def get_second_factor(self, tx: Connection, request: Row) -> Row:
        """Tell how it stands with one's own."""
        return second_factor.state(tx, self.caller.account_id or "", self.settings.second_factor_roles)

    @decides("*", takes=asks.SetUpSecondFactor)
    def set_up_second_factor(self, request: Row) -> Row:
        """Make a secret for the caller's app."""
        return second_factor.begin(self.db, self.ring, self.caller, request["present"], self.clock.now())

    @decides("*", takes=asks.ConfirmSecondFactor)
    def confirm_second_factor(self, request: Row) -> Row:
        """Have it count, since the app has shown a right code."""
        now = self.clock.now()
        account = second_factor.who_may_try(self.db, self.caller, now)
        with self.db.begin() as tx:
            codes = second_factor.confirm(tx, self.ring, account, request["code"], now)
            self._note(tx, "second_factor_on", account["account_id"], letters.ADDED)
        return {"recovery_codes": codes}

    @decides("*", takes=asks.RenewRecoveryCodes)
    def renew_recovery_codes(self, request: Row) -> Row:
        """Make ten new recovery codes."""
        now = self.clock.now()
        account = second_factor.prove(self.db, self.caller, request["present"], now)
        with self.db.begin() as tx:
            second_factor.check_code(tx, self.ring, account, request["code"], now)
            codes = second_factor.renew_codes(tx, account["account_id"])
            self.audit.log(tx, action="recovery_codes", kind="account", ids=[account["account_id"]])
            self.tell_changed(tx, self.caller.session)
        return {"recovery_codes": codes}

    @decides("*", takes=asks.BeginSecondFactorMove)
    def begin_second_factor_move(self, request: Row) -> Row:
        """Make a secret for the caller's new phone."""
        now = self.clock.now()
        account = second_factor.prove(self.db, self.caller, request["present"], now)
        with self.db.begin() as tx:
            return second_factor_move.begin(tx, self.ring, account, request["code"], now)

    @decides("*", takes=asks.ConfirmSecondFactorMove)
    def confirm_second_factor_move(self, request: Row) -> Row:
        """Have the new phone count, since it has shown a right code."""
        now = self.clock.now()
        account = second_factor.who_may_try(self.db, self.caller, now)
        with self.db.begin() as tx:
            codes = second_factor_move.confirm(tx, self.ring, account, request["code"], now)
            self._note(tx, "second_factor_moved", account["account_id"], letters.MOVED)
        return {"recovery_codes": codes}

    @decides("*", takes=asks.EndSecondFactor)
    def end_second_factor(self, request: Row) -> Row:
        """Do without it from now on."""
        now = self.clock.now()
        account = second_factor.prove(self.db, self.caller, request["present"], now)
        with self.db.begin() as tx:
            second_factor.check_code(tx, self.ring, account, request["code"], now)
            roles = self.settings.second_factor_roles
            if second_factor.is_required(tx, account["account_id"], roles):
                raise Conflict("second_factor_required")
            factors.end(tx, account["account_id"])
            self._note(tx, "second_factor_off", account["account_id"], letters.ENDED)
        return {}

    def _note(self, tx: Connection, action: str, account_id: str, notice: str) -> None:
        """Log a change of one's own, tell it by mail too, and end what was signed in without it."""
        notices.queue(tx, account_id, notice, self.clock.now())
        self.audit.log(tx, action=action, kind="account", ids=[account_id])
        self.tell_ended(tx, sessions.end_of_account(tx, account_id, keep=self.caller.session))
        self.tell_changed(tx, self.caller.session)

    @writes(*MANAGERS, takes=ChangeStaff)
    def reset_second_factor(self, tx: Connection, request: Row) -> Row:
        """End the second factor of somebody who has lost it; they are told when they sign in next."""
        member = staff.member_to_change(tx, self.caller, request["membership_id"])
        domain.check_not_oneself(self.caller, member)
        domain.check_works_here_only(member, queries.open_roles(tx, member["account_id"]))
        account_id = member["account_id"]
        queries.lock_account(tx, account_id)
        if factors.since(tx, account_id) is None:
            raise Conflict("second_factor_is_off")
        factors.end(tx, account_id)
        queries.change_account(tx, account_id, second_factor_reset_at=self.clock.now())
        notices.queue(tx, account_id, letters.RESET, self.clock.now())
        self.audit.log(tx, action="second_factor_reset", kind="account", ids=[account_id])
        self.tell_ended(tx, sessions.end_of_account(tx, account_id))
        return staff.entry(tx, self.caller, member["membership_id"], self.clock.now())

    @writes("*")
    def note_reset_seen(self, tx: Connection, request: Row) -> Row:
        """Stop telling the caller that somebody has ended their second factor."""
        if self.caller.account_id is None:
            raise NotSignedIn("session_ended")
        queries.change_account(tx, self.caller.account_id, second_factor_reset_at=None)
        self.tell_changed(tx, self.caller.session)
        return {}

    @every(60.0)
    def close_second_factors_anew(self) -> bool | None:
        """Encrypt with the newest key what an earlier one has encrypted."""
        with self.db.begin() as tx:
            return second_factor.close_anew(tx, self.ring) > 0 or None
