"""Pages of text: the phone's menu, how to use it, accessibility."""

from flask import render_template

from gateway.ask import open_to_all, signed_in
from gateway.pages.blueprint import pages


@pages.get("/menu")
@signed_in()
def menu() -> str:
    """Show every entry of the role: the phone's menu."""
    return render_template("menu.html")


@pages.get("/help")
@open_to_all
def help_page() -> str:
    """Show how to use the pages, in short."""
    return render_template("help.html")


@pages.get("/accessibility")
@open_to_all
def accessibility() -> str:
    """Show what the pages keep to, and whom to tell when they do not."""
    return render_template("accessibility.html")
