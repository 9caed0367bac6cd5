"""Telling an office's manager by mail, once, of a webhook that is gone, fails for an hour or was restored."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, or_, select

from chassis.ids import new_id
from contracts.errors import Permanent, Transient
from services.notify.channels.email import Mailbox
from services.notify.channels.letters import write_webhook_letter
from services.notify.channels.way import NoServer
from services.notify.contacts import AccountsAway, Contact, address_of
from services.notify.models import webhook
from services.notify.queries import offices, webhooks

logger = logging.getLogger(__name__)

# A system that is started anew is no trouble.
AFTER = timedelta(hours=1)
# A manager whose mailbox is busy is told later, and keeps nobody else waiting.
BUSY_FOR = timedelta(minutes=10)
_busy_until: dict[str, datetime] = {}


@dataclass
class Teller:
    """Sends these mails."""

    db: Any
    now: Callable[[], datetime]
    contact: Contact
    mailbox: Mailbox
    public_url: str

    def tell_next(self) -> bool:
        """Tell of one webhook; False when there is none to tell of, or no mail can be sent now."""
        now = self.now()
        with self.db.begin() as tx:
            hook = _next(tx, now, [id for id, until in _busy_until.items() if until > now])
            if hook is None:
                return False
            # Marked before: two mails for one trouble are worse than none, which the pages show too.
            webhooks.change(tx, hook.webhook_id, told_at=now)
            office = offices.find_offices(tx, [hook.office_id]).get(hook.office_id)
        manager_id = office.manager_id if office else None
        try:
            self._send(manager_id, hook.webhook_id)
        except (NoServer, AccountsAway) as error:
            logger.info("webhook_trouble_waits", extra={"webhook_id": hook.webhook_id, "reason": str(error)})
            self._tell_later(hook.webhook_id)
            return False
        except Transient as error:
            logger.info("webhook_trouble_waits", extra={"webhook_id": hook.webhook_id, "reason": str(error)})
            _busy_until[hook.webhook_id] = now + BUSY_FOR
            self._tell_later(hook.webhook_id)
        except Permanent as error:
            logger.warning(
                "webhook_trouble_untold", extra={"webhook_id": hook.webhook_id, "reason": str(error)}
            )
        return True

    def _tell_later(self, webhook_id: str) -> None:
        with self.db.begin() as tx:
            webhooks.change(tx, webhook_id, told_at=None)

    def _send(self, manager_id: str | None, webhook_id: str) -> None:
        if manager_id is None:
            raise Permanent("no_address")
        to = address_of(self.contact, manager_id)
        about = {"webhook_id": webhook_id, "public_url": self.public_url}
        try:
            self.mailbox.send(
                write_webhook_letter(language=to.language, **about), to.email, new_id(), self.now()
            )
        finally:
            self.mailbox.close()


def _next(tx: Connection, now: datetime, busy: list[str]) -> Any | None:
    hook = webhook.c
    has_failed = and_(hook.state == "on", hook.failing_since <= now - AFTER)
    is_troubled = or_(hook.state.in_(("gone", "restored")), has_failed)
    troubled = select(webhook).where(hook.told_at.is_(None), is_troubled, hook.webhook_id.not_in(busy))
    return tx.execute(troubled.limit(1).with_for_update(skip_locked=True)).first()
