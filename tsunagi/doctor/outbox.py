"""The facts that a service has saved and not yet published."""

from collections.abc import Iterator
from datetime import UTC, datetime

from sqlalchemy import Connection, func, inspect, select

from chassis.tables import service_metadata
from tsunagi.doctor.finding import Finding, doubtful, well

WARN_AFTER_S = 60.0
_TABLE = service_metadata().tables["outbox"]


def waiting(tx: Connection, service: str) -> Iterator[Finding]:
    """Look at a service's outbox; one without tables is another check's matter."""
    if not inspect(tx).has_table("outbox"):
        return
    unpublished = _TABLE.c.published_at.is_(None)
    count, oldest = tx.execute(select(func.count(), func.min(_TABLE.c.recorded_at)).where(unpublished)).one()
    yield judged(service, count, (datetime.now(UTC) - oldest).total_seconds() if oldest else 0.0)


def judged(service: str, count: int, age_s: float) -> Finding:
    """Return what it means that so many facts wait, the oldest for `age_s`."""
    check, says = f"outbox {service}", f"{count} unpublished, the oldest for {age_s:.0f} s"
    if not count:
        return well(check, "nothing waits")
    if age_s <= WARN_AFTER_S:
        return well(check, says)
    do = f"See that {service} runs and reaches the broker: it publishes them then by itself."
    return doubtful(check, says, do)
