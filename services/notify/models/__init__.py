"""The tables of notify. Nothing here names or describes a person: accounts and handoffs by id only."""

from services.notify.models.base import metadata
from services.notify.models.channels import channel_rank, channel_test, device, push_key
from services.notify.models.deliveries import (
    burst,
    daily_letter,
    daily_turn,
    delivery,
    delivery_log,
    desk_list,
    wish,
)
from services.notify.models.duties import duty_swap
from services.notify.models.inboxes import inbox_item, reader
from services.notify.models.ladders import alert, milestone, office, rule_version, taking
from services.notify.models.unreached import fax_sheet, link, phone_call, receipt, unreached
from services.notify.models.webhooks import webhook, webhook_delivery, webhook_event

__all__ = [
    "alert",
    "burst",
    "channel_rank",
    "channel_test",
    "daily_letter",
    "daily_turn",
    "delivery",
    "delivery_log",
    "desk_list",
    "device",
    "duty_swap",
    "fax_sheet",
    "inbox_item",
    "link",
    "metadata",
    "milestone",
    "office",
    "phone_call",
    "push_key",
    "reader",
    "receipt",
    "rule_version",
    "taking",
    "unreached",
    "webhook",
    "webhook_delivery",
    "webhook_event",
    "wish",
]
