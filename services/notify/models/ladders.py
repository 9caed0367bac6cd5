"""Alerts and their ladders, the copies that these are planned from, and the rules of desks."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, String, Table, and_, text

from chassis.columns import Id, Json, Moment
from services.notify.models.base import metadata

# The copy of directory's and accounts' facts, and the office's rota, which is notify's own and stands here
# since every ladder needs it with the rest. `version` counts every change that a ladder may feel.
office = Table(
    "office",
    metadata,
    Column("office_id", Id, primary_key=True),
    Column("name", String(300), nullable=False, server_default=""),
    Column("hours", Json),
    Column("hours_revision", BigInteger, nullable=False, server_default=text("-1")),
    Column("staffing", Json),
    Column("staffing_revision", BigInteger, nullable=False, server_default=text("-1")),
    Column("rota", Json),
    Column("version", Integer, nullable=False, server_default=text("1")),
)

# One per handoff. When its end was heard before its note, a row without `raised_at` remembers that.
alert = Table(
    "alert",
    metadata,
    Column("alert_id", Id, primary_key=True),
    Column("handoff_id", Id, nullable=False, unique=True),
    Column("municipality", String(6), nullable=False, server_default=""),
    Column("stay_id", Id),
    Column("code", String(20), nullable=False, server_default=""),
    Column("urgency", String(10), nullable=False, server_default=""),
    Column("from_account_id", Id),
    Column("from_office_id", Id),
    Column("to_account_id", Id),
    Column("to_office_id", Id),
    Column("desk_id", Id),
    Column("noted_at", Moment),
    Column("raised_at", Moment),
    Column("ended_as", String(20)),
    Column("ended_at", Moment),
    # The ladder is one value, read and written whole; `current` counts its rungs from 1.
    Column("rungs", Json, nullable=False, server_default=text("'[]'")),
    Column("current", Integer, nullable=False, server_default=text("0")),
    Column("next_at", Moment),
    Column("overdue_at", Moment),
    Column("is_complete", Boolean, nullable=False, server_default=text("true")),
    Column("hours_are_provisional", Boolean, nullable=False, server_default=text("false")),
    Column("office_version", Integer, nullable=False, server_default=text("0")),
    Column("desk_version", Integer, nullable=False, server_default=text("0")),
    Column("revision", Integer, nullable=False, server_default=text("1")),
    # Who is at it, for the office in whose name. One at a time: a ladder is in one office only.
    Column("held_by", Id),
    Column("held_for_office_id", Id),
    Column("held_since", Moment),
    # The rule with which the ladder was begun: a version of its desk's, or 0, the one shipped at `noted_at`.
    Column("rule_version", Integer, nullable=False, server_default=text("0")),
)
_is_open = alert.c.ended_as.is_(None)
Index("ix_alert_due", alert.c.next_at, postgresql_where=_is_open, sqlite_where=_is_open)
Index("ix_alert_raised", alert.c.raised_at)
_is_recalled = alert.c.ended_as == text("'recalled'")
Index("ix_alert_recalled", alert.c.alert_id, postgresql_where=_is_recalled, sqlite_where=_is_recalled)
_is_held = and_(alert.c.held_by.is_not(None), _is_open)
Index("ix_alert_held", alert.c.held_by, postgresql_where=_is_held, sqlite_where=_is_held)

# When a handoff was first seen and first acknowledged, as its facts tell it: an alert keeps only its end.
# `…_office_s` is the receiving office's opening time since the alert was raised; none where it was unknown.
milestone = Table(
    "milestone",
    metadata,
    Column("handoff_id", Id, primary_key=True),
    Column("seen_at", Moment),
    Column("seen_office_s", Integer),
    Column("acknowledged_at", Moment),
    Column("acknowledged_office_s", Integer),
)

# Who took an alert for an office, let it go or handed it on; never changed.
taking = Table(
    "taking",
    metadata,
    Column("taking_id", Id, primary_key=True),
    Column("alert_id", Id, ForeignKey("alert.alert_id"), nullable=False, index=True),
    Column("office_id", Id, nullable=False),
    Column("what", String(10), nullable=False),  # taken, let_go, handed_on
    Column("actor_id", Id, nullable=False),
    Column("held_by", Id),  # by that; none when nobody has it
    Column("at", Moment, nullable=False),
)

# What a desk has made of a rule: every version, never changed. An empty `content` is the shipped rule.
rule_version = Table(
    "rule_version",
    metadata,
    Column("desk_id", Id, primary_key=True),
    Column("rule", String(40), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("content", Json, nullable=False),
    Column("valid_from", Moment, nullable=False),
    Column("changed_by", Id, nullable=False),
    Column("changed_at", Moment, nullable=False),
)
