"""The requests about webhooks."""

from typing import Any

from sqlalchemy import Connection

from chassis.deadline import within
from chassis.ids import new_id
from chassis.rpc import decides, reads, writes
from contracts import webhooks as asks
from contracts.errors import Conflict, Invalid, NotFound, Permanent, Transient
from services.notify import wanted
from services.notify.channels import addresses, webhook
from services.notify.knocking import knock
from services.notify.queries import webhooks
from services.notify.webhook_loops import WebhookLoops

Row = dict[str, Any]
MANAGER = "office_manager"
MOST = 10
# A name server that does not answer must not keep one of the few workers.
_LOOK_UP_S = 5.0
SHOWN = 100
_TOLD = tuple(name for name in asks.Webhook().fields if name != "waiting")
_DELIVERED = tuple(asks.WebhookDelivery().fields)


class WebhookRequests(WebhookLoops):
    """Webhooks of the caller's office."""

    @decides(MANAGER, takes=asks.AddWebhook)
    def add_webhook(self, request: Row) -> Row:
        """Tell an office's own system from now on; the secret is told here and nowhere else."""
        with knock(self.caller.office_id or ""):
            self._check_address(request["url"])
        secret = webhook.new_secret()
        made = {
            "webhook_id": new_id(),
            "office_id": self.caller.office_id,
            "url": request["url"],
            "states": sorted(set(request["states"]), key=asks.TOLD.index),
            "secret": secret,
            "made_by": self.caller.account_id,
            "made_at": self.clock.now(),
            "state": "on",
        }
        with self.db.begin() as tx:
            if webhooks.count(tx, self.caller.office_id or "") >= MOST:
                raise Conflict("too_many_webhooks")
            if not webhooks.add(tx, made):
                raise Conflict("webhook_exists")
            wanted.note_first(tx)
            return {"webhook": self._logged(tx, "add", str(made["webhook_id"])), "secret": secret}

    def _check_address(self, url: str) -> None:
        """Raise Invalid for an address that may not be called. Outside of a transaction: it asks the net."""
        near = self.settings.may_move_clock
        parts = addresses.parts_of(url, may_be_near=near)
        try:
            with within(_LOOK_UP_S):
                addresses.look_up(parts, may_be_near=near)
        except TimeoutError as error:
            raise Invalid("invalid", {"url": ["not_found_by_name"]}) from error
        except (Transient, Permanent) as error:
            raise Invalid("invalid", {"url": [str(error)]}) from error

    @reads(MANAGER, takes=asks.ListWebhooks)
    def list_webhooks(self, tx: Connection, request: Row) -> Row:
        """Tell which webhooks the office has and how they go."""
        hooks = webhooks.list_of(tx, self.caller.office_id or "")
        waiting = webhooks.waiting(tx, [hook.webhook_id for hook in hooks])
        return {"webhooks": [_told(hook, waiting) for hook in hooks]}

    @writes(MANAGER, takes=asks.ChangeWebhook)
    def pause_webhook(self, tx: Connection, request: Row) -> Row:
        """Send nothing there until it is resumed."""
        self._own(tx, request["webhook_id"])
        webhooks.change(tx, request["webhook_id"], state="paused")
        return self._logged(tx, "pause", request["webhook_id"])

    @writes(MANAGER, takes=asks.ChangeWebhook)
    def resume_webhook(self, tx: Connection, request: Row) -> Row:
        """Send again, at once what has waited."""
        self._own(tx, request["webhook_id"])
        well = {"failing_since": None, "failures": 0, "rest_until": None, "told_at": None}
        webhooks.change(tx, request["webhook_id"], state="on", **well)
        webhooks.try_now(tx, request["webhook_id"], self.clock.now())
        return self._logged(tx, "resume", request["webhook_id"])

    @writes(MANAGER, takes=asks.ChangeWebhook)
    def remove_webhook(self, tx: Connection, request: Row) -> Row:
        """Forget a webhook, its secret and what was to go there."""
        self._own(tx, request["webhook_id"])
        answer = self._logged(tx, "remove", request["webhook_id"])
        webhooks.remove(tx, request["webhook_id"])
        return answer

    @decides(MANAGER, takes=asks.TestWebhook)
    def test_webhook(self, request: Row) -> Row:
        """Send a test at once and tell what was answered."""
        with knock(self.caller.office_id or ""):
            delivery_id = self._send_test(request["webhook_id"])
        with self.db.begin() as tx:
            done = webhooks.find_delivery(tx, delivery_id)
        if done is None:
            raise NotFound("webhook")
        return {"delivery": _delivered(done)}

    def _send_test(self, webhook_id: str) -> str:
        now = self.clock.now()
        with self.db.begin() as tx:
            hook = self._own(tx, webhook_id)
            # Not due for the loop: it is sent here.
            test = webhooks.message(hook.webhook_id, "test", now, now, next_try_at=None)
            webhooks.queue(tx, [test])
            row = webhooks.find_delivery(tx, test["delivery_id"])
        self.caller_of_webhooks().send_test(row)
        return str(test["delivery_id"])

    @reads(MANAGER, takes=asks.ListWebhookDeliveries)
    def list_webhook_deliveries(self, tx: Connection, request: Row) -> Row:
        """Tell what was sent to one webhook lately."""
        hook = self._own(tx, request["webhook_id"])
        rows = webhooks.deliveries_of(tx, hook.webhook_id, SHOWN)
        waiting = webhooks.waiting(tx, [hook.webhook_id])
        return {"webhook": _told(hook, waiting), "deliveries": [_delivered(row) for row in rows]}

    def _own(self, tx: Connection, webhook_id: str) -> Any:
        hook = webhooks.find(tx, webhook_id)
        if hook is None or hook.office_id != self.caller.office_id:
            raise NotFound("webhook")
        return hook

    def _logged(self, tx: Connection, action: str, webhook_id: str) -> Row:
        self.audit.log(tx, action=action, kind="webhook", ids=[webhook_id])
        return _told(self._own(tx, webhook_id), webhooks.waiting(tx, [webhook_id]))


def _told(hook: Any, waiting: dict[str, int]) -> Row:
    return {name: getattr(hook, name) for name in _TOLD} | {"waiting": waiting.get(hook.webhook_id, 0)}


def _delivered(row: Any) -> Row:
    return {name: getattr(row, name) for name in _DELIVERED}
