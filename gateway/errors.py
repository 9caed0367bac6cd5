"""The one table from errors to HTTP, and how a refusal is told: problem+json, or a page."""

import logging
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from flask import Flask, Response, g, json, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from chassis.ids import new_id
from contracts import errors
from gateway import kept, waiting, words

logger = logging.getLogger(__name__)

STATUS: dict[type[errors.Problem], int] = {
    errors.NotSignedIn: 401,
    errors.AccessDenied: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.Invalid: 422,
    errors.TooMany: 429,
    errors.Unavailable: 503,
}
RETRY_AFTER_S = {429: 60, 503: 3}
# A status that HTTP itself gives, as a reason of ours.
_REASONS = {
    400: "bad_request",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "not_json",
}


def install(app: Flask) -> None:
    """Let the app answer every error by the table."""
    app.register_error_handler(errors.Problem, on_problem)
    app.register_error_handler(CSRFError, on_form_expired)
    app.register_error_handler(HTTPException, on_http_error)
    app.register_error_handler(Exception, on_fault)


def on_problem(problem: errors.Problem) -> AnyResponse:
    """Answer a refusal of a service or of the gateway."""
    status = STATUS.get(type(problem))
    if status is None:
        return on_fault(problem)
    if status == 401 and not is_api():
        return _to_sign_in()
    if problem.reason == "second_factor_missing" and not is_api():
        return redirect(url_for("pages.second_factor"), 303)
    # A stranger gets the same answer for absent and forbidden, whatever a service says.
    reason = "not_found" if status == 404 else problem.reason
    wait_s = waiting.seconds(problem)
    if wait_s is not None:
        return _wait(status, reason, waiting.told(problem), wait_s)
    return answer(status, reason, problem.fields)


def _wait(status: int, reason: str, detail: str, wait_s: int) -> Response:
    """Answer a request that may come again later."""
    # What was held up by the rate alone can be sent again as it is.
    response = answer(status, reason, again=reason == "too_fast", detail=detail)
    response.headers["Retry-After"] = str(wait_s)
    return response


def _to_sign_in() -> AnyResponse:
    """Lead to the sign-in and back; what was typed in a form stays with its writer."""
    if kept.fields():
        return Response(render_template("sign_in.html", next="", login="", wrong={}), 401)
    wanted = request.full_path.rstrip("?") if request.method == "GET" else ""
    return redirect(f"/sign-in?next={quote(wanted)}" if wanted else "/sign-in", 303)


def on_form_expired(error: CSRFError) -> AnyResponse:
    """Answer a form whose token is not, or no more, the browser's."""
    return answer(400, "form_expired", again=kept.may_be_sent_again())


def on_http_error(error: HTTPException) -> AnyResponse:
    """Answer what HTTP itself refuses: no such path, a body that is too large, …"""
    status = error.code or 500
    if status < 400:
        return error.get_response()  # type: ignore[return-value]
    reason = _REASONS.get(status, "bad_request" if status < 500 else "fault")
    response = answer(status, "not_json" if status == 400 and request.is_json else reason)
    if status == 405 and error.get_headers():
        response.headers.extend([(k, v) for k, v in error.get_headers() if k == "Allow"])
    return response


def on_fault(error: Exception) -> AnyResponse:
    """Answer a fault of ours with an id under which the log has it."""
    g.fault_id = new_id()
    logger.error("fault", exc_info=error, extra={"request_id": g.fault_id, "path": _rule()})
    return answer(500, "fault")


def answer(
    status: int,
    reason: str,
    fields: dict[str, Any] | None = None,
    *,
    again: bool | None = None,
    detail: str = "",
) -> Response:
    """Return the answer in the form that was asked for.

    `again` tells whether a page offers to send its form once more; else a fault and a pause do. `detail`
    is the sentence for the reason when there is more to say than its words.
    """
    detail = detail or words.reason(reason)
    again = status >= 500 if again is None else again
    response = (
        _problem(status, reason, fields or {}, detail)
        if is_api()
        else _page(status, reason, fields or {}, again, detail)
    )
    if status in RETRY_AFTER_S:
        response.headers["Retry-After"] = str(RETRY_AFTER_S[status])
    return response


def is_api() -> bool:
    """Tell whether the present request is one of the JSON API."""
    return request.path.startswith("/api/")


def _problem(status: int, reason: str, fields: dict[str, Any], detail: str) -> Response:
    content = {
        "type": f"urn:tsunagi:problem:{reason}",
        "title": words.title(status),
        "status": status,
        "detail": detail,
        "reason": reason,
        "fields": {
            path: [_coded(code, path) for code in codes] for path, codes in words.flat(fields).items()
        },
    }
    if "fault_id" in g:
        content["fault_id"] = g.fault_id
    return Response(json.dumps(content), status, mimetype="application/problem+json")


def _coded(code: str, path: str) -> dict[str, str]:
    return {"code": code, "message": words.field(code, path)}


def _page(status: int, reason: str, fields: dict[str, Any], again: bool, detail: str) -> Response:
    page = render_template(
        "error.html",
        status=status,
        title=words.title(status),
        reason=reason,
        detail=detail,
        fields=words.told(fields),
        fault_id=g.get("fault_id"),
        action=request.full_path,
        again=kept.fields() if again else [],
    )
    return Response(page, status, mimetype="text/html")


def _rule() -> str:
    """Return the route's rule: the path itself may hold what somebody typed."""
    return request.url_rule.rule if request.url_rule else HTTPStatus.NOT_FOUND.phrase
