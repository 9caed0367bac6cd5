"""Persons, their consents and who cares for them."""

from flask import Response, jsonify, url_for

from contracts.errors import Invalid
from contracts.roles import CARE_MANAGER, DESK, DISCHARGE_PLANNER, OFFICE_MANAGER
from contracts.scopes import PERSONS_READ, PERSONS_WRITE
from contracts.sharing import (
    GetPerson,
    GrantConsent,
    NewPerson,
    Person,
    PersonsFound,
    SearchPersons,
    SetCareManager,
    WithdrawConsent,
)
from gateway.api.blueprint import api
from gateway.ask import ask, signed_in
from gateway.bodies import arguments, body
from gateway.described import described

_WRITERS = (DISCHARGE_PLANNER, CARE_MANAGER, DESK)
_READERS = (*_WRITERS, OFFICE_MANAGER)


@api.get("/persons")
@signed_in()
@described(SearchPersons(exclude=("text",)), answers=PersonsFound, roles=_READERS, scope=PERSONS_READ)
def list_persons() -> Response:
    """Answer those whom my office may see: `?page=`. Nobody is searched here: a name stands in no address."""
    asked = arguments("page")
    if "text" in asked:
        raise Invalid("invalid", {"text": ["unknown_field"]})
    return jsonify(ask("sharing", "list_persons", asked))


@api.post("/persons/search")
@signed_in()
@described(SearchPersons, answers=PersonsFound, roles=_READERS, keeps_key=False, scope=PERSONS_READ)
def search_persons() -> Response:
    """Answer those of them whose name or reading fits: `{"text": "…", "page": 1}`. Changes nothing."""
    return jsonify(ask("sharing", "list_persons", body()))


@api.post("/persons")
@signed_in()
@described(NewPerson, answers=Person, status=201, roles=_WRITERS, scope=PERSONS_WRITE)
def add_person() -> tuple[Response, int, dict[str, str]]:
    """Enter somebody; my office joins the team."""
    person = ask("sharing", "add_person", body())
    return jsonify(person), 201, {"Location": url_for("api.get_person", person_id=person["person_id"])}


@api.get("/persons/<person_id>")
@signed_in()
@described(GetPerson, answers=Person, roles=_READERS, scope=PERSONS_READ)
def get_person(person_id: str) -> Response:
    """Answer a person with consents, team and stays."""
    return jsonify(ask("sharing", "get_person", {"person_id": person_id}))


@api.post("/persons/<person_id>/consents")
@signed_in()
@described(GrantConsent, answers=Person, status=201, roles=_WRITERS, scope=PERSONS_WRITE)
def grant_consent(person_id: str) -> tuple[Response, int]:
    """Record that somebody consents to sharing."""
    return jsonify(ask("sharing", "grant_consent", body(person_id=person_id))), 201


@api.post("/persons/<person_id>/consents/<consent_id>/withdrawal")
@signed_in()
@described(WithdrawConsent, answers=Person, roles=_WRITERS, scope=PERSONS_WRITE)
def withdraw_consent(person_id: str, consent_id: str) -> Response:
    """Withdraw a consent; reads and sends stop at once."""
    return jsonify(ask("sharing", "withdraw_consent", body(person_id=person_id, consent_id=consent_id)))


@api.put("/persons/<person_id>/care-manager")
@signed_in()
@described(SetCareManager, answers=Person, roles=_WRITERS, scope=PERSONS_WRITE)
def set_care_manager(person_id: str) -> Response:
    """Say which office, and who there, plans the person's care."""
    return jsonify(ask("sharing", "set_care_manager", body(person_id=person_id)))
