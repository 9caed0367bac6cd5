"""Consent to share: without a valid one nothing is sent and nothing is read on the receiving side."""

from functools import partial
from typing import Any

from sqlalchemy import Connection

from chassis.ids import new_id
from chassis.rpc import writes
from contracts.errors import Conflict, NotFound
from contracts.sharing import GrantConsent, WithdrawConsent
from services.sharing.domain import consent, handoffs
from services.sharing.queries import handoffs as handoff_queries
from services.sharing.queries import persons
from services.sharing.service.base import WRITERS
from services.sharing.service.persons import Persons


class Consents(Persons):
    """Consents of a person."""

    @writes(*WRITERS, takes=GrantConsent)
    def grant_consent(self, tx: Connection, request: dict[str, Any]) -> dict[str, Any]:
        """Record a consent that was given on paper or by word."""
        person = self.visible_person(tx, request["person_id"])
        consent.check(request)
        row = {
            **request,
            "consent_id": new_id(),
            "covers_note": consent.NOTE in request["scope"],
            "covers_stay": consent.STAY in request["scope"],
            "explained_at_office_id": self.actor.office_id,
            "recorded_by": self.actor.account_id,
            "recorded_at": self.clock.now(),
        }
        persons.add_consent(tx, row)
        self._log_consent(tx, "write", row["consent_id"], row["person_id"])
        return self.show_person(tx, person)

    @writes(*WRITERS, takes=WithdrawConsent)
    def withdraw_consent(self, tx: Connection, request: dict[str, Any]) -> dict[str, Any]:
        """End a consent at once; open handoffs that no other consent carries are recalled."""
        person = self.visible_person(tx, request["person_id"])
        given = persons.lock_consent(tx, request["consent_id"], request["person_id"])
        if given is None:
            raise NotFound("consent")
        if given["withdrawn_at"] is not None:
            raise Conflict("already_withdrawn")
        now = self.clock.now()
        persons.withdraw_consent(tx, request["consent_id"], self.actor.account_id, now)
        self._log_consent(tx, "withdraw", request["consent_id"], request["person_id"])
        self._recall_uncovered(tx, request["person_id"])
        return self.show_person(tx, person)

    def _recall_uncovered(self, tx: Connection, person_id: str) -> None:
        now = self.clock.now()
        left = [dict(each) for each in persons.consents_of(tx, [person_id]) if each["covers_note"]]
        if consent.in_force(left, now) is None:
            opened = handoff_queries.lock_open_of_person(tx, person_id)
            recall = partial(handoffs.recall, words="consent_withdrawn", who=self.actor, at=now)
            self.end_all(tx, opened, recall)

    def _log_consent(self, tx: Connection, action: str, consent_id: str, person_id: str) -> None:
        self.audit.log(tx, action=action, kind="consent", ids=[consent_id], person_ids=[person_id])
