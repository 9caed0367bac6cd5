"""Offices that no official list names, entered by hand: a city's desk, its own offices, a new care office."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from marshmallow import ValidationError
from sqlalchemy import Connection, func, select

from chassis.clock import Clock
from chassis.db import Database
from chassis.field_codes import flat
from chassis.ids import new_id
from chassis.outbox import Outbox
from chassis.wire import plain
from contracts.errors import Conflict, Invalid, NotFound
from services.directory import domain, normalise, queries
from services.directory.importers import store
from services.directory.importers.portion import Portion
from services.directory.importers.record import Record
from services.directory.importers.report import Report
from services.directory.importers.sources import Dataset
from services.directory.models import facility, metadata
from services.directory.municipalities import by_code
from services.directory.office_form import Office

REGISTER = "own"
BY = (None, "tsunagi directory add-office")
DATASET = Dataset("entered", "つなぎに登録された事業所", "つなぎの運用者", "", "")


@dataclass(frozen=True)
class Entered:
    """The entry's id and what became of it: new, changed or unchanged."""

    facility_id: str
    outcome: str


def add_office(
    database_url: str, office: dict[str, Any], *, facility_id: str = "", clock: Clock | None = None
) -> Entered:
    """Enter an office, or bring its entry up to date; the running directory tells the others.

    An entry is the same when its id is given, or when name and municipality are equal. Raises Invalid;
    NotFound when there is no entry of that id; Conflict when the entry is of another kind or comes
    from an official list, which is the place to change it.
    """
    wanted = _checked(office)
    clock = clock or Clock()
    db = Database(database_url, pool_size=1)
    try:
        with db.begin() as tx:
            return _enter(tx, wanted, facility_id, clock)
    finally:
        db.close()


def municipality_of(database_url: str, facility_id: str) -> str:
    """Return the code of the municipality in which an entry lies, or "" when there is no such entry."""
    db = Database(database_url, pool_size=1)
    try:
        with db.begin() as tx:
            found = select(facility.c.municipality).where(facility.c.facility_id == facility_id)
            return str(tx.execute(found).scalar() or "")
    finally:
        db.close()


def _checked(office: dict[str, Any]) -> dict[str, Any]:
    try:
        wanted: dict[str, Any] = Office().load(office)
    except ValidationError as error:
        raise Invalid("invalid", flat(error.messages)) from error
    if "hours" in wanted:
        domain.check_weekly(wanted["hours"]["weekly"])
    return wanted


def _enter(tx: Connection, wanted: dict[str, Any], facility_id: str, clock: Clock) -> Entered:
    run = _run(tx, wanted, clock)
    # From here on nobody else enters or imports: what is looked up stays true.
    portion = Portion(tx, run)
    known = _by_id(tx, facility_id) if facility_id else _by_name(tx, wanted)
    if known is not None:
        _check_same(known, wanted)
    id = known["facility_id"] if known else new_id()
    number = known["number"] if known else _next_number(tx, wanted["municipality"])
    services = _services(tx, id, wanted)
    outcomes = set(portion.put([_record(wanted, id, number, code) for code in services]))
    if "hours" in wanted and set_hours(tx, id, plain(wanted["hours"]), BY, run):
        outcomes.add("changed")
    changed = "changed" if outcomes - {"unchanged"} else "unchanged"
    return Entered(id, changed if known else "new")


def _run(tx: Connection, wanted: dict[str, Any], clock: Clock) -> store.Run:
    """Return a run that leaves the latest import undoable: an entry by hand is none."""
    report = Report(DATASET.code, "", "utf-8", None, False)
    digest = hashlib.sha256(json.dumps(plain(wanted), sort_keys=True).encode()).hexdigest()
    source_id = store.keep_source(tx, DATASET, report, digest, clock.now())
    outbox = Outbox("directory", metadata.tables["outbox"], clock)
    today = clock.today().date()
    return store.Run(new_id(), source_id, DATASET.code, clock.now(), today, outbox, is_undoable=False)


def _by_id(tx: Connection, facility_id: str) -> Any:
    known = queries.lock_facility(tx, facility_id)
    if known is None:
        raise NotFound("facility_not_found")
    return known


def _by_name(tx: Connection, wanted: dict[str, Any]) -> Any:
    """Return the entry of this name in this municipality: one of ours, else one of a list, else None."""
    there = select(facility).where(facility.c.municipality == wanted["municipality"], facility.c.is_listed)
    name = normalise.matching_text(wanted["name"])
    same = [
        row
        for row in tx.execute(there.where(facility.c.search_text.contains(name, autoescape=True))).mappings()
        if normalise.matching_text(row["name"]) == name
        and (row["register"] == REGISTER or row["kind"] == wanted["kind"])
    ]
    return min(same, key=lambda row: row["register"] != REGISTER, default=None)


def _check_same(known: Any, wanted: dict[str, Any]) -> None:
    if known["register"] != REGISTER:
        raise Conflict("in_an_official_list", {"id": [known["facility_id"]]})
    if known["kind"] != wanted["kind"]:
        raise Conflict("other_kind", {"id": [known["facility_id"]], "kind": [known["kind"]]})


def _next_number(tx: Connection, municipality: str) -> str:
    """Return a number that no office has: authorities' numbers have no hyphen."""
    ours = (facility.c.register == REGISTER, facility.c.number.startswith(f"{municipality}-"))
    count = tx.execute(select(func.count()).select_from(facility).where(*ours)).scalar_one()
    return f"{municipality}-{count + 1:03}"


def _services(tx: Connection, facility_id: str, wanted: dict[str, Any]) -> list[str]:
    """Return the codes of what the office offers: what it has and what is added; else its kind."""
    has = [row["service"] for row in queries.services_of(tx, facility_id)]
    codes = list(dict.fromkeys([*has, *wanted.get("services", ())]))
    if not codes and wanted["kind"] == "care_office":
        raise Invalid("invalid", {"services": ["required"]})
    return codes or [wanted["kind"]]


def _record(wanted: dict[str, Any], facility_id: str, number: str, code: str) -> Record:
    place = by_code().get(wanted["municipality"])
    said = ("name", "kana", "municipality", "address", "phone", "fax")
    values = {field: wanted[field] for field in said if field in wanted}
    values["municipality_name"] = place.name if place else ""
    return Record(REGISTER, number, code, wanted["kind"], facility_id=facility_id, values=values)


def set_hours(
    tx: Connection, facility_id: str, hours: dict[str, Any], by: tuple[str | None, str], run: store.Run
) -> bool:
    """Put hours in force and tell the others; returns whether they were new.

    `hours` are plain JSON: `closed_days` hold dates as text.
    """
    wanted = domain.hours_of({**hours, "closed_days": sorted(set(hours["closed_days"]))})
    if queries.hours_of(tx, [facility_id])[facility_id] == wanted:
        return False
    revision = queries.save_hours(tx, facility_id, wanted, by, run.started_at)
    row = {**queries.lock_facility(tx, facility_id), "revision": revision}
    run.outbox.add(tx, domain.facility_changed(row, queries.services_of(tx, facility_id), wanted))
    return True
