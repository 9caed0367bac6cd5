"""The first page: where it leads depends on the role."""

from flask import redirect, url_for
from werkzeug import Response

from gateway.ask import open_to_all, present
from gateway.pages import menu
from gateway.pages.blueprint import pages


@pages.get("/")
@open_to_all
def home() -> Response:
    """Lead to the first page of the role in which somebody acts, a visitor to the sign-in."""
    person = present()
    if person is None:
        return redirect(url_for("pages.sign_in"), 303)
    if person.session.get("must_change_password"):
        return redirect(url_for("pages.settings"), 303)
    return redirect(url_for(menu.first_page(person.caller.role)), 303)
