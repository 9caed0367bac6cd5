"""How accounts stands: who is at work, and whether invitations go out. Counts only."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from chassis.figures import Figure, age_s, first_id_within
from services.accounts.models import invitation, invitation_mail, session
from services.accounts.session_rules import IDLE

_LABELS = {"service": "accounts", "channel": "email"}
_RECENTLY = timedelta(days=1)


def of_sessions(tx: Connection, now: datetime) -> Iterator[Figure]:
    """Yield how many sessions are open."""
    is_open = session.c.last_used_at > now - IDLE
    count = tx.execute(select(func.count()).where(is_open)).scalar_one()
    yield Figure("sessions_open", "Sessions that were used within their time", count, {})


def of_invitations(tx: Connection, now: datetime) -> Iterator[Figure]:
    """Yield how many mails with a code wait, since when, and how many were given up within a day."""
    mail = invitation_mail.c
    # A full mailbox is its owner's, and no sign that the channel does not work.
    is_the_channels = func.coalesce(mail.reason, "") != "mailbox_refused"
    oldest_made = func.min(invitation.c.made_at).filter(is_the_channels)
    waits = select(func.count(), oldest_made).select_from(invitation_mail.join(invitation))
    count, oldest = tx.execute(waits.where(mail.due_at.is_not(None))).one()
    yield Figure("deliveries_waiting", "Letters that wait to go out", count, _LABELS)
    yield Figure(
        "delivery_oldest_s", "Age of the oldest that the channel holds up", age_s(oldest, now), _LABELS
    )
    is_lost = mail.due_at.is_(None), mail.sent_at.is_(None), mail.reason.is_not(None)
    lost = select(func.count()).where(mail.mail_id >= first_id_within(_RECENTLY), *is_lost)
    given_up = tx.execute(lost).scalar_one()
    yield Figure("deliveries_failed", "Letters given up within 24 hours", given_up, _LABELS)
