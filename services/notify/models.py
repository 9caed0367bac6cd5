"""The tables of notify. Nothing here names or describes a person: accounts and handoffs by id only."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    and_,
    text,
)

from chassis.columns import Id, Json, Moment
from chassis.tables import service_metadata

metadata = service_metadata()

# The copy of directory's and accounts' facts. `version` counts every change that a ladder may feel.
office = Table(
    "office",
    metadata,
    Column("office_id", Id, primary_key=True),
    Column("name", String(300), nullable=False, server_default=""),
    Column("hours", Json),
    Column("hours_revision", BigInteger, nullable=False, server_default=text("-1")),
    Column("staffing", Json),
    Column("staffing_revision", BigInteger, nullable=False, server_default=text("-1")),
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

# The last number given to a reader ("account:…" or "office:…"). Locked while a number is taken, so
# that the numbers of one reader have no gap and are committed in order.
reader = Table(
    "reader",
    metadata,
    Column("reader", String(45), primary_key=True),
    Column("last_seq", BigInteger, nullable=False),
)

inbox_item = Table(
    "inbox_item",
    metadata,
    Column("item_id", Id, primary_key=True),
    Column("reader", String(45), nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("alert_id", Id, ForeignKey("alert.alert_id"), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("about", String(20), nullable=False),
    Column("rung", Integer, nullable=False),
    Column("role", String(20), nullable=False),
    Column("office_id", Id),
    Column("arrived_at", Moment, nullable=False),
    Column("read_at", Moment),
    UniqueConstraint("reader", "seq"),
    UniqueConstraint("alert_id", "reader", "kind", "about"),
)

_is_unread = inbox_item.c.read_at.is_(None)
Index(
    "ix_inbox_item_unread",
    inbox_item.c.reader,
    inbox_item.c.office_id,
    inbox_item.c.seq,
    postgresql_where=_is_unread,
    sqlite_where=_is_unread,
)

delivery = Table(
    "delivery",
    metadata,
    Column("delivery_id", Id, primary_key=True),
    Column("alert_id", Id, ForeignKey("alert.alert_id"), nullable=False, index=True),
    Column("account_id", Id, nullable=False),
    Column("rung", Integer, nullable=False),
    Column("channel", String(10), nullable=False),
    Column("state", String(10), nullable=False),  # queued, sent, failed, cancelled
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("queued_at", Moment, nullable=False),
    Column("next_try_at", Moment),
    Column("leased_until", Moment),
    Column("sent_at", Moment),
    Column("reason", String(60)),
    # Until when it may be kept for its reader's wishes; none when it breaks through them.
    Column("latest_at", Moment),
    # By which letter it went out: that of several deliveries at once has an id of its own.
    Column("letter_id", Id),
)
_is_queued = delivery.c.state == text("'queued'")
Index("ix_delivery_due", delivery.c.next_try_at, postgresql_where=_is_queued, sqlite_where=_is_queued)

# Every try and its outcome, never changed.
delivery_log = Table(
    "delivery_log",
    metadata,
    Column("log_id", Id, primary_key=True),
    Column("delivery_id", Id, ForeignKey("delivery.delivery_id"), nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("outcome", String(10), nullable=False),  # sent, delayed, failed, cancelled
    Column("reason", String(60)),
)
_is_given_up = delivery_log.c.outcome == text("'failed'")
Index(
    "ix_delivery_log_failed",
    delivery_log.c.log_id,
    postgresql_where=_is_given_up,
    sqlite_where=_is_given_up,
)

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

# The last test that somebody made of a channel of their own.
channel_test = Table(
    "channel_test",
    metadata,
    Column("account_id", Id, primary_key=True),
    Column("channel", String(10), primary_key=True),
    Column("tested_at", Moment, nullable=False),
    Column("reason", String(60)),  # why it failed; none when it was sent, or is being sent
)

# A browser of somebody's that shows what its maker's push service brings. `closed` is its encrypted address.
device = Table(
    "device",
    metadata,
    Column("device_id", Id, primary_key=True),
    Column("account_id", Id, nullable=False, index=True),
    Column("endpoint_hash", String(64), nullable=False, unique=True),
    Column("closed", Text, nullable=False),
    Column("closed_with", String(16), nullable=False),
    Column("key_id", Id, ForeignKey("push_key.key_id"), nullable=False),
    Column("browser", String(20), nullable=False),
    Column("system", String(20), nullable=False),
    Column("language", String(5), nullable=False),
    Column("added_at", Moment, nullable=False),
    Column("last_sent_at", Moment),
)

# The keys by which push services know this instance. A browser takes messages signed with the one that it
# was told of, so earlier ones stay as long as there is such a browser.
push_key = Table(
    "push_key",
    metadata,
    Column("key_id", Id, primary_key=True),
    Column("public", String(100), nullable=False, unique=True),
    Column("closed", Text, nullable=False),  # the private half
    Column("closed_with", String(16), nullable=False),
    # A ring that has got a newer key gets a pair of its own.
    Column("made_with", String(16), nullable=False, unique=True),
)

# In which order somebody wants to be told, by urgency: what has the same rank at once, the next when all
# of these have failed. Without any row, all at once.
channel_rank = Table(
    "channel_rank",
    metadata,
    Column("account_id", Id, primary_key=True),
    Column("urgency", String(10), primary_key=True),
    Column("channel", String(10), primary_key=True),
    Column("rank", Integer, nullable=False),
)

# When somebody wants to be written to: a `Wishes` of the contract, whole. `digest_at` stands beside it for an
# index; `office_id` is where it was wished: the working days of that office count for it.
wish = Table(
    "wish",
    metadata,
    Column("account_id", Id, primary_key=True),
    Column("content", Json, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("digest_at", String(5)),
    Column("office_id", Id),
)
_has_digest = wish.c.digest_at.is_not(None)
Index("ix_wish_digest", wish.c.digest_at, postgresql_where=_has_digest, sqlite_where=_has_digest)

# The last day for which it was decided whether somebody (`digest`) or a desk (`list`) is written to. It never
# goes back.
daily_turn = Table(
    "daily_turn",
    metadata,
    Column("kind", String(10), primary_key=True),
    Column("of_id", Id, primary_key=True),
    Column("day", Date, nullable=False),
)

# A letter of a day about what is open. What it says is looked up when it is sent.
daily_letter = Table(
    "daily_letter",
    metadata,
    Column("letter_id", Id, primary_key=True),
    Column("kind", String(10), nullable=False),
    Column("account_id", Id, nullable=False),
    Column("office_id", Id, nullable=False),
    Column("day", Date, nullable=False),
    Column("state", String(10), nullable=False),  # queued, sent, failed, dropped (nothing was open any more)
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("queued_at", Moment, nullable=False),
    Column("next_try_at", Moment),
    Column("leased_until", Moment),
    Column("sent_at", Moment),
    Column("reason", String(60)),
    UniqueConstraint("kind", "account_id", "office_id", "day"),
)
_is_waiting = daily_letter.c.state == text("'queued'")
Index(
    "ix_daily_letter_due",
    daily_letter.c.next_try_at,
    postgresql_where=_is_waiting,
    sqlite_where=_is_waiting,
)

# When a desk wants its list of what nobody has answered; 9:00 without a row.
desk_list = Table(
    "desk_list",
    metadata,
    Column("desk_id", Id, primary_key=True),
    Column("lists_at", String(5), nullable=False),
    Column("changed_by", Id, nullable=False),
    Column("changed_at", Moment, nullable=False),
)

# The letters that somebody has had of late on a channel, so that a burst becomes few.
burst = Table(
    "burst",
    metadata,
    Column("account_id", Id, primary_key=True),
    Column("channel", String(10), primary_key=True),
    Column("began_at", Moment, nullable=False),
    Column("letters", Integer, nullable=False),
)
