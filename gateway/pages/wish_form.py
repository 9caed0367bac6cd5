"""The form of one's own wishes: times as plain fields."""

from collections.abc import Mapping
from typing import Any

from contracts.directory import WEEKDAYS
from gateway.pages import day_spans
from gateway.pages.day_spans import filled, spans_of

Row = dict[str, Any]

QUIET = ("quiet_weekdays", "quiet_weekends")


def values_of(wishes: Row) -> Row:
    """Return what is wished as the fields of the form."""
    values: Row = {"quiet_holidays": "yes" if wishes["quiet_holidays"] else ""}
    values["digest_at"] = wishes["digest_at"] or ""
    for name in QUIET:
        values |= {f"{name}_{end}": day_spans.shown(time) for end, time in (wishes[name] or {}).items()}
    return values | day_spans.values_of(wishes["windows"])


def wishes_of(form: Mapping[str, str]) -> Row:
    """Return what a service takes; half a span goes along as it is, to be refused at its field."""
    return {
        **{name: filled(form, name, "begins", "ends") for name in QUIET},
        "quiet_holidays": form.get("quiet_holidays") == "yes",
        "windows": {day: spans for day in WEEKDAYS if (spans := spans_of(form, day))},
        "digest_at": form.get("digest_at", "").strip() or None,
    }


def at_fields(wrong: dict[str, list[str]]) -> dict[str, list[str]]:
    """Return what is wrong by the ids of the page: what is wrong inside a day is told at that day."""
    found: dict[str, list[str]] = {}
    for path, sentences in wrong.items():
        pieces = path.removeprefix("content.").split(".")
        id_ = next((piece for piece in pieces if piece in WEEKDAYS), pieces[0])
        found.setdefault(id_, sentences)
    return found
