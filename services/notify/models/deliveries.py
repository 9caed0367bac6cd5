"""What goes out to people, when they wish it, and what they are told once a day."""

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, String, Table, UniqueConstraint, text

from chassis.columns import Id, Json, Moment
from services.notify.models.base import metadata

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
Index("ix_delivery_whose", delivery.c.account_id, postgresql_where=_is_queued, sqlite_where=_is_queued)
_is_of_several = delivery.c.letter_id != delivery.c.delivery_id
Index(
    "ix_delivery_letter_id",
    delivery.c.letter_id,
    postgresql_where=_is_of_several,
    sqlite_where=_is_of_several,
)

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

# When somebody wants to be written to: a `Wishes` of the contract, whole. `digest_at` stands beside it for an
# index; `office_id` is where it was wished: the working days of that office count for it, while they work
# there.
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

# The letters that somebody has had of late on a channel, so that a burst becomes few.
burst = Table(
    "burst",
    metadata,
    Column("account_id", Id, primary_key=True),
    Column("channel", String(10), primary_key=True),
    Column("began_at", Moment, nullable=False),
    Column("letters", Integer, nullable=False),
)

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
