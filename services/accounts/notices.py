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
from services.accounts import mail
from services.accounts.invitations import retry_after
from services.accounts.models import account, notice

logger = logging.getLogger(__name__)

Row = dict[str, Any]
_LEASE = timedelta(minutes=5)
# Later it would tell of something long past.
_KEPT = timedelta(days=3)

RESET, ADDED, MOVED, ENDED = "reset", "added", "moved", "ended"
CODE_USED, KEY_MADE = "code_used", "key_made"
_WORDS = {
    RESET: "二段階認証が、管理者によって解除されました。",
    ADDED: "二段階認証が、使われるようになりました。",
    MOVED: "二段階認証が、別のスマートフォンに移りました。",
    ENDED: "二段階認証が、使われなくなりました。",
    CODE_USED: "回復コードを使って、サインインがありました。",
    KEY_MADE: "あなたの名前で動く鍵（APIキー）が作られました。",
}
_PAGES = {KEY_MADE: "/settings#keys"}


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
    statement = select(notice, account.c.email).join(account, account.c.account_id == notice.c.account_id)
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
    message = EmailMessage()
    message["From"] = settings.mail_from
    message["To"] = due["email"]
    message["Subject"] = "つなぎ：サインインの方法についてのお知らせ"
    message["Auto-Submitted"] = "auto-generated"
    page = _PAGES.get(due["kind"], "/settings/second-factor")
    message.set_content(
        f"{_WORDS[due['kind']]}\n\n"
        "ご自分でしたこと、頼んだことであれば、何もいりません。\n"
        "心当たりがないときは、すぐに事業所の管理者へ連絡し、パスワードを変えてください。\n\n"
        f"{settings.public_url}{page}\n"
    )
    return message
