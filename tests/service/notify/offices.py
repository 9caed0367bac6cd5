"""The manager of the receiving office with its webhook, and what sharing announces."""

from contracts.sharing import HandoffAcknowledged
from contracts.webhooks import TOLD
from tests.service.notify.conftest import MUNICIPALITY
from tests.support.calls import a_caller


class Office:
    """The manager of the receiving office, and its webhook."""

    def __init__(self, town, receiver, states=TOLD):
        self.town = town
        self.manager = a_caller("office_manager", office_id=town.sakura)
        made = self.ask("add_webhook", url=receiver.url, states=list(states))
        self.id, self.secret = made["webhook"]["webhook_id"], made["secret"]

    def ask(self, method, by=None, **request):
        return self.town.stack.ask("notify", method, request, caller=by or self.manager)

    def change(self, method):
        return self.ask(method, webhook_id=self.id)

    def webhook(self):
        hooks = self.ask("list_webhooks")["webhooks"]
        return next(hook for hook in hooks if hook["webhook_id"] == self.id)

    def deliveries(self):
        return self.ask("list_webhook_deliveries", webhook_id=self.id)["deliveries"]

    def lease(self):
        return self.town.stack.database("notify").scalar(
            "SELECT lease FROM webhook WHERE webhook_id = :id", id=self.id
        )


def announce(town, kind, handoff_id, **more):
    town.stack.broker.publish(kind.happened(municipality=MUNICIPALITY, handoff_id=handoff_id, **more))


def acknowledge(town, handoff_id):
    now = town.stack.clock.now()
    told = {"acknowledged_by": town.aoki, "office_id": town.sakura, "acknowledged_at": now}
    announce(town, HandoffAcknowledged, handoff_id, **told)
