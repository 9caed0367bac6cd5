"""What others may know of sharing: its facts and its requests. No fact here names a person."""

from marshmallow import Schema, fields, validate

from contracts.fact import Fact
from contracts.fields import Id, Moment, MunicipalityCode, Text

URGENCIES = ("urgent", "today")
HANDOFF_STATES = (
    "draft",
    "sent",
    "delivered",
    "seen",
    "escalated",
    "overdue",
    "acknowledged",
    "accepted",
    "declined",
    "recalled",
    "superseded",
    "completed",
)
DECLINE_REASONS = ("full", "area", "person", "other")


class StayAdmitted(Fact):
    """Somebody was admitted; `stay_id` is the episode id of every later message."""

    subject = "stay_id"
    heard_by = ()

    stay_id = Id(required=True)
    hospital_id = Id(required=True)
    admitted_at = Moment(required=True)


class StayRevised(Fact):
    """The stay's data were corrected; `revision` in the envelope counts."""

    subject = "stay_id"
    heard_by = ()

    stay_id = Id(required=True)
    hospital_id = Id(required=True)


class StayCancelled(Fact):
    """The stay was entered by mistake."""

    subject = "stay_id"
    heard_by = ("events",)

    stay_id = Id(required=True)
    hospital_id = Id(required=True)


class DischargePlanned(Fact):
    """A day of discharge is in sight, or has moved (`revision`)."""

    subject = "stay_id"
    heard_by = ("events",)

    stay_id = Id(required=True)
    hospital_id = Id(required=True)
    planner_id = Id(required=True)
    care_office_id = Id(allow_none=True, load_default=None)
    care_manager_id = Id(allow_none=True, load_default=None)
    planned_at = Moment(required=True)


class StayDischarged(Fact):
    """The person has left the hospital."""

    subject = "stay_id"
    heard_by = ("events",)

    stay_id = Id(required=True)
    hospital_id = Id(required=True)
    discharged_at = Moment(required=True)


class DischargeNoted(Fact):
    """A discharge note was sent; somebody has to answer for it.

    Names who is responsible: account, office and desk, so that notify never decides it. An office
    without members has no `to_account_id`; a person without care manager has neither.
    """

    subject = "handoff_id"
    heard_by = ("notify",)

    handoff_id = Id(required=True)
    stay_id = Id(required=True)
    code = fields.String(required=True)
    urgency = fields.String(required=True, validate=validate.OneOf(URGENCIES))
    from_account_id = Id(required=True)
    from_office_id = Id(required=True)
    to_account_id = Id(allow_none=True, load_default=None)
    to_office_id = Id(allow_none=True, load_default=None)
    desk_id = Id(allow_none=True, load_default=None)
    noted_at = Moment(required=True)


class HandoffSeen(Fact):
    """Somebody on the receiving side opened it for the first time."""

    subject = "handoff_id"
    heard_by = ()

    handoff_id = Id(required=True)
    seen_by = Id(required=True)
    seen_at = Moment(required=True)


class HandoffAcknowledged(Fact):
    """A named person received it; every later rung on every channel is void."""

    subject = "handoff_id"
    heard_by = ("notify",)

    handoff_id = Id(required=True)
    acknowledged_by = Id(required=True)
    office_id = Id(required=True)
    acknowledged_at = Moment(required=True)


class HandoffAccepted(Fact):
    """The receiving office takes the person on (says acknowledged too, when that was not said before)."""

    subject = "handoff_id"
    heard_by = ("notify",)

    handoff_id = Id(required=True)
    accepted_by = Id(required=True)
    office_id = Id(required=True)
    accepted_at = Moment(required=True)


class HandoffDeclined(Fact):
    """The receiving office cannot take it; the sender has to act. `reason` is a code."""

    subject = "handoff_id"
    heard_by = ("notify",)

    handoff_id = Id(required=True)
    declined_by = Id(required=True)
    office_id = Id(required=True)
    reason = fields.String(required=True, validate=validate.OneOf(DECLINE_REASONS))
    declined_at = Moment(required=True)


class HandoffRecalled(Fact):
    """The sender took it back; it is to vanish from every inbox."""

    subject = "handoff_id"
    heard_by = ("notify",)

    handoff_id = Id(required=True)
    recalled_by = Id(required=True)
    recalled_at = Moment(required=True)


class HandoffSuperseded(Fact):
    """A newer version of the note took its place."""

    subject = "handoff_id"
    heard_by = ("notify",)

    handoff_id = Id(required=True)
    superseded_by_id = Id(required=True)
    superseded_at = Moment(required=True)


class HandoffCompleted(Fact):
    """What the note asked for is done."""

    subject = "handoff_id"
    heard_by = ()

    handoff_id = Id(required=True)
    completed_by = Id(required=True)
    completed_at = Moment(required=True)


# Requests ------------------------------------------------------------------------------------
# Persons, consent, team. Staff of an office see a person when they are on the team, or when their
# hospital has or had a stay of the person; everybody else gets NotFound.


class NewPerson(Schema):
    """`add_person` (discharge_planner, care_manager, desk) → Person. The writer's office joins the team."""

    family_name = Text(40, required=True)
    given_name = Text(40, required=True)
    family_kana = Text(40, required=True)
    given_kana = Text(40, required=True)
    birth_date = fields.Date(required=True)
    sex = fields.String(required=True, validate=validate.OneOf(["female", "male", "other", "unknown"]))
    municipality = MunicipalityCode(required=True)
    address = Text(200, load_default="")
    phone = Text(30, load_default="")
    care_level = fields.String(load_default="", validate=validate.Length(max=20))  # D4 code or status
    care_level_until = fields.Date(load_default=None, allow_none=True)


class SearchPersons(Schema):
    """`list_persons` → {"persons": [PersonRow, …], "total"}: those whom my office may see, by kana."""

    text = Text(40, load_default="")
    page = fields.Integer(load_default=1, validate=validate.Range(1, 10_000))


class GetPerson(Schema):
    """`get_person` → Person with `consents`, `team`, `stays`."""

    person_id = Id(required=True)


class GrantConsent(Schema):
    """`grant_consent` → Person. Who explained is the caller's office; `explained_by` names the person."""

    person_id = Id(required=True)
    purpose = fields.String(load_default="home_care_coordination")
    scope = fields.List(fields.String(), load_default=lambda: ["discharge_note", "stay"])
    explained_by = Text(60, required=True)
    given_by = fields.String(load_default="self", validate=validate.OneOf(["self", "family", "guardian"]))
    valid_from = fields.Date(required=True)
    valid_until = fields.Date(required=True)


class WithdrawConsent(Schema):
    """`withdraw_consent` → Person. Reads and sends stop at once; open handoffs are recalled."""

    person_id = Id(required=True)
    consent_id = Id(required=True)


class SetCareManager(Schema):
    """`set_care_manager` → Person. `account_id` None = the office has no member (FAX and telephone)."""

    person_id = Id(required=True)
    office_id = Id(required=True)
    account_id = Id(required=True, allow_none=True)


class AdmitPerson(Schema):
    """`admit_person` (discharge_planner) → Stay at the caller's hospital."""

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
    """`plan_discharge` → Stay. May be repeated: the plan moves."""

    stay_id = Id(required=True)
    planned_at = Moment(required=True)
    destination = fields.String(
        load_default="home", validate=validate.OneOf(["home", "facility", "hospital", "other"])
    )


class DischargePerson(Schema):
    """`discharge_person` → Stay."""

    stay_id = Id(required=True)
    discharged_at = Moment(required=True)


class CancelStay(Schema):
    """`cancel_stay` → Stay. Open handoffs of it are recalled."""

    stay_id = Id(required=True)


class GetNote(Schema):
    """`get_note` (discharge_planner) → the page to write: {"stay", "person", "draft": Draft, "sources",
    "missing": [path…], "receiver", "form": "discharge_note.r6"}.

    Makes a prefilled draft when none is there.
    """

    stay_id = Id(required=True)


class SaveDraft(Schema):
    """`save_draft` → {"draft": Draft, "missing": [path…]}. Any part may be missing; wrong values are refused
    by field and the rest is kept. `revision` guards against two windows: Conflict("draft_changed")."""

    stay_id = Id(required=True)
    revision = fields.Integer(load_default=None, allow_none=True)
    content = fields.Dict(required=True)


class SendNote(Schema):
    """`send_note` (discharge_planner) → Handoff. Sends `content`, or the saved draft when it is not given.

    With `later` (あとで追記) gaps are allowed. Conflict("consent_missing"), Conflict("stay_cancelled"),
    Invalid with a field per gap. A handoff of the same stay that is still open is superseded.
    """

    stay_id = Id(required=True)
    content = fields.Dict(load_default=None, allow_none=True)
    urgency = fields.String(load_default="today", validate=validate.OneOf(URGENCIES))
    later = fields.Boolean(load_default=False)


class GetHandoff(Schema):
    """`get_handoff` → Handoff with note, person, stay, history, ladder. Access is checked and logged now.

    The first opening on the receiving side makes it `seen`.
    """

    handoff_id = Id(required=True)


class ListHandoffs(Schema):
    """`list_handoffs` → {"handoffs": [HandoffRow, …], "stays": [StayRow, …], "drafts": [DraftRow, …]}.

    `board` = "sent" (my hospital's) or "received" (what my office or I hold or held).
    `handoff_ids` narrows "received" to these, for an inbox page.
    """

    board = fields.String(required=True, validate=validate.OneOf(["sent", "received"]))
    handoff_ids = fields.List(Id(), load_default=None, allow_none=True, validate=validate.Length(max=200))
    mine = fields.Boolean(load_default=False)


class AnswerHandoff(Schema):
    """`acknowledge_handoff`, `accept_handoff`, `complete_handoff` (receiving side) → Handoff."""

    handoff_id = Id(required=True)


class DeclineHandoff(Schema):
    """`decline_handoff` → Handoff."""

    handoff_id = Id(required=True)
    reason = fields.String(required=True, validate=validate.OneOf(DECLINE_REASONS))
    words = Text(400, load_default="")


class RecallHandoff(Schema):
    """`recall_handoff` (sending side) → Handoff, with `readers`: who had opened it and when."""

    handoff_id = Id(required=True)
    words = Text(400, load_default="")


class ListAccesses(Schema):
    """`list_accesses` (auditor) → {"accesses": [...], "sealed_until", "unsealed"}; newest first."""

    page = fields.Integer(load_default=1, validate=validate.Range(1, 10_000))


# Answers -------------------------------------------------------------------------------------


class Handoff(Schema):
    """A handoff as it is answered; times are UTC. Only `get_handoff` carries note, history and ladder."""

    handoff_id = Id()
    code = fields.String()  # 4 + 3 characters, to be said by telephone: K4M7-2PX
    state = fields.String()
    urgency = fields.String()
    stay_id = Id()
    person = fields.Dict()  # {person_id, name, kana, birth_date, sex, care_level, …}
    stay = fields.Dict()
    version = fields.Integer()
    from_office_id = Id()
    from_account_id = Id()
    from_name = fields.String()
    to_office_id = Id(allow_none=True)
    to_account_id = Id(allow_none=True)
    desk_id = Id(allow_none=True)
    sent_at = Moment()
    delivered_at = Moment(allow_none=True)
    seen_at = Moment(allow_none=True)
    acknowledged_at = Moment(allow_none=True)
    acknowledged_by = Id(allow_none=True)
    acknowledged_by_name = fields.String(allow_none=True)
    accepted_at = Moment(allow_none=True)
    declined_at = Moment(allow_none=True)
    decline_reason = fields.String(allow_none=True)
    ladder = fields.List(fields.Dict())  # rungs of AlertRaised, current one marked `is_current`
    rung = fields.Integer()
    next_at = Moment(allow_none=True)
    may = fields.List(fields.String())  # acknowledge | accept | decline | complete | recall | supersede
    note = fields.Dict()
    changed = fields.List(fields.String())  # paths that differ from the version before
    history = fields.List(fields.Dict())  # [{state, at, actor_id, actor_name, rung, words}]
    readers = fields.List(fields.Dict())
