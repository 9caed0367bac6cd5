"""What others may know of events: its facts and its questions."""

from marshmallow import Schema, fields

from contracts.fact import Fact
from contracts.fields import Id, Moment


class ConferenceProposed(Fact):
    """A discharge is planned, so a 退院前カンファレンス is proposed; no date is fixed yet."""

    subject = "conference_id"
    heard_by = ()

    conference_id = Id(required=True)
    stay_id = Id(required=True)
    hospital_id = Id(required=True)
    care_office_id = Id(allow_none=True, load_default=None)
    hold_before = Moment(required=True)


class ConferenceWithdrawn(Fact):
    """The stay was cancelled or ended, so the proposal is void."""

    subject = "conference_id"
    heard_by = ()

    conference_id = Id(required=True)
    stay_id = Id(required=True)


class ListConferences(Schema):
    """`list_conferences` → {"conferences": [Conference, …]} of the office in which I act, soonest first."""


class Conference(Schema):
    """A 退院前カンファレンス as both boards show it; the person's name comes from sharing."""

    conference_id = Id()
    stay_id = Id()
    state = fields.String()  # proposed | withdrawn
    hospital_id = Id()
    care_office_id = Id(allow_none=True)
    hold_before = Moment()
    proposed_at = Moment()


class ConferencesFound(Schema):
    """The conferences of one office, soonest first."""

    conferences = fields.List(fields.Nested(Conference))
