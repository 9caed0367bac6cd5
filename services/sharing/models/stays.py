"""Stays in a hospital, with every revision that ever was."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table

from chassis.columns import Id, Json, Moment
from services.sharing.models.base import metadata

stay = Table(
    "stay",
    metadata,
    Column("stay_id", Id, primary_key=True),
    Column("person_id", Id, ForeignKey("person.person_id"), nullable=False, index=True),
    Column("hospital_id", Id, nullable=False, index=True),
    Column("hospital_name", String(200), nullable=False),
    Column("municipality", String(6), nullable=False),
    Column("state", String(20), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("admitted_at", Moment, nullable=False),
    Column("planned_at", Moment),
    Column("destination", String(20)),
    Column("discharged_at", Moment),
    Column("cancelled_at", Moment),
    Column("ward", String(40), nullable=False),
    Column("room", String(20), nullable=False),
    Column("cause", String(400), nullable=False),
    Column("changed_by", Id, nullable=False),
    Column("changed_by_name", String(60), nullable=False),
    Column("changed_at", Moment, nullable=False),
)

stay_version = Table(
    "stay_version",
    metadata,
    Column("stay_id", Id, ForeignKey("stay.stay_id"), primary_key=True),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("content", Json, nullable=False),
    Column("changed_by", Id, nullable=False),
    Column("changed_by_name", String(60), nullable=False),
    Column("changed_at", Moment, nullable=False),
)
