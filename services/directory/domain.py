"""Rules of the directory: which of several published values is shown, hours, what others are told."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any

from chassis.calendar import DEFAULT_HOURS, WEEKDAYS
from contracts.directory import FacilityChanged
from contracts.errors import Invalid
from contracts.fact import NewFact
from services.directory import service_codes
from services.directory.normalise import matching_text

# What belongs together is chosen together: a pin must not stand at another list's address.
NAMES = ("name", "kana")
PLACE = ("address", "building", "municipality", "municipality_name", "latitude", "longitude", "placement")
DISPLAYED = (*NAMES, *PLACE, "phone", "fax", "url")

MEDICAL_KINDS = ("hospital", "clinic", "dental", "pharmacy")

Row = Mapping[str, Any]


def display(services: Sequence[Row]) -> dict[str, Any]:
    """Return the one value shown for each field of a facility whose services' lists disagree.

    What most of them say wins, spelling aside; among equals the service with the lowest code. A
    service that is no longer listed has a say only when none is. `source_id` is the name's source.
    """
    listed = [row for row in services if row["is_listed"]] or list(services)
    ranked = sorted(listed, key=lambda row: row["service"])
    name = _most_said(ranked, "name")
    place = _most_said(sorted(ranked, key=lambda row: row["placement"] != "placed"), "address")
    shown = {field: name[field] for field in NAMES} | {field: place[field] for field in PLACE}
    for field in ("phone", "fax", "url"):
        shown[field] = _most_said(ranked, field)[field]
    return shown | {"source_id": name["source_id"], "is_listed": any(row["is_listed"] for row in services)}


def _most_said(ranked: Sequence[Row], field: str) -> Row:
    saying = [row for row in ranked if row[field]] or ranked
    # Most facilities have one service; comparing spellings was a sixth of an import.
    if len(saying) == 1:
        return saying[0]
    votes = Counter(matching_text(row[field]) for row in saying)
    return max(saying, key=lambda row: votes[matching_text(row[field])])


def search_text(services: Iterable[Row]) -> str:
    """Return every name and kana of a facility in matching form, one a line."""
    texts = (matching_text(row[field]) for row in services for field in NAMES)
    return "\n".join(dict.fromkeys(text for text in texts if text))


def full_address(address: str, building: str) -> str:
    """Return the address with its building, which many lists repeat at the end of the address."""
    if not building or matching_text(address).endswith(matching_text(building)):
        return address
    return f"{address} {building}"


def default_hours() -> dict[str, Any]:
    """Return 仮 hours: weekdays 9:00–17:00, closed on holidays (DESIGN 6)."""
    return {**DEFAULT_HOURS, "closed_days": []}


def hours_of(row: Row | None) -> dict[str, Any]:
    """Return the office hours of a stored version; without one, the provisional hours."""
    if row is None:
        return default_hours()
    return {
        "weekly": {day: row["weekly"].get(day, []) for day in WEEKDAYS},
        "closes_on_holidays": row["closes_on_holidays"],
        "closed_days": [date.fromisoformat(day) for day in row["closed_days"]],
        "is_provisional": False,
    }


def check_weekly(weekly: Mapping[str, Sequence[Mapping[str, str]]]) -> None:
    """Refuse spans that close before they open or overlap, and a week without any opening."""
    wrong = {f"weekly.{day}": codes for day, spans in weekly.items() if (codes := _wrong_spans(spans))}
    if not wrong and not any(weekly.values()):
        wrong = {"weekly": ["never_open"]}
    if wrong:
        raise Invalid("hours_wrong", wrong)


def _wrong_spans(spans: Sequence[Mapping[str, str]]) -> list[str]:
    ordered = sorted((span["opens"], span["closes"]) for span in spans)
    if any(closes <= opens for opens, closes in ordered):
        return ["closes_before_it_opens"]
    if any(later[0] < earlier[1] for earlier, later in pairwise(ordered)):
        return ["spans_overlap"]
    return []


def listed_services(services: Iterable[Row]) -> list[str]:
    """Return the codes of the services that the latest lists still name."""
    return sorted(row["service"] for row in services if row["is_listed"])


def told(facility: Row, services: Iterable[Row]) -> tuple[Any, ...]:
    """Return what other services know of a facility: a fact is due when, and only when, this changes."""
    kept = ("kind", "name", "municipality", "is_listed")
    return (*(facility[field] for field in kept), *listed_services(services))


def facility_changed(facility: Row, services: Iterable[Row], hours: Mapping[str, Any]) -> NewFact:
    """Return the fact that carries a facility's public state whole."""
    return FacilityChanged.happened(
        municipality=facility["municipality"],
        revision=facility["revision"],
        facility_id=facility["facility_id"],
        kind=facility["kind"],
        name=facility["name"],
        services=listed_services(services),
        hours=hours,
        is_listed=facility["is_listed"],
    )


def may_unlist(listed: int, missing: int) -> bool:
    """Return whether entries that a list no longer names may be marked so.

    A list that lacks a third of what was known is taken for an extract (one city, one page of a
    spreadsheet), not for news. Up to ten may always go: small lists change by large shares.
    """
    return missing <= 10 or missing * 3 <= listed


def service_answer(row: Row) -> dict[str, Any]:
    """Return one service of a facility as its own list describes it."""
    return {
        "code": row["service"],
        "service": service_codes.names().get(row["service"], row["service"]),
        "number": row["number"],
        "name": row["name"],
        "phone": row["phone"],
        "fax": row["fax"],
        "address": full_address(row["address"], row["building"]),
        "details": row["details"],
        "is_listed": row["is_listed"],
        "unlisted_since": row["unlisted_since"],
        "source": source_answer(row),
    }


def source_answer(row: Row) -> dict[str, Any]:
    """Return where a value came from, with the line that its licence asks for."""
    return {
        "dataset": row["source_dataset"],
        "title": row["source_title"],
        "publisher": row["source_publisher"],
        "licence": row["source_licence"],
        "attribution": row["source_attribution"],
        "as_of": row["source_as_of"],
        "imported_at": row["source_imported_at"],
    }


def facility_answer(
    facility: Row, services: Iterable[Row], contacts: Iterable[Row], hours: Mapping[str, Any]
) -> dict[str, Any]:
    """Return an entry in the form of `contracts.directory.Facility`."""
    same = ("facility_id", "kind", "name", "kana", "municipality", "municipality_name", "phone", "fax")
    also = ("url", "latitude", "longitude", "number", "is_listed", "revision")
    return {field: facility[field] for field in (*same, *also)} | {
        "address": full_address(facility["address"], facility["building"]),
        "services": [service_answer(row) for row in services],
        "contacts": [contact_answer(row) for row in contacts],
        "hours": hours,
        "source": source_answer(facility),
    }


def contact_answer(row: Row) -> dict[str, Any]:
    """Return one contact of a facility."""
    shown = ("contact_id", "purpose", "label", "person_name", "phone", "fax", "email", "is_public")
    return {field: row[field] for field in shown}
