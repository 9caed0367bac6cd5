"""The switch between Japanese and English in every page's head."""

from flask import redirect, request
from werkzeug import Response

from gateway import language
from gateway.ask import open_to_all
from gateway.inside import is_inside
from gateway.pages.blueprint import pages


@pages.post("/language")
@open_to_all
def change_language() -> Response:
    """Keep the choice in this browser and lead back to the same page."""
    wanted = request.form.get("next", "")
    response = redirect(wanted if is_inside(wanted) else "/", 303)
    language.keep(response, request.form.get("language", ""))
    return response
