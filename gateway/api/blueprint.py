"""The one blueprint to which the whole API belongs: `url_for("api.get_handoff", handoff_id=…)`."""

from flask import Blueprint

api = Blueprint("api", "gateway.api", url_prefix="/api")
