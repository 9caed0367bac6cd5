"""What is in the inbox of a person or an office."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table, UniqueConstraint

from chassis.columns import Id, Moment
from services.notify.models.base import metadata

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
