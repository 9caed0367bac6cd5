"""What one process of a service holds: settings, database, clock, keys, outbox, relay, hints."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import MetaData

from chassis.audit import Audit
from chassis.auth import Signer, Verifier
from chassis.clock import Clock
from chassis.config import Settings
from chassis.db import Database
from chassis.hints import HintSender
from chassis.outbox import Outbox, Relay
from chassis.post import Post
from chassis.publish import BatchPublisher
from chassis.slots import Slots

SLOTS = 8


@dataclass
class Context:
    """Built once per process by `chassis.runner`; every worker sees the same."""

    settings: Settings
    clock: Clock
    verifier: Verifier
    signer: Signer
    hints: HintSender
    post: Post
    db: Database | None = None
    metadata: MetaData | None = None
    relay: Relay | None = None
    outbox: Outbox | None = None
    audit: Audit | None = None
    # Failed messages go on by this publisher, one at a time under its lock.
    forward: BatchPublisher | None = None
    forward_lock: Any = None
    # What else this service tells of how it stands: (tx, now) -> figures.
    own_figures: Callable[[Any, datetime], Any] = lambda tx, now: ()
    # What keeps the process from working, as /ready says it.
    faults: Callable[[], list[str]] = list
    # What is done beside messages and loops.
    slots: Slots = field(default_factory=lambda: Slots(SLOTS))
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    heard_at: datetime | None = None

    def table(self, name: str) -> Any:
        """Return one of the service's tables."""
        assert self.metadata is not None
        return self.metadata.tables[name]


def build(settings: Settings, metadata: MetaData | None) -> Context:
    """Return the context of a process; without `metadata` (the gateway) it has no database."""
    post = Post(settings.amqp_url)
    context = Context(
        settings=settings,
        clock=Clock(settings.clock_file if settings.may_move_clock else None),
        verifier=Verifier.from_folder(settings.keys),
        signer=Signer.from_folder(settings.service, settings.keys),
        hints=HintSender(post),
        post=post,
    )
    if metadata is not None:
        _add_database(context, metadata)
    return context


def _add_database(context: Context, metadata: MetaData) -> None:
    settings = context.settings
    db = Database(settings.database_url, pool_size=settings.max_workers + 6)
    table = metadata.tables["outbox"]
    context.db = db
    context.metadata = metadata
    context.relay = Relay(settings.service, db, table, context.post)
    context.outbox = Outbox(settings.service, table, context.clock, context.relay)
    context.audit = Audit(metadata.tables["access_log"])
    context.forward = BatchPublisher(settings.amqp_url)
