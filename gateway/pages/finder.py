"""さがす: the public directory, for staff and citizens alike."""

from math import ceil
from typing import Any

from flask import render_template, request
from flask_babel import gettext as _

from contracts.errors import Invalid, NotFound
from gateway.ask import ask, open_to_all
from gateway.pages.blueprint import pages
from gateway.pages.dates import TOKYO
from gateway.pages.filters import now
from gateway.pages.paging import page_number

PAGE_SIZE = 20


@pages.get("/search")
@open_to_all
def search() -> str:
    """Show what fits `text`, `municipality` and `kind`; nothing is asked before somebody searches."""
    asked = {name: request.args.get(name, "").strip() for name in ("text", "municipality", "kind")}
    number = page_number()
    wrong = ""
    found: dict[str, Any] | None = None
    if any(asked.values()):
        try:
            found = ask("directory", "search_facilities", asked | {"page": number, "page_size": PAGE_SIZE})
        except Invalid:
            wrong = _("ことばを短くして、もう一度さがしてください。")
    return render_template(
        "search.html",
        asked=asked,
        found=found,
        wrong=wrong,
        page=number,
        pages=ceil(found["total"] / PAGE_SIZE) if found else 0,
    )


@pages.get("/facilities/<facility_id>")
@open_to_all
def facility(facility_id: str) -> str:
    """Show one entry: what it does, when it is open, where it came from."""
    try:
        found = ask("directory", "get_facilities", {"facility_ids": [facility_id]})["facilities"]
    except Invalid as problem:
        raise NotFound("facility") from problem
    if not found:
        raise NotFound("facility")
    return render_template("facility.html", one=found[0], today=now().astimezone(TOKYO).weekday())
