"""Persons: enter, find, show, and who accompanies them."""

from typing import Any

from sqlalchemy import Connection, RowMapping

from chassis.ids import new_id
from chassis.rpc import reads, writes
from contracts.errors import Invalid, NotFound
from contracts.sharing import GetPerson, NewPerson, SearchPersons, SetCareManager
from services.sharing import views
from services.sharing.domain import access, consent
from services.sharing.domain.persons import in_katakana, new_person
from services.sharing.queries import copies, persons, stays
from services.sharing.service.base import READERS, WRITERS, SharingBase

PAGE = 50


class Persons(SharingBase):
    """Persons and their team."""

    @writes(*WRITERS, takes=NewPerson)
    def add_person(self, tx: Connection, request: dict[str, Any]) -> dict[str, Any]:
        """Enter a person; the writer's office is on the team from now on."""
        now, who = self.clock.now(), self.actor
        entered = {"entered_by": who.account_id, "entered_by_name": who.name, "entered_at": now}
        row = new_person(request, self.day) | {"person_id": new_id()} | entered
        persons.add_person(tx, row, self._member(row["person_id"], "author", who.office_id, who.account_id))
        self.audit.log(
            tx, action="write", kind="person", ids=[row["person_id"]], person_ids=[row["person_id"]]
        )
        return self.show_person(tx, row)

    @reads(*READERS, takes=SearchPersons)
    def list_persons(self, tx: Connection, request: dict[str, Any]) -> dict[str, Any]:
        """Return those whom the caller's office may see."""
        text = (request["text"], in_katakana(request["text"]))
        rows, total = persons.list_persons(tx, self.actor.office_id, self.day, text, request["page"], PAGE)
        ids = [row["person_id"] for row in rows]
        self.audit.log(tx, action="list", kind="person", ids=ids, person_ids=ids)
        return {"persons": self._rows(tx, rows), "total": total, "page_size": PAGE}

    def _rows(self, tx: Connection, rows: list[RowMapping]) -> list[dict[str, Any]]:
        now, ids = self.clock.now(), [row["person_id"] for row in rows]
        given = persons.consents_of(tx, ids)
        managers = {m["person_id"]: m for m in persons.team_of(tx, ids) if m["role"] == "care_manager"}
        shown = []
        for row in rows:
            mine = [dict(each) for each in given if each["person_id"] == row["person_id"]]
            manager = managers.get(row["person_id"])
            shown.append(
                views.person_view(dict(row), now)
                | {"consent": consent.in_force(mine, now), "care_manager": dict(manager) if manager else None}
            )
        return shown

    @reads(*READERS, takes=GetPerson)
    def get_person(self, tx: Connection, request: dict[str, Any]) -> dict[str, Any]:
        """Return a person with consents, team and stays."""
        row = self.visible_person(tx, request["person_id"])
        self.audit.log(
            tx, action="read", kind="person", ids=[row["person_id"]], person_ids=[row["person_id"]]
        )
        return self.show_person(tx, row)

    @writes(*WRITERS, takes=SetCareManager)
    def set_care_manager(self, tx: Connection, request: dict[str, Any]) -> dict[str, Any]:
        """Put a care manager, or an office without members, in the place of the present one."""
        row = self.visible_person(tx, request["person_id"])
        self._check_care_manager(tx, request["office_id"], request["account_id"])
        member = self._member(row["person_id"], "care_manager", request["office_id"], request["account_id"])
        persons.change_care_manager(tx, member)
        self.audit.log(
            tx, action="write", kind="team", ids=[member["member_id"]], person_ids=[row["person_id"]]
        )
        return self.show_person(tx, row)

    def visible_person(self, tx: Connection, person_id: str) -> RowMapping:
        """Return a person whom the caller's office may see; NotFound for everybody else."""
        row = persons.get_person(tx, person_id, self.actor.office_id, self.day)
        if row is None:
            raise NotFound("person")
        return row

    def show_person(self, tx: Connection, row: Any) -> dict[str, Any]:
        """Return the person as its page shows it. A hospital sees only the stays at itself."""
        now, id = self.clock.now(), row["person_id"]
        given = [dict(each) for each in persons.consents_of(tx, [id])]
        agreed = any(each["covers_stay"] and consent.is_valid(each, now) for each in given)
        care_office_id, _ = persons.care_manager_of(tx, id)
        sees_all = access.sees_stays_elsewhere(self.caller, care_office_id, agreed)
        at = None if sees_all else self.actor.office_id
        return views.person_view(row, now) | {
            "consent": consent.in_force(given, now),
            "consents": [each | {"is_valid": consent.is_valid(each, now)} for each in given],
            "team": [dict(member) for member in persons.team_of(tx, [id])],
            "stays": [views.stay_view(stays.of_row(stay)) for stay in persons.stays_of(tx, id, at)],
        }

    def _member(self, person_id: str, role: str, office_id: str, account_id: str | None) -> dict[str, Any]:
        return {
            "member_id": new_id(),
            "person_id": person_id,
            "office_id": office_id,
            "account_id": account_id,
            "role": role,
            "since_at": self.clock.now(),
            "until_at": None,
        }

    def _check_care_manager(self, tx: Connection, office_id: str, account_id: str | None) -> None:
        entry = copies.get_facility(tx, office_id)
        if entry is None or not entry["is_listed"]:
            raise Invalid("care_manager", {"office_id": ["unknown_office"]})
        staff = copies.get_office(tx, office_id)
        members = staff["members"] if staff else []
        if account_id and not any(_is_care_manager(member, account_id) for member in members):
            raise Invalid("care_manager", {"account_id": ["not_a_member"]})


def _is_care_manager(member: dict[str, Any], account_id: str) -> bool:
    return (
        member["account_id"] == account_id and member["role"] == "care_manager" and bool(member["is_active"])
    )
