"""Mails to a person that the way they sign in has changed: what happened and a link, and nobody's name.

Whoever has taken over an account, or a manager who was talked into a reset, cannot keep them from going out.
"""

import logging
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any

from sqlalchemy import Connection, select

from chassis.config import Settings
from chassis.db import Database
from chassis.ids import new_id
from contracts.errors import Permanent, Transient
from contracts.texts import known
from services.accounts import mail
from services.accounts.invitations import retry_after
from services.accounts.letters import write_notice
from services.accounts.models import account, notice

logger = logging.getLogger(__name__)

Row = dict[str, Any]
_LEASE = timedelta(minutes=5)
# Later it would tell of something long past.
_KEPT = timedelta(days=3)


def queue(tx: Connection, account_id: str, kind: str, now: datetime) -> None:
    """Have somebody told by mail, if they have an address when it goes out."""
    values = {"notice_id": new_id(), "account_id": account_id, "kind": kind}
    tx.execute(notice.insert(), {**values, "made_at": now, "due_at": now, "tries": 0})


def send_one(db: Database, settings: Settings, now: datetime) -> bool:
    """Send one that is due; False when none was. What was sent, or never will be, is forgotten."""
    with db.begin() as tx:
        due = _claim(tx, now)
    if due is None:
        return False
    again_at = _try(settings, due, now) if due["email"] else None
    with db.begin() as tx:
        is_it = notice.c.notice_id == due["notice_id"]
        waits = notice.update().where(is_it).values(due_at=again_at)
        tx.execute(waits if again_at else notice.delete().where(is_it))
    return True


def forget_old(tx: Connection, now: datetime) -> None:
    """Forget what could not be told for days, or where there is no mail."""
    tx.execute(notice.delete().where(notice.c.made_at <= now - _KEPT))


def _claim(tx: Connection, now: datetime) -> Row | None:
    statement = select(notice, account.c.email, account.c.language).join(account)
    statement = statement.where(notice.c.due_at <= now).order_by(notice.c.due_at).limit(1)
    row = tx.execute(statement.with_for_update(skip_locked=True, of=notice)).mappings().first()
    if row is None:
        return None
    tries = row["tries"] + 1
    is_it = notice.c.notice_id == row["notice_id"]
    tx.execute(notice.update().where(is_it).values(due_at=now + _LEASE, tries=tries))
    return {**row, "tries": tries}


def _try(settings: Settings, due: Row, now: datetime) -> datetime | None:
    """Return when to try again, or None when it was sent or never will be."""
    about = {"id": due["notice_id"]}
    try:
        mail.send(settings.smtp_url, _message(settings, due))
    except Transient as error:
        logger.warning("notice_waits", extra={**about, "reason": str(error)})
        return now + retry_after(due["tries"])
    except Permanent as error:
        logger.error("notice_failed", extra={**about, "reason": str(error)})
    return None


def _message(settings: Settings, due: Row) -> EmailMessage:
    about = {"kind": due["kind"], "public_url": settings.public_url}
    letter = write_notice(language=known(due["language"]), **about)
    return mail.compose(letter, settings.mail_from, due["email"])
