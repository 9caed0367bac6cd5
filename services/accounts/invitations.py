"""Invitations: a code that sets a first (or forgotten) password, handed over or mailed."""

import logging
import secrets
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any

from sqlalchemy import Connection

from chassis.config import Settings
from chassis.db import Database
from contracts.errors import Permanent, Transient
from contracts.texts import known
from services.accounts import invitation_queries as queries
from services.accounts import mail
from services.accounts.letters import write_invitation

logger = logging.getLogger(__name__)

# No I, L, O, U: they are read as figures or taken down wrongly over the phone.
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LEASE = timedelta(minutes=5)
# After these, every six hours until the invitation expires.
_RETRY_AFTER_S = (60, 300, 1800, 7200, 21600)


def new_code() -> str:
    """Return a code of 80 random bits, in groups that can be read out: `7K3Q-…`."""
    letters = [secrets.choice(_LETTERS) for _ in range(16)]
    return "-".join("".join(letters[start : start + 4]) for start in range(0, 16, 4))


def goes_by_mail(settings: Settings, member: dict[str, Any]) -> bool:
    """Return whether somebody's code is mailed, not handed over."""
    return bool(member["email"] and settings.smtp_url)


def invite(tx: Connection, settings: Settings, member: dict[str, Any], now: datetime) -> str | None:
    """Invite somebody; returns the code to hand over, or None when it goes by mail."""
    by_mail = goes_by_mail(settings, member)
    code = None if by_mail else new_code()
    invitation_id = queries.add(tx, member["account_id"], member["office_id"], code, now)
    if by_mail:
        queries.queue_mail(tx, invitation_id, now)
    return code


def send_one(db: Database, settings: Settings, now: datetime) -> bool:
    """Send one mail that is due; False when none was.

    Each try carries a new code, made just then: no code that still opens something is stored.
    """
    code = new_code()
    with db.begin() as tx:
        due = queries.claim_mail(tx, now, lease_until=now + _LEASE)
        if due is None:
            return False
        if _is_void(due, now):
            queries.change_mail(tx, due["mail_id"], due_at=None, reason="expired")
            return True
        queries.set_code(tx, due["invitation_id"], code)
    outcome = _try(settings, due, code, now)
    with db.begin() as tx:
        queries.change_mail(tx, due["mail_id"], **outcome)
    return True


def _is_void(due: dict[str, Any], now: datetime) -> bool:
    return due["used_at"] is not None or due["expires_at"] <= now or not due["email"]


def _try(settings: Settings, due: dict[str, Any], code: str, now: datetime) -> dict[str, Any]:
    """Return what to record of one try to send."""
    try:
        mail.send(settings.smtp_url, _message(settings, due, code))
    except Transient as error:
        logger.warning("invitation_mail_waits", extra={"id": due["mail_id"], "reason": str(error)})
        return {"due_at": now + retry_after(due["tries"]), "reason": str(error)}
    except Permanent as error:
        logger.error("invitation_mail_failed", extra={"id": due["mail_id"], "reason": str(error)})
        return {"due_at": None, "reason": str(error)}
    return {"due_at": None, "sent_at": now, "reason": None}


def retry_after(tries: int) -> timedelta:
    """Return how long to wait after the try with this number, counted from 1."""
    return timedelta(seconds=_RETRY_AFTER_S[min(tries, len(_RETRY_AFTER_S)) - 1])


def _message(settings: Settings, due: dict[str, Any], code: str) -> EmailMessage:
    about = {"office": due["office_name"] or "", "code": code, "public_url": settings.public_url}
    letter = write_invitation(language=known(due["language"]), **about)
    return mail.compose(letter, settings.mail_from, due["email"])
