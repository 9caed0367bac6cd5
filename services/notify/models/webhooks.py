"""Offices' own systems that are told of states of handoffs."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, UniqueConstraint, text

from chassis.columns import Id, Json, Moment
from services.notify.models.base import metadata

# An office's own system that is told of states of handoffs. The secret stays readable (ADR 25).
webhook = Table(
    "webhook",
    metadata,
    Column("webhook_id", Id, primary_key=True),
    Column("office_id", Id, nullable=False),
    Column("url", String(500), nullable=False),
    Column("states", Json, nullable=False),
    Column("secret", String(60), nullable=False),
    Column("made_by", Id, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("state", String(10), nullable=False),  # on, paused, restored, gone
    Column("failing_since", Moment),  # none after a success
    Column("failures", Integer, nullable=False, server_default=text("0")),
    Column("rest_until", Moment),  # after a failure nothing is sent there before
    Column("last_sent_at", Moment),
    Column("told_at", Moment),  # when the manager was told of the present trouble
    Column("lease", Id),  # whose turn it is to send there
    Column("leased_until", Moment),  # or when the last turn ended
    UniqueConstraint("office_id", "url"),
)

# What happened to a handoff, until it is known which offices it concerns: only its note tells.
webhook_event = Table(
    "webhook_event",
    metadata,
    Column("event_id", Id, primary_key=True),
    Column("handoff_id", Id, nullable=False),
    Column("what", String(20), nullable=False),
    Column("happened_at", Moment, nullable=False),
)

webhook_delivery = Table(
    "webhook_delivery",
    metadata,
    Column("delivery_id", Id, primary_key=True),
    Column(
        "webhook_id", Id, ForeignKey("webhook.webhook_id", ondelete="CASCADE"), nullable=False, index=True
    ),
    Column("handoff_id", Id),  # none for a test
    Column("code", String(20), nullable=False),
    Column("what", String(20), nullable=False),
    Column("happened_at", Moment, nullable=False),
    Column("state", String(10), nullable=False),  # queued, sent, failed
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("queued_at", Moment, nullable=False),
    Column("next_try_at", Moment),  # none for a test, which is sent by whoever asked for it
    Column("leased_until", Moment),  # of an earlier version; goes with the next change that is not additive
    Column("sent_at", Moment),
    Column("status", Integer),  # of the last answer
    Column("reason", String(60)),
)
_is_to_be_sent = webhook_delivery.c.state == text("'queued'")
Index(
    "ix_webhook_delivery_waiting",
    webhook_delivery.c.webhook_id,
    webhook_delivery.c.next_try_at,
    postgresql_where=_is_to_be_sent,
    sqlite_where=_is_to_be_sent,
)
