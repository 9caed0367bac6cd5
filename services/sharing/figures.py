"""How sharing stands: whether what was sent has reached notify. Counts only."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from chassis.figures import Figure, age_s, first_id_within
from services.sharing.domain.handoffs import WAITING
from services.sharing.models import handoff

_RECENTLY = timedelta(days=7)


def of_handoffs(tx: Connection, now: datetime) -> Iterator[Figure]:
    """Yield how many handoffs of the week nobody was asked about yet, and since when."""
    is_recent = handoff.c.handoff_id >= first_id_within(_RECENTLY)
    is_untold = handoff.c.delivered_at.is_(None) & handoff.c.state.in_(sorted(WAITING))
    numbers = select(func.count(), func.min(handoff.c.sent_at)).where(is_recent, is_untold)
    count, oldest = tx.execute(numbers).one()
    yield Figure("handoffs_untold", "Handoffs sent that no ladder has taken up", count, {})
    yield Figure("handoff_untold_s", "Age of the oldest of them", age_s(oldest, now), {})
