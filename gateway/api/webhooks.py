"""Webhooks of an office: where its own system is told of states of handoffs."""

from flask import Response, jsonify

from contracts.roles import OFFICE_MANAGER
from contracts.webhooks import (
    AddWebhook,
    ChangeWebhook,
    ListWebhookDeliveries,
    ListWebhooks,
    TestWebhook,
    Webhook,
    WebhookAdded,
    WebhookDeliveriesFound,
    WebhooksFound,
    WebhookTested,
)
from gateway.api.blueprint import api
from gateway.ask import ask, signed_in
from gateway.bodies import body
from gateway.described import described

_MANAGER = (OFFICE_MANAGER,)
# Longer than notify waits for the other side.
PATIENCE_S = 15


@api.get("/webhooks")
@signed_in()
@described(ListWebhooks, answers=WebhooksFound, roles=_MANAGER)
def list_webhooks() -> Response:
    """Answer the webhooks of my office and how they go."""
    return jsonify(ask("notify", "list_webhooks"))


@api.post("/webhooks")
@signed_in()
@described(AddWebhook, answers=WebhookAdded, status=201, roles=_MANAGER, keeps_key=False, refuses=(409, 429))
def add_webhook() -> tuple[Response, int]:
    """Add one; the answer shows its secret this once."""
    return jsonify(ask("notify", "add_webhook", body(), timeout_s=PATIENCE_S)), 201


@api.post("/webhooks/<webhook_id>/pause")
@signed_in()
@described(ChangeWebhook, answers=Webhook, roles=_MANAGER)
def pause_webhook(webhook_id: str) -> Response:
    """Send nothing there for a while."""
    return jsonify(ask("notify", "pause_webhook", body(webhook_id=webhook_id)))


@api.delete("/webhooks/<webhook_id>/pause")
@signed_in()
@described(ChangeWebhook, answers=Webhook, roles=_MANAGER)
def resume_webhook(webhook_id: str) -> Response:
    """Send again, at once what has waited."""
    return jsonify(ask("notify", "resume_webhook", body(webhook_id=webhook_id)))


@api.delete("/webhooks/<webhook_id>")
@signed_in()
@described(ChangeWebhook, answers=Webhook, roles=_MANAGER)
def remove_webhook(webhook_id: str) -> Response:
    """Forget a webhook, its secret and what was to go there."""
    return jsonify(ask("notify", "remove_webhook", body(webhook_id=webhook_id)))


@api.post("/webhooks/<webhook_id>/test")
@signed_in()
@described(TestWebhook, answers=WebhookTested, roles=_MANAGER, keeps_key=False, refuses=(429,))
def test_webhook(webhook_id: str) -> Response:
    """Send an event `test` there at once and answer what came back."""
    return jsonify(ask("notify", "test_webhook", body(webhook_id=webhook_id), timeout_s=PATIENCE_S))


@api.get("/webhooks/<webhook_id>/deliveries")
@signed_in()
@described(ListWebhookDeliveries, answers=WebhookDeliveriesFound, roles=_MANAGER)
def list_webhook_deliveries(webhook_id: str) -> Response:
    """Answer the last messages to a webhook, newest first."""
    return jsonify(ask("notify", "list_webhook_deliveries", {"webhook_id": webhook_id}))
