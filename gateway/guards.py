"""What holds for every request and answer: limits, headers, one log line, one measure."""

import logging
import time

from flask import Flask, Response, g, request
from prometheus_client import Histogram

from chassis import trace
from contracts.errors import TooMany
from gateway import bearer, cookies, secure_headers
from gateway.bodies import refuse_bad_characters
from gateway.parts import parts
from gateway.places import place
from gateway.sessions import SignedIn

logger = logging.getLogger("gateway.request")

LARGEST_BODY = 1024 * 1024

SECONDS = Histogram(
    "http_request_seconds",
    "Time from the request to its answer's first byte",
    ["endpoint", "status"],
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 5),
)


def install(app: Flask) -> None:
    """Let the app guard every request."""
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.config["MAX_FORM_MEMORY_SIZE"] = LARGEST_BODY
    app.before_request(_begin)
    app.after_request(_finish)


class Undecided(Exception):
    """Routes say nothing of who may use them; the message names them."""


def check_decisions(app: Flask) -> None:
    """Raise Undecided unless each route says who may use it, by `signed_in` or `open_to_all`."""
    undecided = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static" and not hasattr(app.view_functions[rule.endpoint], "decision")
    ]
    if undecided:
        raise Undecided(f"say with signed_in or open_to_all who may use {', '.join(undecided)}")


def _begin() -> Response | None:
    g.began = time.perf_counter()
    g.span = trace.begin("server", request.method)
    _hold_up_floods()
    # Opening is logged and tells the sender that it was seen: only what a person opens may count.
    if "prefetch" in request.headers.get("Sec-Purpose", ""):
        return Response(status=503)
    if request.method != "GET" or request.query_string:
        refuse_bad_characters(request)
    return None


def _hold_up_floods() -> None:
    """Raise TooMany when whoever sends this request has sent too many. Asks no service."""
    if request.endpoint == "static":
        return
    rates, known = parts().rates, _known()
    # A token or key that is not known here may be made up: it counts as its address until accounts has told.
    wait_s = rates.account.take(known.caller.account_id or "") if known else rates.address.take(place())
    if wait_s:
        # The page that says so has to be cheap: it knows nobody, and asks nobody.
        g.person = None
        raise TooMany("too_fast", {"retry_after_s": int(wait_s) + 1})


def _known() -> SignedIn | None:
    """Return who sends this request, as far as this process knows already."""
    sessions = parts().sessions
    if bearer.is_sent():
        key = bearer.digest()
        return sessions.known_key(key) if key else None
    token = cookies.digest()
    return sessions.known(token) if token else None


def _finish(response: Response) -> Response:
    secure_headers.add(response)
    _record(response.status_code)
    return response


def _record(status: int) -> None:
    seconds = time.perf_counter() - g.get("began", time.perf_counter())
    SECONDS.labels(request.endpoint or "none", status).observe(seconds)
    # The rule, not the path: a path or a query may hold what somebody typed.
    rule = request.url_rule.rule if request.url_rule else "none"
    _end_span(rule, status)
    logger.info(
        "request",
        extra={
            "method": request.method,
            "path": rule,
            "status": status,
            "duration_ms": round(seconds * 1000, 1),
        },
    )


def _end_span(rule: str, status: int) -> None:
    if "span" in g:
        g.span.name = f"{request.method} {rule}"
        g.span.attributes = {
            "http.request.method": request.method,
            "http.route": rule,
            "http.response.status_code": status,
        }
        g.span.end("" if status < 500 else str(status))
