"""What every service tells its operators: how it stands, what is parked. No personal data."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from chassis import dead_letters, queues
from chassis.base import Base
from chassis.figures import Figure, in_all, of_disk, of_service
from chassis.rpc import reads, writes
from chassis.version import VERSION
from contracts.operations import ReplayDeadLetters
from contracts.roles import OPERATOR


class Operations(Base):
    """Entry points that `Service` adds to each service."""

    @staticmethod
    def figures(tx: Any, now: datetime) -> Iterable[Figure]:
        """Yield what this service tells of how it stands, beside what every service does."""
        return ()

    @reads(OPERATOR)
    def get_status(self, tx: Any, request: dict[str, Any]) -> dict[str, Any]:
        """Return how this service stands, as `contracts.operations.ServiceStatus` describes it."""
        context = self.chassis.context
        settings = self.settings
        own = [*of_service(context, tx), *self.figures(tx, self.clock.now()), *of_disk(settings.keys)]
        found = in_all(own)
        return {
            "service": settings.service,
            "version": VERSION,
            "started_at": context.started_at,
            "heard_at": context.heard_at,
            "faults": context.faults(),
            "outbox": found["outbox_unpublished"],
            "outbox_oldest_s": round(found["outbox_oldest_s"], 3),
            "relay_is_well": context.relay.is_well,
            "queues": queues.depths(settings.amqp_url, settings.service, settings.retry_delays_s),
            "figures": {name: round(value, 3) for name, value in found.items()},
        }

    @reads(OPERATOR)
    def list_dead_letters(self, tx: Any, request: dict[str, Any]) -> dict[str, Any]:
        """Return {"dead_letters": [...]} as `chassis.dead_letters.list_dead` describes them."""
        return {"dead_letters": dead_letters.list_dead(self.settings.amqp_url, self.settings.service)}

    @writes(OPERATOR, takes=ReplayDeadLetters)
    def replay_dead_letters(self, tx: Any, request: dict[str, Any]) -> dict[str, Any]:
        """Send parked facts back to their queues."""
        ids = set(request["fact_ids"]) if request["fact_ids"] is not None else None
        self.audit.log(tx, action="replay", kind="dead_letters", ids=sorted(ids or ()))
        return {"replayed": dead_letters.replay_dead(self.settings.amqp_url, self.settings.service, ids)}
