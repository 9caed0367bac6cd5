"""The modules that add pages."""

from importlib import import_module

MODULES = (
    "home",
    "door",
    "language",
    "settings",
    "device",
    "second_factor",
    "board",
    "persons",
    "person_acts",
    "stays",
    "notes",
    "inbox",
    "marks",
    "handoffs",
    "answers",
    "holding",
    "office",
    "office_acts",
    "hours",
    "rota",
    "systems",
    "webhooks",
    "rules",
    "texts",
    "channels",
    "channel_order",
    "devices",
    "wishes",
    "unreached",
    "unanswered",
    "faxes",
    "statistics",
    "received",
    "operator",
    "finder",
    "audit",
    "guide",
    "api_docs",
)


def load() -> None:
    """Import every module of pages, so that its routes are known."""
    for name in MODULES:
        import_module(f"gateway.pages.{name}")
