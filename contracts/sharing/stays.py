"""Stays in a hospital: admission, plan, discharge, and a stay as answered."""

from marshmallow import Schema, fields, validate

from contracts.fields import Id, Moment, Text


class AdmitPerson(Schema):
    """`admit_person` (discharge_planner) → Stay at the caller's hospital. Conflict("already_admitted")."""

    person_id = Id(required=True)
    admitted_at = Moment(required=True)
    ward = Text(40, load_default="")
    room = Text(20, load_default="")
    cause = Text(400, load_default="")  # 入院原因疾患


class ReviseStay(Schema):
    """`revise_stay` → Stay, one revision later. Only given fields change.

    `revision` must be the present one: Conflict("stay_changed").
    """

    stay_id = Id(required=True)
    revision = fields.Integer(required=True)
    admitted_at = Moment()
    ward = Text(40)
    room = Text(20)
    cause = Text(400)


class PlanDischarge(Schema):
    """`plan_discharge` → Stay. May be repeated: the plan moves. Conflict("already_discharged")."""

    stay_id = Id(required=True)
    planned_at = Moment(required=True)
    destination = fields.String(
        load_default="home", validate=validate.OneOf(["home", "facility", "hospital", "other"])
    )


class DischargePerson(Schema):
    """`discharge_person` → Stay. May be repeated: the moment is corrected."""

    stay_id = Id(required=True)
    discharged_at = Moment(required=True)


class CancelStay(Schema):
    """`cancel_stay` → Stay. Open handoffs of it are recalled. Conflict("stay_cancelled")."""

    stay_id = Id(required=True)


class Stay(Schema):
    """A stay in a hospital."""

    stay_id = Id()
    person_id = Id()
    hospital_id = Id()
    hospital_name = fields.String()
    municipality = fields.String()
    state = fields.String()  # admitted | discharge_planned | discharged | cancelled
    revision = fields.Integer()
    admitted_at = Moment()
    planned_at = Moment(allow_none=True)
    destination = fields.String(allow_none=True)  # labels: contracts.forms.codes("destination")
    discharged_at = Moment(allow_none=True)
    cancelled_at = Moment(allow_none=True)
    ward = fields.String()
    room = fields.String()
    cause = fields.String()
    changed_by = Id()
    changed_by_name = fields.String()
    changed_at = Moment()
