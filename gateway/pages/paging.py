"""Lists in pages: which one the address asks for, and the addresses of the others."""

from flask import request, url_for

LAST_PAGE = 10_000

# What narrows a list. Nothing else of an address goes into a link: `url_for` takes some names as orders.
_KEPT = ("show", "mine", "page", "stays_page")


def page_number(name: str = "page") -> int:
    """Return which page the address asks for; beyond the last that may be asked for there is none."""
    return max(1, min(request.args.get(name, 1, type=int), LAST_PAGE))


def linked(anchor: str | None = None, **changed: int) -> str:
    """Return the address of the present page with another part of its lists."""
    assert request.endpoint is not None
    kept = {name: request.args[name] for name in _KEPT if name in request.args}
    return url_for(request.endpoint, _anchor=anchor, **{**kept, **changed})
