"""Discharge notes: one draft a stay while it is written, and versions that never change."""

from sqlalchemy import Boolean, Column, ForeignKey, Integer, String, Table, UniqueConstraint

from chassis.columns import Id, Json, Moment
from services.sharing.models.base import metadata

note_draft = Table(
    "note_draft",
    metadata,
    Column("stay_id", Id, ForeignKey("stay.stay_id"), primary_key=True),
    Column("form", String(40), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("content", Json, nullable=False),
    Column("sources", Json, nullable=False),
    Column("saved_by", Id, nullable=False),
    Column("saved_by_name", String(60), nullable=False),
    Column("saved_at", Moment, nullable=False),
)

note = Table(
    "note",
    metadata,
    Column("note_id", Id, primary_key=True),
    Column("stay_id", Id, ForeignKey("stay.stay_id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("supersedes_id", Id, ForeignKey("note.note_id")),
    Column("form", String(40), nullable=False),
    Column("content", Json, nullable=False),
    # Sent with gaps, to be completed by a later version (あとで追記).
    Column("is_partial", Boolean, nullable=False),
    Column("written_by", Id, nullable=False),
    Column("written_by_name", String(60), nullable=False),
    Column("written_at", Moment, nullable=False),
    # Two who send at the same moment cannot both write the next version.
    UniqueConstraint("stay_id", "version"),
)
