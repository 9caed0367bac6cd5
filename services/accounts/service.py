"""The entry points of accounts: requests, the fact it hears, its loops."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from chassis.figures import Figure
from chassis.handles import handles
from chassis.loops import every
from chassis.rpc import ANY_STAFF, decides, reads, writes
from contracts import accounts as asks
from contracts.accounts import AccountOpened, AccountSuspended
from contracts.directory import FacilityChanged
from contracts.errors import NotFound
from contracts.fact import Envelope
from contracts.notify import LetterReturned
from contracts.roles import DESK, OPERATOR
from contracts.texts import ListTexts, SetLanguage
from services.accounts import (
    domain,
    figures,
    invitations,
    key_rules,
    new_password,
    notices,
    passwords,
    queries,
    second_factor_move,
    signing_in,
    staff,
)
from services.accounts import key_queries as keys
from services.accounts import place_queries as places
from services.accounts import second_factor_queries as factors
from services.accounts import session_queries as sessions
from services.accounts.key_requests import KeyRequests
from services.accounts.second_factors import MANAGERS, SecondFactors
from services.accounts.texts import samples

Row = dict[str, Any]


class AccountsService(SecondFactors, KeyRequests):
    """Who may sign in, in which role, at which office, and who covers for whom."""

    name = "accounts"

    @staticmethod
    def figures(tx: Any, now: datetime) -> Iterator[Figure]:
        """Yield how sessions and invitations stand."""
        yield from figures.of_sessions(tx, now)
        yield from figures.of_invitations(tx, now)

    # Signing in -----------------------------------------------------------------------------

    @decides("visitor", takes=asks.SignIn)
    def sign_in(self, request: Row) -> Row:
        """Start a session, or the step to it; its token is told here and nowhere else."""
        return signing_in.sign_in(self.door, request)

    @reads("visitor", "*", takes=asks.GetSession)
    def get_session(self, tx: Connection, request: Row) -> Row:
        """Tell who is signed in by this session."""
        session = signing_in.get_open(tx, request["session"], self.clock.now())
        return signing_in.describe(tx, session, self.settings.second_factor_roles)

    @writes("*", takes=asks.ActAs)
    def act_as(self, tx: Connection, request: Row) -> Row:
        """Act in another of one's own roles."""
        name, membership_id = request["session"], request["membership_id"]
        session = signing_in.act_as(tx, self.door, self.caller, name, membership_id)
        self.audit.log(tx, action="act_as", kind="membership", ids=[membership_id])
        self.tell_changed(tx, name)
        return session

    @writes("visitor", "*", takes=asks.EndSession)
    def end_session(self, tx: Connection, request: Row) -> Row:
        """End a session. Whoever knows its name may: the name is as secret as the token."""
        if sessions.end(tx, request["session"]):
            self.audit.log(
                tx, action="sign_out", kind="account", ids=sorted({self.caller.account_id or ""} - {""})
            )
            self.tell_ended(tx, [request["session"]])
        return {}

    @writes("service", takes=asks.ReportUse)
    def report_use(self, tx: Connection, request: Row) -> Row:
        """Keep when sessions and keys were used last."""
        domain.check_service(self.caller, "gateway")
        by_session, by_key = key_rules.told_apart(request["last_used"])
        sessions.note_use(tx, by_session, self.clock.now())
        keys.note_use(tx, by_key, self.clock.now())
        return {}

    @decides("visitor", "*", takes=asks.SetPassword)
    def set_password(self, request: Row) -> Row:
        """Set one's own password, or the first one by an invitation."""
        if request["code"]:
            self._answer_invitation(request["code"], request["password"])
        else:
            self._change_password(request["present"], request["password"])
        return {}

    def _change_password(self, present: str, password: str) -> None:
        account = new_password.prove_oneself(self.db, self.caller, present, self.clock.now())
        new_password.check(account, password)
        new_hash = passwords.hash_password(password)
        with self.db.begin() as tx:
            self._store_password(tx, account, new_hash)

    def _answer_invitation(self, code: str, password: str) -> None:
        now = self.clock.now()
        invitation, account = new_password.invited(self.db, code, now)
        if new_password.is_pressed_twice(invitation, account, password, now):
            return
        new_password.check(account, password)
        new_hash = passwords.hash_password(password)
        with self.db.begin() as tx:
            # Offices, invitation, account: everybody locks in this order.
            offices = staff.lock_offices_of(tx, account["account_id"])
            new_password.use_code(tx, code, now)
            self._store_password(tx, account, new_hash)
            # Who had the former password may have agreed to a key of their own.
            self.tell_keys_out(tx, keys.ask_again(tx, account["account_id"]))
            if account["password_hash"] is None:
                self._tell_opened(tx, account["account_id"], offices)

    def _store_password(self, tx: Connection, account: Row, new_hash: str) -> None:
        account_id = account["account_id"]
        queries.lock_account(tx, account_id)
        queries.change_account(tx, account_id, password_hash=new_hash, must_change_password=False)
        self.audit.log(tx, action="set_password", kind="account", ids=[account_id])
        self.tell_ended(tx, sessions.end_of_account(tx, account_id, keep=self.caller.session))

    def _tell_opened(self, tx: Connection, account_id: str, offices: dict[str, str]) -> None:
        """Tell that somebody may act now, at each of their offices."""
        for office_id, municipality in offices.items():
            self._tell_staffed(tx, office_id)
            opened = AccountOpened.happened(
                municipality=municipality, account_id=account_id, office_id=office_id
            )
            self.outbox.add(tx, opened)

    # Asking about people ---------------------------------------------------------------------

    @reads("*", takes=asks.ListStaff)
    def list_staff(self, tx: Connection, request: Row) -> Row:
        """Tell who works at an office."""
        office = queries.get_office(tx, request["office_id"])
        entries = staff.entries(tx, self.caller, request["office_id"], self.clock.now())
        if office is None and not entries:
            raise NotFound("office")
        return {"office": office or {"office_id": request["office_id"], "name": ""}, "staff": entries}

    @reads("*", "service", takes=asks.GetNames)
    def get_names(self, tx: Connection, request: Row) -> Row:
        """Tell what people are called."""
        return {"names": queries.names_of(tx, request["account_ids"])}

    @reads("service", takes=asks.GetContact)
    def get_contact(self, tx: Connection, request: Row) -> Row:
        """Tell notify where to write to somebody, at the moment of sending."""
        domain.check_service(self.caller, "notify")
        account = queries.get_account(tx, request["account_id"])
        if account is None:
            raise NotFound("account")
        is_active = bool(account["password_hash"] and queries.open_roles(tx, account["account_id"]))
        return {"email": account["email"], "is_active": is_active, "language": account["language"]}

    # Texts -------------------------------------------------------------------------------------

    @writes("*", takes=SetLanguage)
    def set_language(self, tx: Connection, request: Row) -> Row:
        """Write to the caller in this language from now on."""
        queries.change_account(tx, self.caller.account_id or "", language=request["language"])
        if self.caller.session:
            self.tell_changed(tx, self.caller.session)
        return {}

    @reads(DESK, OPERATOR, takes=ListTexts)
    def list_texts(self, tx: Connection, request: Row) -> Row:
        """Tell every text of this service as it goes out."""
        return {"texts": samples(self.settings.public_url)}

    # Staff -----------------------------------------------------------------------------------

    @writes(*MANAGERS, takes=asks.AddStaff, told_once=("invitation",))
    def add_staff(self, tx: Connection, request: Row) -> Row:
        """Add somebody to an office and invite them."""
        now = self.clock.now()
        member = staff.add(tx, self.caller, request, now)
        has_password = member["password_hash"] is not None
        code = None if has_password else invitations.invite(tx, self.settings, member, now)
        return {"staff": self._changed(tx, member, "add"), "invitation": code}

    @writes(*MANAGERS, takes=asks.ChangeStaff, told_once=("invitation",))
    def invite_staff(self, tx: Connection, request: Row) -> Row:
        """Make a new code for somebody: for the first password or a forgotten one."""
        member = staff.member_to_change(tx, self.caller, request["membership_id"])
        # Whoever sits at an unlocked screen would give themselves a password.
        domain.check_not_oneself(self.caller, member)
        by_mail = invitations.goes_by_mail(self.settings, member)
        domain.check_may_invite(member, queries.open_roles(tx, member["account_id"]), by_mail)
        code = invitations.invite(tx, self.settings, member, self.clock.now())
        self.audit.log(tx, action="invite", kind="membership", ids=[member["membership_id"]])
        entry = staff.entry(tx, self.caller, member["membership_id"], self.clock.now())
        return entry | {"invitation": code}

    @writes(*MANAGERS, takes=asks.ChangeEmail)
    def change_email(self, tx: Connection, request: Row) -> Row:
        """Put somebody's address right; that letters did not arrive at the one before says nothing of it."""
        member = staff.member_to_change(tx, self.caller, request["membership_id"])
        # One's own with the present password alone: a code would go to whoever sits at this screen.
        domain.check_not_oneself(self.caller, member)
        domain.check_may_readdress(member, queries.open_roles(tx, member["account_id"]))
        self._readdress(tx, member["account_id"], request["email"])
        return self._changed(tx, member, "change_email")

    @decides(ANY_STAFF, takes=asks.SetOwnEmail)
    def set_own_email(self, request: Row) -> Row:
        """Put one's own address right."""
        account = new_password.prove_oneself(self.db, self.caller, request["present"], self.clock.now())
        with self.db.begin() as tx:
            self._readdress(tx, account["account_id"], request["email"])
            self.audit.log(tx, action="change_email", kind="account", ids=[account["account_id"]])
        return {}

    def _readdress(self, tx: Connection, account_id: str, email: str | None) -> None:
        queries.lock_account(tx, account_id)
        changed = {"email": email, "email_changed_at": self.clock.now(), "email_doubted_at": None}
        queries.change_account(tx, account_id, **changed)

    @writes(*MANAGERS, takes=asks.ChangeStaff)
    def suspend_staff(self, tx: Connection, request: Row) -> Row:
        """Let somebody in no more in this role; every session of theirs ends with the commit."""
        member = staff.member_to_change(tx, self.caller, request["membership_id"])
        domain.check_not_oneself(self.caller, member)
        if member["suspended_at"] is None:
            queries.lock_account(tx, member["account_id"])
            queries.set_suspended(tx, member["membership_id"], self.clock.now())
            self._shut_out(tx, member)
        return self._changed(tx, member, "suspend")

    def _shut_out(self, tx: Connection, member: Row) -> None:
        account_id = member["account_id"]
        self.tell_ended(tx, sessions.end_of_account(tx, account_id))
        ended = keys.withdraw_of(tx, member["membership_id"], self.caller.account_id, self.clock.now())
        self.tell_keys_out(tx, ended)
        if queries.open_roles(tx, account_id):
            return
        office_ids = sorted({role["office_id"] for role in queries.memberships_of(tx, account_id)})
        suspended = AccountSuspended.happened(
            municipality=member["municipality"],
            account_id=account_id,
            office_ids=office_ids,
            suspended_at=self.clock.now(),
        )
        self.outbox.add(tx, suspended)
        self.hints.send(tx, {"event": "account_suspended", "account_id": account_id})

    @writes(*MANAGERS, takes=asks.ChangeStaff)
    def restore_staff(self, tx: Connection, request: Row) -> Row:
        """Let somebody act in this role again."""
        member = staff.member_to_change(tx, self.caller, request["membership_id"])
        had_no_role = not queries.open_roles(tx, member["account_id"])
        self._open_again(tx, member["membership_id"])
        answer = self._changed(tx, member, "restore")
        if had_no_role and member["password_hash"]:
            opened = AccountOpened.happened(
                municipality=member["municipality"],
                account_id=member["account_id"],
                office_id=member["office_id"],
            )
            self.outbox.add(tx, opened)
        return answer

    @writes(*MANAGERS, takes=asks.ChangeStaff)
    def name_manager(self, tx: Connection, request: Row) -> Row:
        """Make somebody the office's manager."""
        member = staff.member_to_change(tx, self.caller, request["membership_id"])
        self._open_again(tx, staff.name_manager(tx, member, self.clock.now()))
        return self._changed(tx, member, "name_manager")

    def _open_again(self, tx: Connection, membership_id: str) -> None:
        # A suspension by an older version has left its keys, which must not open with it.
        left = keys.withdraw_of_suspended(tx, membership_id, self.caller.account_id, self.clock.now())
        self.tell_keys_out(tx, left)
        queries.set_suspended(tx, membership_id, None)

    @writes("*", takes=asks.NameDeputy)
    def name_deputy(self, tx: Connection, request: Row) -> Row:
        """Say who covers for somebody."""
        member = staff.member_to_arrange(tx, self.caller, request["membership_id"])
        staff.name_deputy(tx, self.caller, member, request["deputy_id"], self.clock.now())
        return self._changed(tx, member, "name_deputy")

    @writes("*", takes=asks.SetAbsence)
    def set_absence(self, tx: Connection, request: Row) -> Row:
        """Say from when until when somebody is away."""
        member = staff.member_to_arrange(tx, self.caller, request["membership_id"])
        warnings = staff.set_absence(tx, self.caller, member, request, self.clock.now())
        return {"staff": self._changed(tx, member, "set_absence"), "warnings": warnings}

    @writes("*", takes=asks.ClearAbsence)
    def clear_absence(self, tx: Connection, request: Row) -> Row:
        """Take an absence back."""
        member = staff.member_of_absence(tx, self.caller, request["absence_id"])
        queries.clear_absence(tx, request["absence_id"], self.clock.now())
        return self._changed(tx, member, "clear_absence")

    def _changed(self, tx: Connection, member: Row, action: str) -> Row:
        """Log and tell what changed at an office; returns the member as changed."""
        self.audit.log(tx, action=action, kind="membership", ids=[member["membership_id"]])
        self._tell_staffed(tx, member["office_id"])
        return staff.entry(tx, self.caller, member["membership_id"], self.clock.now())

    def _tell_staffed(self, tx: Connection, office_id: str) -> None:
        self.outbox.add(tx, staff.staffed(tx, office_id, self.clock.now()))

    # Heard, and done by the clock --------------------------------------------------------------

    @handles(FacilityChanged)
    def on_facility_changed(self, tx: Connection, fact: Envelope) -> None:
        """Keep the copy of an office's name and kind."""
        queries.copy_office(
            tx,
            {
                "office_id": fact["facility_id"],
                "municipality": fact.municipality,
                "kind": fact["kind"],
                "name": fact["name"],
                "revision": fact.revision,
            },
        )

    @handles(LetterReturned)
    def on_letter_returned(self, tx: Connection, fact: Envelope) -> None:
        """Note that no letter arrives at somebody's address."""
        queries.doubt_email(tx, fact["account_id"], fact["sent_at"], fact["returned_at"])

    @every(1.0)
    def send_invitations(self) -> bool | None:
        """Send one invitation that is due."""
        if not self.settings.smtp_url:
            return False
        return invitations.send_one(self.db, self.settings, self.clock.now()) or None

    @every(1.0)
    def send_notices(self) -> bool | None:
        """Send one mail about a change of how somebody signs in."""
        if not self.settings.smtp_url:
            return False
        return notices.send_one(self.db, self.settings, self.clock.now()) or None

    @every(5.0)
    def end_sessions_over(self) -> None:
        """End sessions that nobody used for long, and forget old wrong tries."""
        with self.db.begin() as tx:
            self.tell_ended(tx, sessions.end_over(tx, self.clock.now()))
            sessions.forget_old_tries(tx, self.clock.now())
            places.forget_old(tx, self.clock.now())
            factors.end_steps_over(tx, self.clock.now())
            second_factor_move.end_over(tx, self.clock.now())
            notices.forget_old(tx, self.clock.now())
