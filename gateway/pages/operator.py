"""稼働状況: is all well, what waits, what failed, what to do. No personal data."""

from collections import Counter
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from gateway import operations
from gateway.ask import signed_in
from gateway.pages import standing
from gateway.pages.blueprint import pages
from gateway.pages.standing import Trouble


@pages.get("/operator")
@signed_in("operator")
def operator() -> str:
    """Show whether all is well, what to do if not, and how every part stands."""
    status = operations.status()
    services = status["services"]
    troubles = standing.troubles(services)
    health = {one["service"]: _health(troubles, one["service"]) for one in services}
    queues = [_queue(troubles, *queue) for one in services for queue in one.get("queues", {}).items()]
    return render_template(
        "operator.html",
        troubles=troubles,
        worst=standing.worst(troubles),
        services=[one | {"health": health[one["service"]]} for one in services],
        gateway=status["gateway"],
        busy=[queue for queue in queues if not _is_quiet(queue)],
        quiet=[queue for queue in queues if _is_quiet(queue)],
        streams=status["streams"],
        oldest_s=max((one.get("outbox_oldest_s") or 0 for one in services), default=0),
        outbox=sum(one.get("outbox") or 0 for one in services),
        dead=sum(queue["dead"] for queue in queues),
        sums=_sums(services),
    )


def _health(troubles: list[Trouble], where: str) -> str:
    return standing.worst([trouble for trouble in troubles if trouble.where == where])


def _queue(troubles: list[Trouble], name: str, depth: dict[str, Any]) -> dict[str, Any]:
    return depth | {"name": name, "health": _health(troubles, name)}


def _is_quiet(queue: dict[str, Any]) -> bool:
    return queue["health"] == standing.OK and not queue["ready"] + queue["waiting"]


def _sums(services: list[dict[str, Any]]) -> dict[str, int]:
    """Return figures of all services together."""
    sums: Counter[str] = Counter()
    for one in services:
        sums.update({name: int(value) for name, value in one.get("figures", {}).items()})
    return dict(sums)


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
