"""Stays: admitted, revised, discharge planned, discharged, cancelled."""

from functools import partial
from typing import Any

from sqlalchemy import Connection

from chassis.ids import new_id
from chassis.rpc import writes
from contracts.errors import Conflict, NotFound
from contracts.fact import NewFact
from contracts.sharing import AdmitPerson, CancelStay, DischargePerson, PlanDischarge, ReviseStay
from services.sharing import views
from services.sharing.domain import facts, handoffs
from services.sharing.domain import stays as domain
from services.sharing.domain.stays import Stay
from services.sharing.queries import handoffs as handoff_queries
from services.sharing.queries import persons, stays
from services.sharing.service.persons import Persons


class Stays(Persons):
    """Stays at the caller's hospital."""

    @writes("discharge_planner", takes=AdmitPerson)
    def admit_person(self, tx: Connection, request: dict[str, Any]) -> dict[str, Any]:
        """Record an admission at the caller's hospital."""
        person = self.visible_person(tx, request["person_id"])
        now, caller = self.clock.now(), self.caller
        domain.check_admission(request["admitted_at"], now)
        if stays.present_stay(tx, person["person_id"], self.actor.office_id):
            raise Conflict("already_admitted")
        stay = domain.admit(
            request, new_id(), (self.actor.office_id, caller.office_name), person["municipality"], self.change
        )
        stays.add_stay(tx, stay)
        return self._announce(tx, stay, facts.admitted(stay))

    @writes("discharge_planner", takes=ReviseStay)
    def revise_stay(self, tx: Connection, request: dict[str, Any]) -> dict[str, Any]:
        """Correct a stay; the earlier revision is kept."""
        stay = self._stay(tx, request.pop("stay_id"))
        revised = domain.revise(stay, request.pop("revision"), request, self.change)
        return self._save(tx, revised, facts.revised(revised))

    @writes("discharge_planner", takes=PlanDischarge)
    def plan_discharge(self, tx: Connection, request: dict[str, Any]) -> dict[str, Any]:
        """Say when and to where the person is to be discharged; the plan may move."""
        stay = self._stay(tx, request["stay_id"])
        planned = domain.plan_discharge(stay, request["planned_at"], request["destination"], self.change)
        care_manager = persons.care_manager_of(tx, stay.person_id)
        return self._save(tx, planned, facts.planned(planned, care_manager))

    @writes("discharge_planner", takes=DischargePerson)
    def discharge_person(self, tx: Connection, request: dict[str, Any]) -> dict[str, Any]:
        """Record that the person has left."""
        stay = self._stay(tx, request["stay_id"])
        discharged = domain.discharge(stay, request["discharged_at"], self.change)
        return self._save(tx, discharged, facts.discharged(discharged))

    @writes("discharge_planner", takes=CancelStay)
    def cancel_stay(self, tx: Connection, request: dict[str, Any]) -> dict[str, Any]:
        """Take back a stay that was entered by mistake, and its open handoffs with it."""
        cancelled = domain.cancel(self._stay(tx, request["stay_id"]), self.change)
        answer = self._save(tx, cancelled, facts.cancelled(cancelled))
        recall = partial(handoffs.recall, words="stay_cancelled", who=self.actor, at=self.clock.now())
        self.end_all(tx, handoff_queries.lock_open_of_stay(tx, cancelled.stay_id), recall)
        return answer

    def _stay(self, tx: Connection, stay_id: str) -> Stay:
        stay = stays.get_stay(tx, stay_id, self.actor.office_id, lock=True)
        if stay is None:
            raise NotFound("stay")
        return stay

    def _save(self, tx: Connection, stay: Stay, fact: NewFact) -> dict[str, Any]:
        stays.save_stay(tx, stay)
        return self._announce(tx, stay, fact)

    def _announce(self, tx: Connection, stay: Stay, fact: NewFact) -> dict[str, Any]:
        self.audit.log(tx, action="write", kind="stay", ids=[stay.stay_id], person_ids=[stay.person_id])
        self.outbox.add(tx, fact)
        return views.stay_view(stay)
