"""The directory's door: search, entries, desks, office hours."""

from typing import Any

from chassis.rpc import reads, writes
from chassis.service import Service
from contracts.directory import GetFacilities, ListDesks, SearchFacilities, SetHours
from contracts.errors import NotFound
from services.directory import domain, queries
from services.directory.municipalities import with_wards

_EVERYONE = ("*", "visitor", "service")


class DirectoryService(Service):
    """Answers what facilities there are and keeps their hours."""

    name = "directory"

    @reads(*_EVERYONE, takes=SearchFacilities)
    def search_facilities(self, tx, request):
        """Return one page of the entries that match, and how many match in all."""
        ids, total = queries.search(tx, request)
        return {"facilities": self._answer(tx, ids), "total": total}

    @reads(*_EVERYONE, takes=GetFacilities)
    def get_facilities(self, tx, request):
        """Return the entries with these ids."""
        return {"facilities": self._answer(tx, request["facility_ids"])}

    @reads(*_EVERYONE, takes=ListDesks)
    def list_desks(self, tx, request):
        """Return the desks that are responsible in a municipality."""
        return {"facilities": self._answer(tx, queries.desks(tx, request["municipality"]))}

    @writes("office_manager", "municipal", takes=SetHours)
    def set_hours(self, tx, request):
        """Put new office hours in force and tell those who wait by them."""
        id = request["facility_id"]
        domain.check_weekly(request["weekly"])
        facility = queries.lock_facility(tx, id)
        self._require_right_to_change(facility)
        by = (self.caller.account_id, self.caller.name)
        revision = queries.save_hours(tx, id, request, by, self.clock.now())
        hours = queries.hours_of(tx, [id])[id]
        services = queries.services_of(tx, id)
        self.outbox.add(tx, domain.facility_changed({**facility, "revision": revision}, services, hours))
        self.audit.log(tx, action="write", kind="office_hours", ids=[id])
        return self._answer(tx, [id])[0]

    def _require_right_to_change(self, facility: Any) -> None:
        caller = self.caller
        if facility is not None:
            if caller.role == "office_manager" and caller.office_id == facility["facility_id"]:
                return
            if caller.role == "municipal" and facility["municipality"] in with_wards(caller.municipality):
                return
        raise NotFound("facility_not_found")

    def _answer(self, tx: Any, ids: list[str]) -> list[dict[str, Any]]:
        return queries.facilities(tx, ids, for_staff=self.caller.role != "visitor")
