"""The one blueprint to which all pages belong: `url_for("pages.board")`."""

from flask import Blueprint

pages = Blueprint("pages", "gateway")
