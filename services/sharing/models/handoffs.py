"""Handoffs: one sent note, who has to answer for it, and all that happened to it."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table

from chassis.columns import Id, Json, Moment
from services.sharing.models.base import metadata

handoff = Table(
    "handoff",
    metadata,
    Column("handoff_id", Id, primary_key=True),
    Column("code", String(8), nullable=False, unique=True),
    Column("note_id", Id, ForeignKey("note.note_id"), nullable=False),
    Column("stay_id", Id, ForeignKey("stay.stay_id"), nullable=False, index=True),
    Column("person_id", Id, ForeignKey("person.person_id"), nullable=False, index=True),
    Column("municipality", String(6), nullable=False),
    Column("version", Integer, nullable=False),
    Column("state", String(20), nullable=False),
    Column("urgency", String(10), nullable=False),
    Column("from_office_id", Id, nullable=False),
    Column("from_office_name", String(200), nullable=False),
    Column("from_account_id", Id, nullable=False),
    Column("from_name", String(60), nullable=False),
    Column("to_office_id", Id),
    Column("to_account_id", Id),
    Column("desk_id", Id),
    Column("sent_at", Moment, nullable=False),
    Column("delivered_at", Moment),
    Column("seen_at", Moment),
    Column("acknowledged_at", Moment),
    Column("acknowledged_by", Id),
    Column("acknowledged_by_name", String(60)),
    Column("acknowledged_office_id", Id),
    Column("accepted_at", Moment),
    Column("declined_at", Moment),
    Column("decline_reason", String(20)),
    Column("ended_at", Moment),
    Column("superseded_by_id", Id),
    Column("changed", Json, nullable=False),
    # The ladder as notify told it: `plan` counts its plans, `rung` is the one that is asked (0 = none yet).
    Column("plan", Integer, nullable=False),
    Column("rungs", Json, nullable=False),
    Column("rung", Integer, nullable=False),
    Column("next_at", Moment),
    Column("hours_are_provisional", Boolean, nullable=False),
)
Index("ix_handoff_from_office_id_sent_at", handoff.c.from_office_id, handoff.c.sent_at)
Index("ix_handoff_to_office_id_sent_at", handoff.c.to_office_id, handoff.c.sent_at)
Index("ix_handoff_desk_id_sent_at", handoff.c.desk_id, handoff.c.sent_at)

handoff_event = Table(
    "handoff_event",
    metadata,
    Column("event_id", Id, primary_key=True),
    Column("handoff_id", Id, ForeignKey("handoff.handoff_id"), nullable=False, index=True),
    Column("state", String(20), nullable=False),
    Column("at", Moment, nullable=False),
    Column("actor_id", Id),
    Column("actor_name", String(60)),
    Column("office_id", Id),
    Column("rung", Integer),
    Column("words", String(400), nullable=False),
)

# Whom the ladder has reached: an account at an office, or (`holder` names the office) all of a desk.
handoff_holder = Table(
    "handoff_holder",
    metadata,
    Column("handoff_id", Id, ForeignKey("handoff.handoff_id"), primary_key=True),
    Column("holder", Id, primary_key=True),
    Column("office_id", Id, nullable=False),
    Column("account_id", Id),
    Column("rung", Integer, nullable=False),
)
Index("ix_handoff_holder_office_id", handoff_holder.c.office_id, handoff_holder.c.account_id)

handoff_reader = Table(
    "handoff_reader",
    metadata,
    Column("handoff_id", Id, ForeignKey("handoff.handoff_id"), primary_key=True),
    Column("account_id", Id, primary_key=True),
    Column("office_id", Id, nullable=False),
    Column("name", String(60), nullable=False),
    Column("first_read_at", Moment, nullable=False),
)
