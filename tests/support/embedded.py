"""Fresh instances that need no server, with the same face as those on servers (PROFILE=embedded)."""

import itertools
import os
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

from chassis.embedded.reach import connect
from chassis.embedded.transport import Link
from tests.support.broker import Broker, declare
from tests.support.machine import RETRY_DELAYS_S, TestInstance, delays, migrate
from tsunagi import instance as instances
from tsunagi.parts import EMBEDDED


class EmbeddedMachine:
    """A folder for instances; each gets copies of a pattern's databases."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="tsunagi-tests-"))
        self.pattern = instances.ensure(self.folder / "pattern", "test", profile=EMBEDDED)
        self._numbers = itertools.count(1)
        self.migration_failure = ""

    def start(self) -> "EmbeddedMachine":
        """Prepare the pattern."""
        (self.pattern.folder / "databases").mkdir()
        self.migration_failure = migrate(self.pattern)
        return self

    def stop(self) -> None:
        """Remove the folder."""
        if not os.environ.get("KEEP_TEST_FOLDER"):
            shutil.rmtree(self.folder, ignore_errors=True)

    def fresh(self, **settings: str) -> "EmbeddedInstance":
        """Return a new instance: own files, keys, ports and clock; nothing of it runs yet."""
        made = instances.ensure(self.folder / f"t{next(self._numbers)}", "test", profile=EMBEDDED)
        made.settings = {
            "TSUNAGI_RETRY_DELAYS_S": ",".join(str(delay) for delay in RETRY_DELAYS_S),
            "TSUNAGI_LOG_LEVEL": "INFO",
            # Tests ask faster than people do.
            "TSUNAGI_RATE_ACCOUNT": "0",
            "TSUNAGI_RATE_ADDRESS": "0",
            **settings,
        }
        made.save()
        shutil.copytree(self.pattern.folder / "databases", made.folder / "databases")
        declare(made, delays(made))
        return EmbeddedInstance(made, self)

    def remove(self, made: instances.Instance) -> None:
        """Remove an instance's files."""
        if not os.environ.get("KEEP_TEST_FOLDER"):
            shutil.rmtree(made.folder, ignore_errors=True)


class EmbeddedBroker(Broker):
    """A bus that goes away with the process of the services; who publishes then tries again."""

    def publish_raw(self, *what: Any, **how: Any) -> None:
        until = time.monotonic() + 30
        while True:
            try:
                return super().publish_raw(*what, **how)
            except ConnectionError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.05)


class EmbeddedInstance(TestInstance):
    """A fresh instance whose bus is a folder."""

    def __init__(self, instance: instances.Instance, machine: Any) -> None:
        super().__init__(instance, machine)
        self.broker = EmbeddedBroker(instance, self.queue_depths, self.connect, self.database)

    @property
    def bus(self) -> Path:
        """The folder of its bus."""
        return self.instance.folder / "bus"

    def connect(self) -> Any:
        """Return an open connection to the bus, wherever its broker is."""
        return Link(self.bus)

    def queue_depths(self) -> dict[str, int]:
        """Return how many messages each queue holds, those being handled included."""
        session = connect(self.bus)
        try:
            return session.depths()
        finally:
            session.close()
