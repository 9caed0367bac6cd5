"""Entry points of events: what stays announce, and what boards ask."""

from typing import Any

from chassis.handles import handles
from chassis.rpc import reads
from chassis.service import Service
from contracts.events import Conference as ConferenceAnswer
from contracts.events import ConferenceProposed, ConferenceWithdrawn, ListConferences
from contracts.fact import Envelope, NewFact
from contracts.sharing import DischargePlanned, StayCancelled, StayDischarged
from services.events import queries
from services.events.domain import PROPOSED, Conference, Plan, propose, withdraw


class EventsService(Service):
    """Proposes conferences and withdraws them."""

    name = "events"

    @handles(DischargePlanned)
    def on_discharge_planned(self, tx: Any, fact: Envelope) -> None:
        """Propose a conference before the discharge, or move the one that is proposed."""
        known = queries.hold_conference(tx, fact["stay_id"], fact["hospital_id"])
        plan = Plan(fact.municipality, fact["care_office_id"], fact["planned_at"], fact.revision)
        changed = propose(known, plan, self.clock.now())
        if changed:
            self._save(tx, known, changed, _proposed(changed))

    @handles(StayCancelled)
    def on_stay_cancelled(self, tx: Any, fact: Envelope) -> None:
        """Withdraw the conference of a stay that was no stay."""
        self._withdraw(tx, fact)

    @handles(StayDischarged)
    def on_stay_discharged(self, tx: Any, fact: Envelope) -> None:
        """Withdraw the conference that was not held: the person is home."""
        self._withdraw(tx, fact)

    @reads("*", takes=ListConferences)
    def list_conferences(self, tx: Any, request: dict[str, Any]) -> dict[str, Any]:
        """Return the conferences that are proposed to the office in which the caller acts."""
        rows = queries.list_conferences(tx, self.caller.office_id)
        return {"conferences": ConferenceAnswer(many=True).dump(rows)}

    def _withdraw(self, tx: Any, fact: Envelope) -> None:
        known = queries.hold_conference(tx, fact["stay_id"], fact["hospital_id"])
        changed = withdraw(known, self.clock.now())
        if changed:
            was_told = known.state == PROPOSED
            self._save(tx, known, changed, _withdrawn(changed) if was_told else None)

    def _save(self, tx: Any, known: Conference, changed: Conference, fact: NewFact | None) -> None:
        queries.save_conference(tx, changed)
        if fact is None:
            return
        self.outbox.add(tx, fact)
        self.hints.send(
            tx,
            {
                "event": "live",
                "kind": "conference",
                "to": [f"office:{office_id}" for office_id in sorted({*known.offices, *changed.offices})],
                "seq": None,
                "conference_id": changed.conference_id,
                "stay_id": changed.stay_id,
                "state": changed.state,
            },
        )


def _proposed(conference: Conference) -> NewFact:
    return ConferenceProposed.happened(
        municipality=conference.municipality,
        episode=conference.stay_id,
        revision=conference.revision,
        conference_id=conference.conference_id,
        stay_id=conference.stay_id,
        hospital_id=conference.hospital_id,
        care_office_id=conference.care_office_id,
        hold_before=conference.hold_before,
    )


def _withdrawn(conference: Conference) -> NewFact:
    return ConferenceWithdrawn.happened(
        municipality=conference.municipality,
        episode=conference.stay_id,
        revision=conference.revision,
        conference_id=conference.conference_id,
        stay_id=conference.stay_id,
    )
