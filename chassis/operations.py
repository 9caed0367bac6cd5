"""What every service tells its operators: how it stands, what is parked. No personal data."""

from typing import Any

from chassis import dead_letters, queues
from chassis.base import Base
from chassis.rpc import reads, writes
from contracts.operations import ReplayDeadLetters
from contracts.roles import OPERATOR


class Operations(Base):
    """Entry points that `Service` adds to each service."""

    @reads(OPERATOR)
    def get_status(self, tx: Any, request: dict[str, Any]) -> dict[str, Any]:
        """Return {"service", "outbox", "outbox_oldest_s", "relay_is_well", "queues"}."""
        context = self.chassis.context
        count, oldest_s = context.relay.measure()
        settings = self.settings
        return {
            "service": settings.service,
            "outbox": count,
            "outbox_oldest_s": round(oldest_s, 3),
            "relay_is_well": context.relay.is_well,
            "queues": queues.depths(settings.amqp_url, settings.service, settings.retry_delays_s),
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
