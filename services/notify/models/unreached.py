"""What reached nobody, and what offices say without signing in."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, UniqueConstraint

from chassis.columns import Id, Moment
from services.notify.models.base import metadata

# What no channel outside has brought to the people of a rung, until somebody has spoken with them.
unreached = Table(
    "unreached",
    metadata,
    Column("alert_id", Id, ForeignKey("alert.alert_id"), primary_key=True),
    Column("rung", Integer, nullable=False),  # the first of which that was so
    Column("since", Moment, nullable=False),
    Column("reached_at", Moment),
    Column("refused_at", Moment),  # the office has sent back by FAX that it cannot
)
_nobody_called = unreached.c.reached_at.is_(None)
Index("ix_unreached_since", unreached.c.since, postgresql_where=_nobody_called, sqlite_where=_nobody_called)

# Telephone calls of the desk to those of a rung, never changed.
phone_call = Table(
    "phone_call",
    metadata,
    Column("call_id", Id, primary_key=True),
    Column("alert_id", Id, ForeignKey("alert.alert_id"), nullable=False, index=True),
    Column("rung", Integer, nullable=False),
    Column("office_id", Id),  # which was called
    Column("outcome", String(10), nullable=False),  # reached, no_answer, call_back
    Column("again_at", Moment),
    Column("called_by", Id, nullable=False),
    Column("called_at", Moment, nullable=False),
)

# What is in the links of letters, as SHA-256: whoever holds one may say once that the office has it.
link = Table(
    "link",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("alert_id", Id, ForeignKey("alert.alert_id"), nullable=False),
    Column("rung", Integer, nullable=False),
    Column("ends_at", Moment, nullable=False, index=True),
    Column("used_at", Moment),
)

# That an office has received what a rung was asked, said without signing in. It acknowledges nothing.
receipt = Table(
    "receipt",
    metadata,
    Column("receipt_id", Id, primary_key=True),
    Column("alert_id", Id, ForeignKey("alert.alert_id"), nullable=False),
    Column("rung", Integer, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("channel", String(10), nullable=False, server_default="link"),  # link, fax
    UniqueConstraint("alert_id", "rung"),
)

# Cover sheets of FAX. Of the return code that stands on one only its SHA-256 is kept.
fax_sheet = Table(
    "fax_sheet",
    metadata,
    Column("sheet_id", Id, primary_key=True),
    Column("alert_id", Id, ForeignKey("alert.alert_id"), nullable=False, index=True),
    Column("rung", Integer, nullable=False),
    Column("office_id", Id, nullable=False),  # to which it goes
    Column("code_hash", String(64), nullable=False, unique=True),
    Column("made_by", Id, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("ends_at", Moment, nullable=False),
    Column("outcome", String(10)),  # received, declined; none until it comes back
    Column("returned_by", Id),  # who has entered that
    Column("returned_at", Moment),
)
