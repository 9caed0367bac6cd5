"""By which channels people are reached."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table, Text

from chassis.columns import Id, Moment
from services.notify.models.base import metadata

# The last test that somebody made of a channel of their own.
channel_test = Table(
    "channel_test",
    metadata,
    Column("account_id", Id, primary_key=True),
    Column("channel", String(10), primary_key=True),
    Column("tested_at", Moment, nullable=False),
    Column("reason", String(60)),  # why it failed; none when it was sent, or is being sent
    Column("letter_id", Id, index=True),  # what names it when it comes back
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
