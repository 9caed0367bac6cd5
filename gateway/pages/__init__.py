"""The pages: each module asks services, arranges the answers and renders a template.

Everything works with links and forms alone; `static/js` only spares reloads.
"""

from flask import Flask

from gateway.pages import filters, shell
from gateway.pages.blueprint import pages
from gateway.pages.routes import load


def install(app: Flask) -> None:
    """Register every page with the app, together with the filters and the frame that they share."""
    load()
    app.register_blueprint(pages)
    filters.install(app)
    shell.install(app)
