"""The live stream of one browser."""

from collections.abc import Iterator
from typing import Any

from flask import Response, request
from marshmallow import Schema

from contracts.errors import Invalid
from contracts.fields import Id
from contracts.notify import ListInbox
from contracts.scopes import INBOX_READ
from gateway.api.blueprint import api
from gateway.ask import finder, present, signed_in
from gateway.bodies import arguments
from gateway.described import described
from gateway.parts import parts
from gateway.stream import events, missed_alerts, not_yours


class WhoReads(Schema):
    """The account for which a page was made; without it the stream is that of whoever is signed in."""

    reader = Id(load_default=None, allow_none=True)


@api.get("/stream")
@signed_in()
@described(ListInbox(only=("after_seq",)), WhoReads, media="text/event-stream", scope=INBOX_READ)
def stream() -> Response:
    """Open the stream; after `Last-Event-ID` or `?after_seq=` missed alerts come first.

    Has somebody else signed in since (`?reader=`), `over` is all that comes. An empty answer would
    end it as well, but scripts could not tell it from that of a server which is starting.
    """
    person = present()
    assert person is not None  # signed_in
    if request.args.get("reader", person.caller.account_id) != person.caller.account_id:
        return _response(not_yours())
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
    response = _response(_by_itself(request.environ, content))
    response.call_on_close(lambda: gateway.hub.leave(reader))
    return response


def _by_itself(environ: dict[str, Any], content: Iterator[str]) -> Iterator[str]:
    """Yield a stream that holds on to nothing of its request: ten thousand would keep it for hours."""
    for name in [name for name in environ if not name.startswith("eventlet.")]:
        del environ[name]
    kept = dict(environ)
    environ.clear()  # a dict gives back its room only like this
    environ.update(kept)
    yield from content


def _response(content: Iterator[str]) -> Response:
    headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
    return Response(content, mimetype="text/event-stream", headers=headers)


def _after_seq() -> int | None:
    last = request.headers.get("Last-Event-ID", "")
    if last.isascii() and last.isdigit() and len(last) <= 15:
        return int(last)
    if last:
        raise Invalid("invalid", {"last_event_id": ["not_a_number"]})
    return arguments("after_seq").get("after_seq")
