"""When the mailbox of bounces is looked into: once a minute, whatever the clock does."""

import logging
from datetime import datetime, timedelta

from services.notify.bouncing import READ, Returns
from services.notify.channels.returned_mail import Unread, look

logger = logging.getLogger(__name__)

EVERY = timedelta(minutes=1)
_next_at: list[datetime] = []


def read_due(returns: Returns, url: str, now: datetime) -> datetime:
    """Take what has come back, if it is time for it; returns when the next time is."""
    if _next_at and now < _next_at[0] <= now + EVERY:
        return _next_at[0]
    _next_at[:] = [now + EVERY]
    try:
        look(url, returns.take)
    except Unread as error:
        # Whatever is there waits for the next time. The text of such an error may quote a login.
        READ.labels(outcome="no_mailbox").inc()
        logger.warning("bounces_unread", extra={"reason": type(error).__name__})
    return _next_at[0]
