"""One worker that sends what is due, by the code that sends letters, over a channel that does nothing.

`python -m tsunagi.bench.letter_worker`; the database's address and then the channel come on stdin.
"""

from chassis import green

green.patch()

import sys  # noqa: E402
from datetime import UTC, datetime  # noqa: E402

from chassis.clock import Clock  # noqa: E402
from chassis.db import Database  # noqa: E402
from chassis.outbox import Outbox  # noqa: E402
from services.notify.channels.way import Message  # noqa: E402
from services.notify.delivering import Carrier  # noqa: E402
from services.notify.models import metadata  # noqa: E402


class Nowhere:
    """A channel that takes everything."""

    def __init__(self, name: str) -> None:
        self.name = name

    def send(self, message: Message, account_id: str) -> None:
        """Make each link, as every channel does, and let it go."""
        for item in message.items:
            item.link()

    def close(self) -> None:
        """There is nothing to end."""


def main() -> None:
    """Send until nothing is due."""
    db = Database(sys.stdin.readline().strip(), pool_size=2)
    print("ready", flush=True)
    carrier = Carrier(
        db=db,
        outbox=Outbox("notify", metadata.tables["outbox"], Clock()),
        tell=lambda tx, news: None,
        now=lambda: datetime.now(UTC),
        way=Nowhere(sys.stdin.readline().strip()),
        by_mail=True,
        public_url="http://localhost",
    )
    while carrier.send_due():
        pass


if __name__ == "__main__":
    main()
