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
# A ladder's rungs; on the last one whoever sent the note is asked to look after it.
RUNGS = 4


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
# Persons, consent, team. Staff of an office see a person when that office entered the person, when their
# hospital has or had a stay of the person, or when they are on the team and a consent is valid; everybody
# else gets NotFound.


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
    """`list_persons` → {"persons": [PersonRow, …], "total", "page_size"}, by kana.

    Those whom my office may see. `text` is part of the name, or of its reading in any kana. A PersonRow
    is a Person without lists, with `consent` (in force, or None), `care_manager` (a team member, or None).
    """

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
    """`withdraw_consent` → Person. Reads and sends stop at once; open handoffs that no other consent carries
    are recalled. Conflict("already_withdrawn")."""

    person_id = Id(required=True)
    consent_id = Id(required=True)


class SetCareManager(Schema):
    """`set_care_manager` → Person. `account_id` None = the office has no member (FAX and telephone).

    Invalid with `office_id: unknown_office` or `account_id: not_a_member`.
    """

    person_id = Id(required=True)
    office_id = Id(required=True)
    account_id = Id(required=True, allow_none=True)


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


class GetNote(Schema):
    """`get_note` (discharge_planner) → the page to write.

    {"form": "discharge_note.r6", "stay": Stay, "person": Person, "draft": Draft, "sources",
    "missing": [path…], "receiver": Receiver, "version": int, "open_handoff_id": id | None}.
    Makes a prefilled draft when none is there; what nobody has touched follows its record.
    Conflict("consent_missing" | "stay_cancelled"): nothing is saved.
    """

    stay_id = Id(required=True)


class SaveDraft(Schema):
    """`save_draft` → {"draft": Draft, "missing": [path…], "errors": {path: [code…]}}.

    `content` holds any part: an absent path stays as it was, an empty one is cleared, a wrong one is
    refused in `errors` and the rest is kept. `revision` guards against two windows:
    Conflict("draft_changed"). See `contracts.forms` for the form, its kinds and codes.
    """

    stay_id = Id(required=True)
    revision = fields.Integer(load_default=None, allow_none=True)
    content = fields.Dict(required=True)


class SendNote(Schema):
    """`send_note` (discharge_planner) → Handoff. Sends `content`, or the saved draft when it is not given.

    With `later` (あとで追記) gaps are allowed. Conflict("consent_missing" | "stay_cancelled" |
    "receiver_missing" | "sent_meanwhile"), Invalid with codes by field, `required` for a gap. A handoff of
    the same stay that is still open is superseded.
    """

    stay_id = Id(required=True)
    content = fields.Dict(load_default=None, allow_none=True)
    urgency = fields.String(load_default="today", validate=validate.OneOf(URGENCIES))
    later = fields.Boolean(load_default=False)


class GetHandoff(Schema):
    """`get_handoff` → Handoff with note, person, stay, history. Access is checked and logged now.

    The first opening on the receiving side makes it `seen`. For that side a recalled one has neither note
    nor person. Without valid consent the sender sees the state, and `note` is None.
    """

    handoff_id = Id(required=True)


class ListHandoffs(Schema):
    """`list_handoffs` → {"handoffs": [HandoffRow, …], "stays": [StayRow, …], "drafts": [DraftRow, …], …}.

    `board` = "sent" (my hospital's; planner, office_manager) or "received" (what my office or I hold or
    held; care_manager, office_manager, desk). `mine` leaves what has to do with me; `handoff_ids` leaves
    these alone, for an inbox page; `part` leaves one of the lists. What is open or younger than 30 days is
    shown, in pages: `page` of the handoffs and `stays_page` of the stays; "more" tells for each whether
    another follows. "sent" begins with what the sender has to look after, then what waits for an answer,
    what is answered, what is over; `show` leaves one of these groups, and "counts" has the number of each
    and of the stays, on all pages.
    A HandoffRow is a Handoff without note and history; "received" leaves out recalled and superseded ones.
    """

    board = fields.String(required=True, validate=validate.OneOf(["sent", "received"]))
    handoff_ids = fields.List(Id(), load_default=None, allow_none=True, validate=validate.Length(max=200))
    mine = fields.Boolean(load_default=False)
    part = fields.String(load_default="", validate=validate.OneOf(["", "handoffs", "stays"]))
    show = fields.String(load_default="", validate=validate.OneOf(["", "needs", "waiting", "done", "over"]))
    page = fields.Integer(load_default=1, validate=validate.Range(1, 10_000))
    stays_page = fields.Integer(load_default=1, validate=validate.Range(1, 10_000))
    page_size = fields.Integer(load_default=300, validate=validate.Range(1, 300))


class AnswerHandoff(Schema):
    """`acknowledge_handoff`, `accept_handoff`, `complete_handoff` (receiving side) → Handoff.

    Conflict("is_<state>") when the present state does not allow it; who has acknowledged may say so again.
    """

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
    """`list_accesses` (auditor) → {"accesses": [...], "page_size", "sealed_until", "unsealed"}; newest first.

    Accesses by offices of the auditor's municipality: at, account_id, office_id, role, action, kind, ids.
    """

    page = fields.Integer(load_default=1, validate=validate.Range(1, 10_000))


# Answers -------------------------------------------------------------------------------------


class Person(Schema):
    """A person as answered to those who may see them."""

    person_id = Id()
    name = fields.String()  # 鈴木 一郎
    kana = fields.String()  # スズキ イチロウ
    family_name = fields.String()
    given_name = fields.String()
    family_kana = fields.String()
    given_kana = fields.String()
    birth_date = fields.Date()
    age = fields.Integer()
    sex = fields.String()
    municipality = fields.String()
    address = fields.String()
    phone = fields.String()
    care_level = fields.String()  # labels: contracts.forms.codes("care_level")
    care_level_until = fields.Date(allow_none=True)
    consent = fields.Dict(allow_none=True)  # the one in force: consent_id, valid_from, valid_until, scope …
    consents = fields.List(fields.Dict())  # all, newest first, each with is_valid
    team = fields.List(fields.Dict())  # [{office_id, account_id, role: author | care_manager, since_at}]
    stays = fields.List(fields.Dict())


class Stay(Schema):
    """A stay. In a StayRow also `person`, `care_office_id`, `care_manager_id`."""

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


class Receiver(Schema):
    """Who will have to answer. `kind` = care_manager | office (FAX and telephone) | desk | none."""

    kind = fields.String()
    office_id = Id(allow_none=True)
    account_id = Id(allow_none=True)
    desk_id = Id(allow_none=True)


class Draft(Schema):
    """A note while it is written. In a DraftRow: `person`, `planned_at`, and `missing` as a number.

    `sources` says of each filled path where its value came from: {"from": person | stay | hospital | today |
    note, "at", "by"}, after a change also `edited_at`, `edited_by`; {"cleared_at"} when it was emptied.
    """

    stay_id = Id()
    form = fields.String()
    revision = fields.Integer()
    content = fields.Dict()
    sources = fields.Dict()
    saved_at = Moment()
    saved_by = Id()
    saved_by_name = fields.String()


class Handoff(Schema):
    """A handoff as it is answered; times are UTC. Only `get_handoff` carries note, history and readers."""

    handoff_id = Id()
    code = fields.String()  # 4 + 3 characters, to be said by telephone: K4M7-2PX
    state = fields.String()
    urgency = fields.String()
    stay_id = Id()
    side = fields.String()  # from which the caller sees it: sender | receiver
    person = fields.Dict()  # a Person without lists
    stay = fields.Dict()
    has_consent = fields.Boolean()
    version = fields.Integer()
    from_office_id = Id()
    from_account_id = Id()
    from_office_name = fields.String()
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
    ended_at = Moment(allow_none=True)  # declined, recalled, superseded or completed
    superseded_by_id = Id(allow_none=True)
    ladder = fields.List(fields.Dict())  # rungs of AlertRaised, current one marked `is_current`
    rung = fields.Integer()  # 0 = no alert yet
    hours_are_provisional = fields.Boolean()
    next_at = Moment(allow_none=True)
    may = fields.List(fields.String())  # acknowledge | accept | decline | complete | recall | supersede
    note = fields.Dict(allow_none=True)  # note_id, version, form, content, is_partial, missing, written_…
    changed = fields.List(fields.String())  # paths that differ from the version before
    # [{state, at, actor_id, actor_name, office_id, rung, words}], oldest first. `words` are free text; of
    # `recalled` they may be the code consent_withdrawn or stay_cancelled.
    history = fields.List(fields.Dict())
    readers = fields.List(fields.Dict())  # for the sender: [{account_id, office_id, name, first_read_at}]
