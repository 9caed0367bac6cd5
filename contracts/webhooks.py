"""Webhooks, by which an office's own system is told of states of handoffs; notify answers these.

What is sent is a Standard Webhooks message (https://www.standardwebhooks.com): the headers `webhook-id`, the
same at every try, `webhook-timestamp` and `webhook-signature`, and the body
{"type": "handoff.acknowledged", "timestamp", "data": {"handoff_id", "code", "kind", "state", "link"}}.
"""

from marshmallow import Schema, fields, validate

from contracts.fields import Id, Moment, Text

# What an office may be told of: each is a state that a handoff comes into.
TOLD = (
    "sent",
    "seen",
    "acknowledged",
    "accepted",
    "declined",
    "completed",
    "escalated",
    "overdue",
    "recalled",
    "superseded",
)


class AddWebhook(Schema):
    """`add_webhook` (office_manager) → {"webhook": Webhook, "secret": whsec_…, told this once}.

    It is told of handoffs that the office sends or receives. Invalid: `url` not_a_url, not_https,
    not_public, not_found_by_name; `states` required, not_a_choice. Conflict: webhook_exists,
    too_many_webhooks. TooMany("webhook_busy") while another address of the office is looked at.
    """

    url = Text(500, required=True)
    states = fields.List(
        fields.String(validate=validate.OneOf(TOLD, error="not_a_choice")),
        required=True,
        validate=validate.Length(1, len(TOLD), error="required"),
    )


class ListWebhooks(Schema):
    """`list_webhooks` (office_manager) → {"webhooks": [Webhook, …]} of the office, oldest first."""


class ChangeWebhook(Schema):
    """`pause_webhook`, `resume_webhook`, `remove_webhook` (office_manager) → Webhook, as it is or was.

    What happens during a pause waits for its end, for three days at most.
    """

    webhook_id = Id(required=True)


class TestWebhook(Schema):
    """`test_webhook` (office_manager) → {"delivery": WebhookDelivery} of an event `test`, sent at once.

    A failed test changes nothing for what else is sent there. TooMany("webhook_busy") like `add_webhook`.
    """

    __test__ = False

    webhook_id = Id(required=True)


class ListWebhookDeliveries(Schema):
    """`list_webhook_deliveries` (office_manager) → {"webhook": Webhook, "deliveries": [WebhookDelivery, …]}.

    The last hundred, newest first. They are kept for 30 days.
    """

    webhook_id = Id(required=True)


class Webhook(Schema):
    """Where an office is told, and how that goes.

    `state` is on | paused | restored (paused by a restore, since it may have been removed after the backup) |
    gone (its address said 410, so nothing is sent there any more). `failing_since` is there as long as the
    last try failed, `waiting` counts what is still to be sent.
    """

    webhook_id = Id()
    url = fields.String()
    states = fields.List(fields.String())
    state = fields.String()
    made_at = Moment()
    failing_since = Moment(allow_none=True)
    last_sent_at = Moment(allow_none=True)
    waiting = fields.Integer()


class WebhookDelivery(Schema):
    """One message. `state` is queued | sent | failed; `status` that of the last answer, `reason` a code."""

    delivery_id = Id()  # the webhook-id
    handoff_id = Id(allow_none=True)
    what = fields.String()  # one of TOLD, or test
    state = fields.String()
    attempts = fields.Integer()
    queued_at = Moment()
    next_try_at = Moment(allow_none=True)
    sent_at = Moment(allow_none=True)
    status = fields.Integer(allow_none=True)
    reason = fields.String(allow_none=True)


class WebhookAdded(Schema):
    """The new webhook, with the secret that its messages are signed by."""

    webhook = fields.Nested(Webhook)
    secret = fields.String()


class WebhooksFound(Schema):
    """The webhooks of an office."""

    webhooks = fields.List(fields.Nested(Webhook))


class WebhookTested(Schema):
    """What became of a test."""

    delivery = fields.Nested(WebhookDelivery)


class WebhookDeliveriesFound(Schema):
    """One webhook and its last messages."""

    webhook = fields.Nested(Webhook)
    deliveries = fields.List(fields.Nested(WebhookDelivery))
