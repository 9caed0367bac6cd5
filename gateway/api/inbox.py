"""What waits for me, or for my office."""

from flask import Response, jsonify

from contracts.notify import Inbox, ListInbox, MarkRead
from contracts.scopes import INBOX_READ
from gateway.api.blueprint import api
from gateway.ask import ask, signed_in
from gateway.bodies import arguments, body
from gateway.described import described


@api.get("/inbox")
@signed_in()
@described(ListInbox, answers=Inbox, scope=INBOX_READ)
def list_inbox() -> Response:
    """Answer alerts: `?whose=me|office`, `?after_seq=`, `?page=`, `?page_size=`."""
    return jsonify(ask("notify", "list_inbox", arguments("after_seq", "page", "page_size")))


@api.post("/handoffs/<handoff_id>/reading")
@signed_in()
@described(MarkRead, status=204, scope=INBOX_READ)
def mark_read(handoff_id: str) -> Response:
    """Mark my alerts of a handoff as read; this acknowledges nothing."""
    ask("notify", "mark_read", body(handoff_id=handoff_id))
    return Response(status=204)
