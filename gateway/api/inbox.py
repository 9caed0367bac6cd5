"""What waits for me, or for my office."""

from flask import Response, jsonify

from contracts.notify import Inbox, ListInbox, ListSenders, Marked, MarkItems, MarkRead, Senders
from contracts.scopes import INBOX_READ
from gateway.api.blueprint import api
from gateway.ask import ask, signed_in
from gateway.bodies import arguments, body
from gateway.described import described


@api.get("/inbox")
@signed_in()
@described(ListInbox, answers=Inbox, scope=INBOX_READ)
def list_inbox() -> Response:
    """Answer alerts: `?whose=me|office`, `?show=all|waiting|unread|mine`, `?page=`, `?page_size=`.

    `?urgency=`, `?from_office_id=`, `?arrived_from=` and `?arrived_until=` narrow them, `?after_seq=` answers
    later ones.
    """
    return jsonify(ask("notify", "list_inbox", arguments("after_seq", "page", "page_size")))


@api.get("/inbox/senders")
@signed_in()
@described(ListSenders, answers=Senders, scope=INBOX_READ)
def list_senders() -> Response:
    """Answer the offices from which the newest alerts came: `?whose=me|office`."""
    return jsonify(ask("notify", "list_senders", arguments()))


@api.post("/inbox/marks")
@signed_in()
@described(MarkItems, answers=Marked, scope=INBOX_READ)
def mark_items() -> Response:
    """Mark alerts as read or unread, 200 at most; this acknowledges nothing."""
    return jsonify(ask("notify", "mark_items", body()))


@api.post("/handoffs/<handoff_id>/reading")
@signed_in()
@described(MarkRead, status=204, scope=INBOX_READ)
def mark_read(handoff_id: str) -> Response:
    """Mark my alerts of a handoff as read; this acknowledges nothing."""
    ask("notify", "mark_read", body(handoff_id=handoff_id))
    return Response(status=204)
