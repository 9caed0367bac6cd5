"""What the directory asks of its tables, and the one change that is made by hand: office hours."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, select, update

from chassis.ids import new_id
from services.directory import domain
from services.directory.models import contact, facility, facility_service, office_hours, source
from services.directory.municipalities import with_city, with_wards
from services.directory.normalise import search_terms

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
    conditions = _conditions(wanted)
    total = tx.execute(select(func.count()).select_from(facility).where(*conditions)).scalar_one()
    page = (
        select(facility.c.facility_id)
        .where(*conditions)
        .order_by(facility.c.is_listed.desc(), facility.c.kana, facility.c.name, facility.c.facility_id)
        .limit(wanted["page_size"])
        .offset((wanted["page"] - 1) * wanted["page_size"])
    )
    return list(tx.execute(page).scalars()), total


def _conditions(wanted: dict[str, Any]) -> list[Any]:
    found = [facility.c.search_text.contains(term, autoescape=True) for term in search_terms(wanted["text"])]
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
