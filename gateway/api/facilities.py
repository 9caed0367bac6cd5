"""The directory of facilities, open to everybody."""

from flask import Response, jsonify, request

from contracts.directory import (
    FacilitiesFound,
    Facility,
    GetFacilities,
    ListDesks,
    SearchFacilities,
    SetHours,
)
from contracts.errors import NotFound
from contracts.roles import MUNICIPAL, OFFICE_MANAGER
from contracts.scopes import DIRECTORY_READ, DIRECTORY_WRITE
from gateway.api.blueprint import api
from gateway.ask import ask, open_to_all, signed_in
from gateway.bodies import arguments, body
from gateway.described import described
from gateway.parts import parts


@api.get("/facilities")
@open_to_all
@described(SearchFacilities, GetFacilities(partial=True), answers=FacilitiesFound, scope=DIRECTORY_READ)
def search_facilities() -> Response:
    """Answer a search: `?text=`, `?municipality=`, `?kind=`, `?service=`, `?page=`, `?page_size=`.

    With `?facility_ids=`, as often as needed, just these are answered.
    """
    if "facility_ids" in request.args:
        asked = {"facility_ids": request.args.getlist("facility_ids")}
        return jsonify(ask("directory", "get_facilities", asked))
    return jsonify(ask("directory", "search_facilities", arguments("page", "page_size")))


@api.get("/facilities/<facility_id>")
@open_to_all
@described(answers=Facility, scope=DIRECTORY_READ, refuses=(422,))
def get_facility(facility_id: str) -> Response:
    """Answer one entry."""
    found = ask("directory", "get_facilities", {"facility_ids": [facility_id]})["facilities"]
    if not found:
        raise NotFound
    return jsonify(found[0])


@api.put("/facilities/<facility_id>/hours")
@signed_in()
@described(SetHours, answers=Facility, roles=(OFFICE_MANAGER, MUNICIPAL), scope=DIRECTORY_WRITE)
def set_hours(facility_id: str) -> Response:
    """Say when an office works."""
    facility = ask("directory", "set_hours", body(facility_id=facility_id))
    parts().names.forget_office(facility_id)
    return jsonify(facility)


@api.get("/desks")
@open_to_all
@described(ListDesks, answers=FacilitiesFound, scope=DIRECTORY_READ)
def list_desks() -> Response:
    """Answer the 連携支援センター of `?municipality=`."""
    return jsonify(ask("directory", "list_desks", arguments()))
