"""Staff of an office: who works there, who stands in for whom, who is away, who may sign in."""

from flask import Response, jsonify, request

from contracts.accounts import (
    AbsenceSet,
    AddStaff,
    ChangeEmail,
    ChangeStaff,
    ClearAbsence,
    GetNames,
    ListStaff,
    NameDeputy,
    NamesFound,
    SetAbsence,
    Staff,
    StaffAdded,
    StaffFound,
)
from contracts.roles import MUNICIPAL, OFFICE_MANAGER, OPERATOR
from contracts.scopes import STAFF_READ
from gateway.api.blueprint import api
from gateway.ask import ask, caller, signed_in
from gateway.bodies import body
from gateway.described import described

_MANAGERS = (OFFICE_MANAGER, MUNICIPAL, OPERATOR)


@api.get("/staff")
@signed_in()
@described(ListStaff(partial=True), answers=StaffFound, refuses=(404,), scope=STAFF_READ)
def list_staff() -> Response:
    """Answer the staff of my office, or of `?office_id=`."""
    return jsonify(
        ask("accounts", "list_staff", {"office_id": request.args.get("office_id") or caller().office_id})
    )


@api.post("/staff")
@signed_in()
@described(AddStaff, answers=StaffAdded, status=201, roles=_MANAGERS, refuses=(404,))
def add_staff() -> tuple[Response, int]:
    """Add somebody to my office and invite them."""
    return jsonify(ask("accounts", "add_staff", body())), 201


@api.post("/staff/<membership_id>/suspension")
@signed_in()
@described(ChangeStaff, answers=Staff, roles=_MANAGERS)
def suspend_staff(membership_id: str) -> Response:
    """Let somebody in no more, at once and everywhere."""
    return jsonify(ask("accounts", "suspend_staff", body(membership_id=membership_id)))


@api.delete("/staff/<membership_id>/suspension")
@signed_in()
@described(ChangeStaff, answers=Staff, roles=_MANAGERS)
def restore_staff(membership_id: str) -> Response:
    """Let somebody in again."""
    return jsonify(ask("accounts", "restore_staff", body(membership_id=membership_id)))


@api.post("/staff/<membership_id>/invitation")
@signed_in()
@described(ChangeStaff, answers=Staff, roles=_MANAGERS)
def invite_staff(membership_id: str) -> Response:
    """Make a new invitation: for the first password, or for a forgotten one."""
    return jsonify(ask("accounts", "invite_staff", body(membership_id=membership_id)))


@api.put("/staff/<membership_id>/email")
@signed_in()
@described(ChangeEmail, answers=Staff, roles=_MANAGERS)
def change_email(membership_id: str) -> Response:
    """Put somebody's address right."""
    return jsonify(ask("accounts", "change_email", body(membership_id=membership_id)))


@api.delete("/staff/<membership_id>/second-factor")
@signed_in()
@described(ChangeStaff, answers=Staff, roles=_MANAGERS)
def reset_second_factor(membership_id: str) -> Response:
    """End the second factor of somebody who has lost it; they are told when they sign in next."""
    return jsonify(ask("accounts", "reset_second_factor", body(membership_id=membership_id)))


@api.put("/staff/<membership_id>/deputy")
@signed_in()
@described(NameDeputy, answers=Staff)
def name_deputy(membership_id: str) -> Response:
    """Say who stands in; `deputy_id` null ends it."""
    return jsonify(ask("accounts", "name_deputy", body(membership_id=membership_id)))


@api.put("/staff/<membership_id>/management")
@signed_in()
@described(ChangeStaff, answers=Staff, roles=_MANAGERS)
def name_manager(membership_id: str) -> Response:
    """Make somebody the office's manager."""
    return jsonify(ask("accounts", "name_manager", body(membership_id=membership_id)))


@api.post("/staff/<membership_id>/absences")
@signed_in()
@described(SetAbsence, answers=AbsenceSet, status=201)
def set_absence(membership_id: str) -> tuple[Response, int]:
    """Say from when until when somebody is away."""
    return jsonify(ask("accounts", "set_absence", body(membership_id=membership_id))), 201


@api.delete("/absences/<absence_id>")
@signed_in()
@described(ClearAbsence, answers=Staff)
def clear_absence(absence_id: str) -> Response:
    """Take an absence back."""
    return jsonify(ask("accounts", "clear_absence", body(absence_id=absence_id)))


@api.get("/names")
@signed_in()
@described(GetNames, answers=NamesFound, scope=STAFF_READ)
def get_names() -> Response:
    """Answer {account_id: name} for `?account_ids=`, as often as needed."""
    return jsonify(ask("accounts", "get_names", {"account_ids": request.args.getlist("account_ids")}))
