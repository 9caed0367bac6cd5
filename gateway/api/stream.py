"""The live stream of one browser."""

from flask import Response, request

from contracts.errors import Invalid
from contracts.notify import ListInbox
from contracts.scopes import INBOX_READ
from gateway.api.blueprint import api
from gateway.ask import finder, present, signed_in
from gateway.bodies import arguments
from gateway.described import described
from gateway.parts import parts
from gateway.stream import events, missed_alerts


@api.get("/stream")
@signed_in()
@described(ListInbox(only=("after_seq",)), media="text/event-stream", scope=INBOX_READ)
def stream() -> Response:
    """Open the stream; after `Last-Event-ID` or `?after_seq=` missed alerts come first."""
    person = present()
    assert person is not None  # signed_in
    after_seq = _after_seq()
    gateway = parts()
    # eventlet holds back chunks under 512 bytes otherwise.
    request.environ["eventlet.minimum_write_chunk_size"] = 0
    reader = gateway.hub.join(person)
    content = events(
        gateway.hub,
        reader,
        after_seq,
        lambda seq: missed_alerts(gateway.calls, person.caller, seq),
        finder(),
    )
    headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
    response = Response(content, mimetype="text/event-stream", headers=headers)
    response.call_on_close(lambda: gateway.hub.leave(reader))
    return response


def _after_seq() -> int | None:
    last = request.headers.get("Last-Event-ID", "")
    if last.isascii() and last.isdigit() and len(last) <= 15:
        return int(last)
    if last:
        raise Invalid("invalid", {"last_event_id": ["not_a_number"]})
    return arguments("after_seq").get("after_seq")
