"""What the parts of the service share."""

import logging

from sqlalchemy import Connection

from chassis.key_ring import KeyRing, NoKeys, ring_of
from chassis.service import Service
from contracts.errors import Unavailable

logger = logging.getLogger(__name__)

KEYS_FILE = "second_factor.keys"


class AccountsBase(Service):
    """A part of the service."""

    @property
    def ring(self) -> KeyRing:
        """The keys that encrypt second factors. Raises Unavailable without them."""
        try:
            return ring_of(self.settings.keys / KEYS_FILE)
        except NoKeys as error:
            logger.error("second_factor_keys", extra={"reason": str(error)})
            raise Unavailable("second_factor_keys") from error

    def tell_ended(self, tx: Connection, names: list[str]) -> None:
        """Have every gateway forget these sessions."""
        for name in names:
            self.hints.send(tx, {"event": "session_ended", "session": name})

    def tell_changed(self, tx: Connection, name: str) -> None:
        """Have every gateway ask for this session again."""
        self.hints.send(tx, {"event": "session_changed", "session": name})
