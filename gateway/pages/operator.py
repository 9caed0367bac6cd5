"""稼働状況: services, outboxes, queues, dead letters. No personal data."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from gateway import operations
from gateway.ask import signed_in
from gateway.pages.blueprint import pages

# From when an operator is to look. Source: ADR on the outbox; a healthy relay needs under a second.
OUTBOX_LATE_S = 10
QUEUE_LONG = 100


@pages.get("/operator")
@signed_in("operator")
def operator() -> str:
    """Show how every part stands."""
    status = operations.status()
    services = [_service(one) for one in status["services"]]
    queues = [queue for one in status["services"] for queue in _queues(one)]
    return render_template(
        "operator.html",
        services=services,
        queues=sorted(queues, key=lambda queue: -queue["ready"]),
        streams=status["streams"],
        oldest_s=max((one.get("outbox_oldest_s") or 0 for one in services), default=0),
        outbox=sum(one.get("outbox") or 0 for one in services),
        dead=sum(queue["dead"] for queue in queues),
        troubles=[one for one in [*services, *queues] if one["health"] != "ok"],
    )


def _service(one: dict[str, Any]) -> dict[str, Any]:
    if one["is_away"]:
        return one | {"health": "bad", "word": _("返事なし")}
    if one["outbox_oldest_s"] >= OUTBOX_LATE_S or not one["relay_is_well"]:
        return one | {"health": "warn", "word": _("遅れ")}
    return one | {"health": "ok", "word": _("正常")}


def _queues(one: dict[str, Any]) -> list[dict[str, Any]]:
    return [_queue(name, depth) for name, depth in one.get("queues", {}).items()]


def _queue(name: str, depth: dict[str, Any]) -> dict[str, Any]:
    health, word = "ok", _("正常")
    if depth["missing"]:
        health, word = "bad", _("行列なし")
    elif not depth["consumers"]:
        health, word = "bad", _("受け手なし")
    elif depth["dead"]:
        health, word = "warn", _("配達不能あり")
    elif depth["ready"] >= QUEUE_LONG:
        health, word = "warn", _("遅れ")
    return depth | {"name": name, "health": health, "word": word}


@pages.get("/operator/dead-letters")
@signed_in("operator")
def dead_letters() -> str:
    """List what was parked after its last try."""
    return render_template("dead_letters.html", **operations.dead_letters())


@pages.get("/operator/dead-letters/replay")
@signed_in("operator")
def confirm_replay() -> str:
    """Say what sending again means. Changes nothing. `fact_id` empty = all of the service."""
    service, fact_id = request.args.get("service", ""), request.args.get("fact_id", "")
    letters = [
        letter
        for letter in operations.dead_letters()["dead_letters"]
        if letter["service"] == service and fact_id in ("", letter["fact_id"])
    ]
    return render_template("replay.html", service=service, fact_id=fact_id, letters=letters)


@pages.post("/operator/dead-letters/replay")
@signed_in("operator")
def replay() -> Response:
    """Send parked messages back to their queues."""
    fact_id = request.form.get("fact_id", "")
    answer = operations.replay(request.form.get("service", ""), [fact_id] if fact_id else None)
    flash(_("%(count)s件をもう一度送りました。", count=answer["replayed"]), "ok")
    return redirect(url_for("pages.dead_letters"), 303)
