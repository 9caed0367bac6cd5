"""What accounts reads and saves of invitations and of the mails that bring them."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from chassis.ids import new_id, new_secret_id
from services.accounts.domain import INVITATION_LASTS
from services.accounts.models import account, invitation, invitation_mail, office

Row = dict[str, Any]


def code_hash(code: str) -> str:
    """Return under which hash a code is stored, however it was typed."""
    plain = "".join(character for character in code.upper() if character.isalnum())
    return hashlib.sha256(plain.encode()).hexdigest()


def add(tx: Connection, account_id: str, office_id: str, code: str | None, now: datetime) -> str:
    """Save a new invitation in place of every earlier one of this person; returns its id."""
    is_open = invitation.c.account_id == account_id, invitation.c.used_at.is_(None)
    tx.execute(invitation.delete().where(*is_open))
    values = {
        "invitation_id": new_secret_id(),
        "account_id": account_id,
        "office_id": office_id,
        "code_hash": code_hash(code) if code else None,
        "made_at": now,
        "expires_at": now + INVITATION_LASTS,
        "used_at": None,
    }
    tx.execute(invitation.insert(), values)
    return str(values["invitation_id"])


def find(tx: Connection, code: str) -> Row | None:
    """Return the invitation with this code, used and old ones too, or None. Locks it."""
    statement = select(invitation).where(invitation.c.code_hash == code_hash(code)).with_for_update()
    row = tx.execute(statement).mappings().first()
    return dict(row) if row else None


def use(tx: Connection, invitation_id: str, now: datetime) -> None:
    """Mark an invitation as used: it opens nothing any more."""
    is_it = invitation.c.invitation_id == invitation_id
    tx.execute(invitation.update().where(is_it).values(used_at=now))


def set_code(tx: Connection, invitation_id: str, code: str) -> None:
    """Give an invitation the code that is about to be mailed."""
    is_it = invitation.c.invitation_id == invitation_id
    tx.execute(invitation.update().where(is_it).values(code_hash=code_hash(code)))


def queue_mail(tx: Connection, invitation_id: str, now: datetime) -> None:
    """Have an invitation mailed."""
    values = {"mail_id": new_id(), "invitation_id": invitation_id, "due_at": now, "tries": 0}
    tx.execute(invitation_mail.insert(), values)


def claim_mail(tx: Connection, now: datetime, lease_until: datetime) -> Row | None:
    """Take one mail that is due, so that no replica takes it before `lease_until`; None when none is."""
    statement = (
        select(
            invitation_mail.c.mail_id,
            invitation_mail.c.invitation_id,
            invitation_mail.c.tries,
            invitation.c.expires_at,
            invitation.c.used_at,
            account.c.email,
            account.c.language,
            office.c.name.label("office_name"),
        )
        .select_from(invitation_mail)
        .join(invitation, invitation.c.invitation_id == invitation_mail.c.invitation_id)
        .join(account, account.c.account_id == invitation.c.account_id)
        .outerjoin(office, office.c.office_id == invitation.c.office_id)
        .where(invitation_mail.c.due_at <= now)
        .order_by(invitation_mail.c.due_at)
        .limit(1)
        .with_for_update(skip_locked=True, of=invitation_mail)
    )
    row = tx.execute(statement).mappings().first()
    if row is None:
        return None
    change_mail(tx, row["mail_id"], due_at=lease_until, tries=row["tries"] + 1)
    return {**row, "tries": row["tries"] + 1}


def mails_of(tx: Connection, account_ids: Iterable[str]) -> dict[str, Row]:
    """Return the mail of each person's open invitation by account id."""
    statement = (
        select(invitation.c.account_id, invitation_mail.c.sent_at, invitation_mail.c.due_at)
        .join(invitation, invitation.c.invitation_id == invitation_mail.c.invitation_id)
        .where(invitation.c.account_id.in_(list(account_ids)), invitation.c.used_at.is_(None))
    )
    return {row["account_id"]: dict(row) for row in tx.execute(statement).mappings()}


def change_mail(tx: Connection, mail_id: str, **values: Any) -> None:
    """Change some columns of one mail."""
    tx.execute(invitation_mail.update().where(invitation_mail.c.mail_id == mail_id).values(values))
