"""Links in letters: whoever follows one may say, once and without signing in, that the office has it."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from contracts.links import LIFE_D
from services.notify.queries import links

LIFE = timedelta(days=LIFE_D)


def make(tx: Connection, alert_id: str, rung: int, ends_at: datetime) -> str:
    """Return the token of a new link, which is kept nowhere but in the letter."""
    token = secrets.token_urlsafe(32)
    links.add(tx, hashlib.sha256(token.encode()).hexdigest(), alert_id, rung, ends_at)
    return token


def state(row: Any, now: datetime) -> str:
    """Return whether a link may be used: open | used | over | recalled | superseded | ended."""
    if row.ended_as:
        return str(row.ended_as) if row.ended_as in ("recalled", "superseded") else "ended"
    if row.ends_at <= now:
        return "over"
    return "used" if row.used_at or row.received_at else "open"
