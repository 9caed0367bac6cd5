"""Discharge notes: writing one, sending it, and the draft as answered."""

from marshmallow import Schema, fields, validate

from contracts.fields import Content, Id, Moment
from contracts.sharing.handoffs import DISCHARGE_NOTE, URGENCIES
from contracts.sharing.persons import PersonOfNote
from contracts.sharing.stays import Stay


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
    content = Content(DISCHARGE_NOTE, required=True)


class SendNote(Schema):
    """`send_note` (discharge_planner) → Handoff. Sends `content`, or the saved draft when it is not given.

    With `later` (あとで追記) gaps are allowed. Conflict("consent_missing" | "stay_cancelled" |
    "receiver_missing" | "sent_meanwhile"), Invalid with codes by field, `required` for a gap. A handoff of
    the same stay that is still open is superseded.
    """

    stay_id = Id(required=True)
    content = Content(DISCHARGE_NOTE, load_default=None, allow_none=True)
    urgency = fields.String(load_default="today", validate=validate.OneOf(URGENCIES))
    later = fields.Boolean(load_default=False)


class Receiver(Schema):
    """Who will have to answer. `kind` = care_manager | office (FAX and telephone) | desk | none."""

    kind = fields.String()
    office_id = Id(allow_none=True)
    account_id = Id(allow_none=True)
    desk_id = Id(allow_none=True)


class Origin(Schema):
    """Where the value of one path came from, and when it was edited or emptied."""

    from_ = fields.String(data_key="from")  # person | stay | hospital | today | note
    at = Moment()
    by = fields.String()
    edited_at = Moment()
    edited_by = fields.String()
    cleared_at = Moment()


class Draft(Schema):
    """A note while it is written. In a DraftRow: `person`, `planned_at`, and `missing` as a number.

    `sources` says of each filled path where its value came from: {"from": person | stay | hospital | today |
    note, "at", "by"}, after a change also `edited_at`, `edited_by`; {"cleared_at"} when it was emptied.
    """

    stay_id = Id()
    form = fields.String()
    revision = fields.Integer()
    content = Content(DISCHARGE_NOTE)
    sources = fields.Dict(keys=fields.String(), values=fields.Nested(Origin))
    saved_at = Moment()
    saved_by = Id()
    saved_by_name = fields.String()


class NotePage(Schema):
    """The page to write. `missing` holds paths; `version` is the one that would be sent."""

    form = fields.String()
    stay = fields.Nested(Stay)
    person = fields.Nested(PersonOfNote)
    draft = fields.Nested(Draft)
    sources = fields.Dict(keys=fields.String(), values=fields.Nested(Origin))
    missing = fields.List(fields.String())
    receiver = fields.Nested(Receiver)
    version = fields.Integer()
    open_handoff_id = Id(allow_none=True)


class DraftSaved(Schema):
    """The draft after saving; `errors` maps the path of a refused value to its codes."""

    draft = fields.Nested(Draft)
    missing = fields.List(fields.String())
    errors = fields.Dict(keys=fields.String(), values=fields.List(fields.String()))
