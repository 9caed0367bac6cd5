"""What sharing tells the others. No fact here names a person."""

from marshmallow import fields, validate

from contracts.fact import Fact
from contracts.fields import Id, Moment
from contracts.sharing.handoffs import DECLINE_REASONS, URGENCIES


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
    heard_by = ("notify",)

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
    heard_by = ("notify",)

    handoff_id = Id(required=True)
    completed_by = Id(required=True)
    completed_at = Moment(required=True)
