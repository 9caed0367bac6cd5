"""Compares a portion of records with what is stored and writes the difference, in one transaction."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, Table, bindparam, insert, select, text, update

from chassis.ids import new_id
from chassis.wire import plain
from services.directory import domain, queries
from services.directory.importers.record import Record
from services.directory.importers.report import Problem
from services.directory.importers.store import Run
from services.directory.models import facility, facility_service, import_change, import_refusal

# Any fixed number: two imports that meet take turns, portion by portion.
_IMPORT_LOCK = 7_451_940
_UNKNOWN: dict[str, Any] = {
    **dict.fromkeys(domain.DISPLAYED, ""),
    "latitude": None,
    "longitude": None,
    "placement": "no_coordinates",
}
_FACILITY_COLUMNS = (*domain.DISPLAYED, "search_text", "is_listed", "source_id", "revision", "changed_at")
_SERVICE_COLUMNS = (
    *domain.DISPLAYED,
    "details",
    "original",
    "source_id",
    "dataset",
    "is_listed",
    "unlisted_since",
)

Stored = dict[str, Any]


class Portion:
    """Up to some hundred records. Facilities are held locked, so that hand edits are not overrun."""

    def __init__(self, tx: Connection, run: Run) -> None:
        self._tx = tx
        self._run = run
        self._facilities: dict[str, Stored] = {}
        self._services: dict[str, dict[str, Stored]] = {}
        self._before: dict[str, tuple[Any, ...]] = {}
        # What the rows that are written were before: column → value, None for a new row.
        self._was: dict[str, Stored | None] = {}
        self._touched: dict[str, list[Stored]] = {"new": [], "changed": []}
        if tx.dialect.name == "postgresql" and not run.is_dry_run:
            tx.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": _IMPORT_LOCK})

    def put(self, records: Sequence[Record]) -> list[str]:
        """Store the records; returns for each whether it was new, changed or unchanged."""
        self._load({record.number for record in records})
        by_number = {(row["register"], row["number"]): id for id, row in self._facilities.items()}
        outcomes = [self._put(record, by_number) for record in records]
        self._write()
        return outcomes

    def unlist(self, keys: Iterable[tuple[str, str]]) -> None:
        """Mark services that the newest list no longer names; nothing is deleted."""
        wanted = set(keys)
        self._load({number for number, _ in wanted})
        for services in self._services.values():
            for row in list(services.values()):
                if (row["number"], row["service"]) in wanted:
                    self._replace(row, {"is_listed": False, "unlisted_since": self._run.today})
        self._write()

    def restore(self, before: Mapping[str, Stored | None]) -> None:
        """Put services back to what they were; those that were not there are marked as not listed.

        `before` maps a facility_service_id to the columns that an import had changed.
        """
        ids = facility_service.c.facility_service_id.in_(before)
        self._load(set(self._tx.execute(select(facility_service.c.number).where(ids)).scalars()))
        for row in [row for services in self._services.values() for row in services.values()]:
            if row["facility_service_id"] in before:
                earlier = before[row["facility_service_id"]]
                gone = {"is_listed": False, "unlisted_since": self._run.today}
                self._replace(row, gone if earlier is None else _from_json(earlier))
        self._write()

    def keep_refusals(self, problems: Sequence[Problem]) -> None:
        """Keep what was wrong in this portion."""
        if problems and not self._run.is_dry_run:
            run = {"import_run_id": self._run.import_run_id}
            rows = [{"import_refusal_id": new_id(), **run, **_storable(problem)} for problem in problems]
            self._tx.execute(insert(import_refusal), rows)

    def _load(self, numbers: set[str]) -> None:
        found = select(facility).where(facility.c.number.in_(numbers)).order_by(facility.c.facility_id)
        for row in self._tx.execute(found.with_for_update()).mappings():
            self._facilities[row["facility_id"]] = dict(row)
            self._services[row["facility_id"]] = {}
        services = select(facility_service).where(facility_service.c.facility_id.in_(self._facilities))
        for row in self._tx.execute(services).mappings():
            self._services[row["facility_id"]][row["service"]] = dict(row)
        self._before = {
            id: domain.told(row, self._services[id].values()) for id, row in self._facilities.items()
        }

    def _put(self, record: Record, by_number: dict[tuple[str, str], str]) -> str:
        id = by_number.get((record.register, record.number)) or self._add_facility(record, by_number)
        stored = self._services[id].get(record.service)
        if stored is None:
            self._add_service(id, record)
            return "new"
        details = {**stored["details"], **record.details}
        said = {**record.values, "details": details, "is_listed": True, "unlisted_since": None}
        source = {"source_id": self._run.source_id, "dataset": self._run.dataset}
        is_same = all(stored[name] == value for name, value in said.items())
        if not is_same or stored["source_id"] != self._run.source_id:
            self._replace(stored, {**said, **source, "original": record.original})
        return "unchanged" if is_same else "changed"

    def _add_facility(self, record: Record, by_number: dict[tuple[str, str], str]) -> str:
        id = record.facility_id or new_id()
        by_number[record.register, record.number] = id
        names = {"register": record.register, "number": record.number, "kind": record.kind}
        self._facilities[id] = {"facility_id": id, **names, "revision": 0}
        self._services[id] = {}
        return id

    def _add_service(self, facility_id: str, record: Record) -> None:
        row = {"facility_service_id": new_id(), "facility_id": facility_id, "number": record.number}
        row |= {"service": record.service, **_UNKNOWN, **record.values}
        row |= {"details": record.details, "original": record.original, "unlisted_since": None}
        row |= {"source_id": self._run.source_id, "dataset": self._run.dataset, "is_listed": True}
        self._services[facility_id][record.service] = row
        self._was[row["facility_service_id"]] = None
        self._touched["new"].append(row)

    def _replace(self, stored: Stored, said: Mapping[str, Any]) -> None:
        row = {**stored, **said}
        self._was[row["facility_service_id"]] = {
            name: stored[name] for name in _SERVICE_COLUMNS if stored[name] != row[name]
        }
        self._services[row["facility_id"]][row["service"]] = row
        self._touched["changed"].append(row)

    def _write(self) -> None:
        if self._run.is_dry_run:
            return
        ids = dict.fromkeys(row["facility_id"] for rows in self._touched.values() for row in rows)
        shown = {id: self._shown(id) for id in ids}
        new = [row for id, row in shown.items() if id not in self._before]
        old = [row for id, row in shown.items() if id in self._before and row != self._facilities[id]]
        _insert(self._tx, facility, new)
        _update(self._tx, facility, "facility_id", _FACILITY_COLUMNS, old)
        _insert(self._tx, facility_service, self._touched["new"])
        _update(self._tx, facility_service, "facility_service_id", _SERVICE_COLUMNS, self._touched["changed"])
        self._remember()
        self._announce(shown)

    def _shown(self, id: str) -> Stored:
        """Return the facility's row as it is to be; a newer source alone makes no new revision."""
        stored, services = self._facilities[id], list(self._services[id].values())
        row = {**stored, **domain.display(services), "search_text": domain.search_text(services)}
        compared = (*domain.DISPLAYED, "search_text", "is_listed")
        is_shown_so = all(row[name] == stored.get(name) for name in compared)
        if not is_shown_so or domain.told(row, services) != self._before.get(id):
            row |= {"revision": stored["revision"] + 1, "changed_at": self._run.started_at}
        return row

    def _remember(self) -> None:
        run = {"import_run_id": self._run.import_run_id}
        rows = [
            {**run, "facility_service_id": id, "before": plain(before)} for id, before in self._was.items()
        ]
        if self._run.is_undoable:
            _insert(self._tx, import_change, rows)

    def _announce(self, shown: Mapping[str, Stored]) -> None:
        services = {id: list(self._services[id].values()) for id in shown}
        due = [id for id, row in shown.items() if domain.told(row, services[id]) != self._before.get(id)]
        hours = queries.hours_of(self._tx, due)
        facts = [domain.facility_changed(shown[id], services[id], hours[id]) for id in due]
        self._run.outbox.add(self._tx, facts)


def _storable(problem: Problem) -> dict[str, Any]:
    return {**vars(problem), "value": problem.value.replace("\x00", "")}


def _from_json(before: Stored) -> Stored:
    since = before.get("unlisted_since")
    return {**before, "unlisted_since": date.fromisoformat(since)} if since else before


def _insert(tx: Connection, table: Table, rows: Sequence[Stored]) -> None:
    if rows:
        tx.execute(insert(table), rows)


def _update(tx: Connection, table: Table, key: str, columns: Sequence[str], rows: Sequence[Stored]) -> None:
    if rows:
        statement = update(table).where(table.c[key] == bindparam("key_"))
        statement = statement.values({column: bindparam(f"{column}_") for column in columns})
        tx.execute(statement, [{"key_": row[key]} | {f"{c}_": row[c] for c in columns} for row in rows])
