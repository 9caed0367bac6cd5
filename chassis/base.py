"""What a method of a service finds at `self`."""

from chassis.audit import Audit
from chassis.auth import Caller
from chassis.calls import Calls
from chassis.clock import Clock
from chassis.config import Settings
from chassis.db import Database
from chassis.hints import HintSender
from chassis.outbox import Outbox
from chassis.provider import Chassis


class Base:
    """The parts of the process, under short names, and the caller of the present message."""

    name: str
    chassis = Chassis()
    calls = Calls()

    @property
    def settings(self) -> Settings:
        """The settings of this process."""
        settings: Settings = self.chassis.context.settings
        return settings

    @property
    def db(self) -> Database:
        """The service's own database."""
        db: Database = self.chassis.context.db
        return db

    @property
    def clock(self) -> Clock:
        """The instance's clock."""
        clock: Clock = self.chassis.context.clock
        return clock

    @property
    def outbox(self) -> Outbox:
        """Where facts are saved."""
        outbox: Outbox = self.chassis.context.outbox
        return outbox

    @property
    def hints(self) -> HintSender:
        """The lossy broadcast."""
        hints: HintSender = self.chassis.context.hints
        return hints

    @property
    def caller(self) -> Caller:
        """Who made this request."""
        caller: Caller = self.chassis.caller
        return caller

    @property
    def audit(self) -> Audit:
        """The access log, on behalf of the caller."""
        log: Audit = self.chassis.context.audit.by(self.caller)
        return log
