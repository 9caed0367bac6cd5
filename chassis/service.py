"""The base of every service class."""

from chassis import audit
from chassis.loops import every
from chassis.operations import Operations


class Service(Operations):
    """A service class names itself (`name`) and writes its entry points; the rest comes from here.

    What its methods find at `self` is in `chassis.base`.
    """

    @every(1.0)
    def seal_access_log(self) -> bool:
        """Chain the access-log rows that were committed since the last turn."""
        with self.db.begin() as tx:
            return audit.seal(tx, self.chassis.context.metadata) == audit.SEAL_BATCH
