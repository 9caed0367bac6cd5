"""What the directory asks of its tables, and the one change that is made by hand: office hours."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, Text, func, select, update
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.ids import new_id
from services.directory import domain
from services.directory.models import contact, facility, facility_service, office_hours, source
from services.directory.municipalities import with_city, with_wards
from services.directory.normalise import grams, search_terms

_ORDERED = (facility.c.facility_id, facility.c.is_listed, facility.c.kana, facility.c.name)

_SOURCE = (
    source.c.dataset.label("source_dataset"),
    source.c.title.label("source_title"),
    source.c.publisher.label("source_publisher"),
    source.c.licence.label("source_licence"),
    source.c.attribution.label("source_attribution"),
    source.c.as_of.label("source_as_of"),
    source.c.imported_at.label("source_imported_at"),
)


def search(tx: Connection, wanted: dict[str, Any]) -> tuple[list[str], int]:
    """Return the ids of one page of matching facilities, in their order, and how many match in all.

    What is no longer listed comes last. `wanted` is a loaded `SearchFacilities`.
    """
    conditions = [*_others(wanted), *_having(tx, search_terms(wanted["text"]))]
    if not wanted["text"]:
        page = _ordered(facility, wanted).where(*conditions)
        return list(tx.execute(page).scalars()), _count(tx, conditions)
    # Materialised, so that it is the words' index that is asked: on a walk through the order the grams of
    # each row would be made anew, and a word stands at one place of the order if it begins the names.
    found = (
        select(*_ORDERED).where(*conditions).cte("found").prefix_with("MATERIALIZED", dialect="postgresql")
    )
    total = select(func.count()).select_from(found).scalar_subquery()
    rows = tx.execute(_ordered(found, wanted).add_columns(total.label("total"))).all()
    if not rows:
        return [], _count(tx, conditions) if wanted["page"] > 1 else 0
    return [row.facility_id for row in rows], rows[0].total


def _count(tx: Connection, conditions: Sequence[Any]) -> int:
    return tx.execute(select(func.count()).select_from(facility).where(*conditions)).scalar_one()


def _ordered(found: Any, wanted: dict[str, Any]) -> Select[Any]:
    """Return the page of `found` that is wanted."""
    order = (found.c.is_listed.desc(), found.c.kana, found.c.name, found.c.facility_id)
    skipped = (wanted["page"] - 1) * wanted["page_size"]
    return select(found.c.facility_id).order_by(*order).limit(wanted["page_size"]).offset(skipped)


def _having(tx: Connection, terms: Sequence[str]) -> list[Any]:
    """Return conditions that an index answers where there is one (ADR 19), for words of any length."""
    if not terms or tx.dialect.name != "postgresql":
        return _containing(terms)
    stored = func.search_grams(facility.c.search_text, type_=ARRAY(Text))
    found: list[Any] = [stored.contains(sorted({gram for term in terms for gram in grams(term)}))]
    # A longer word is more than its pieces: they may stand elsewhere, in another order.
    return found + _containing([term for term in terms if len(term) > 2])


def _containing(terms: Sequence[str]) -> list[Any]:
    return [facility.c.search_text.contains(term, autoescape=True) for term in terms]


def _others(wanted: dict[str, Any]) -> list[Any]:
    found: list[Any] = []
    if wanted["municipality"]:
        found.append(facility.c.municipality.in_(with_wards(wanted["municipality"])))
    if wanted["kind"]:
        found.append(facility.c.kind == wanted["kind"])
    if wanted["service"]:
        found.append(facility.c.facility_id.in_(_offering(wanted["service"])))
    return found


def _offering(service: str) -> Select[Any]:
    return select(facility_service.c.facility_id).where(
        facility_service.c.service == service, facility_service.c.is_listed
    )


def desks(tx: Connection, municipality: str) -> list[str]:
    """Return the ids of the desks that are responsible in a municipality; a city's also in its wards."""
    responsible = facility.c.municipality.in_(with_city(municipality))
    found = select(facility.c.facility_id).where(facility.c.kind == "desk", facility.c.is_listed, responsible)
    return list(tx.execute(found.order_by(facility.c.facility_id)).scalars())


def facilities(tx: Connection, ids: Sequence[str], *, for_staff: bool) -> list[dict[str, Any]]:
    """Return the entries with these ids in their order; unknown ids are left out.

    A visitor sees public contacts only.
    """
    rows = {row["facility_id"]: row for row in _facility_rows(tx, ids)}
    services = _grouped(_service_rows(tx, ids))
    contacts = _grouped(_contact_rows(tx, ids, for_staff))
    hours = hours_of(tx, ids)
    return [
        domain.facility_answer(rows[id], services.get(id, []), contacts.get(id, []), hours[id])
        for id in ids
        if id in rows
    ]


def _facility_rows(tx: Connection, ids: Sequence[str]) -> Sequence[Any]:
    joined = select(facility, *_SOURCE).join(source, source.c.source_id == facility.c.source_id)
    return tx.execute(joined.where(facility.c.facility_id.in_(ids))).mappings().all()


def _service_rows(tx: Connection, ids: Sequence[str]) -> Sequence[Any]:
    joined = select(facility_service, *_SOURCE).join(
        source, source.c.source_id == facility_service.c.source_id
    )
    found = joined.where(facility_service.c.facility_id.in_(ids)).order_by(facility_service.c.service)
    return tx.execute(found).mappings().all()


def _contact_rows(tx: Connection, ids: Sequence[str], for_staff: bool) -> Sequence[Any]:
    found = select(contact).where(contact.c.facility_id.in_(ids)).order_by(contact.c.contact_id)
    return tx.execute(found if for_staff else found.where(contact.c.is_public)).mappings().all()


def _grouped(rows: Iterable[Any]) -> dict[str, list[Any]]:
    groups: dict[str, list[Any]] = {}
    for row in rows:
        groups.setdefault(row["facility_id"], []).append(row)
    return groups


def hours_of(tx: Connection, ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Return the hours in force of each facility; 仮 where nobody has said them."""
    ids = list(ids)
    found = select(office_hours).where(
        office_hours.c.facility_id.in_(ids), office_hours.c.superseded_at.is_(None)
    )
    stored = {row["facility_id"]: row for row in tx.execute(found).mappings()}
    return {id: domain.hours_of(stored.get(id)) for id in ids}


def services_of(tx: Connection, facility_id: str) -> Sequence[Any]:
    """Return the stored services of one facility."""
    found = select(facility_service).where(facility_service.c.facility_id == facility_id)
    return tx.execute(found).mappings().all()


def lock_facility(tx: Connection, facility_id: str) -> Any:
    """Return the facility's row, held until the end of the transaction, or None."""
    found = select(facility).where(facility.c.facility_id == facility_id).with_for_update()
    return tx.execute(found).mappings().first()


def save_hours(
    tx: Connection, facility_id: str, hours: dict[str, Any], by: tuple[str | None, str], now: datetime
) -> int:
    """Put a new version of the hours in force and return the facility's new revision."""
    in_force = (office_hours.c.facility_id == facility_id, office_hours.c.superseded_at.is_(None))
    tx.execute(update(office_hours).where(*in_force).values(superseded_at=now))
    row = {"office_hours_id": new_id(), "facility_id": facility_id, "set_at": now}
    row |= {"set_by": by[0], "set_by_name": by[1], "weekly": hours["weekly"]}
    row["closes_on_holidays"] = hours["closes_on_holidays"]
    row["closed_days"] = sorted({day.isoformat() for day in hours["closed_days"]})
    tx.execute(office_hours.insert(), row)
    counted = update(facility).where(facility.c.facility_id == facility_id)
    counted = counted.values(revision=facility.c.revision + 1, changed_at=now)
    return tx.execute(counted.returning(facility.c.revision)).scalar_one()
