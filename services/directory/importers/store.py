"""The records of imports themselves: sources, runs, what a list no longer names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import Connection, delete, func, insert, select, update

from chassis.clock import Clock
from chassis.ids import new_id
from chassis.outbox import Outbox
from services.directory.importers.record import Record
from services.directory.importers.report import Report
from services.directory.importers.sources import Dataset
from services.directory.models import facility_service, import_change, import_run, metadata, source


@dataclass(frozen=True)
class Run:
    """One import that is under way; a dry run has ids but no rows."""

    import_run_id: str
    source_id: str
    dataset: str
    started_at: datetime
    today: date
    outbox: Outbox
    is_dry_run: bool = False
    # Keeps what rows were before; an undoing and a demonstration's seed do not.
    is_undoable: bool = True


@dataclass
class Scope:
    """Which part of a data set a file covers: an entry outside is not missing from it."""

    services: set[str] = field(default_factory=set)
    prefectures: set[str] = field(default_factory=set)

    def widen(self, records: Sequence[Record]) -> None:
        """Take in what these records are about."""
        self.services |= {record.service for record in records}
        self.prefectures |= {record.values["municipality"][:2] for record in records} - {""}


def begin(tx: Connection, dataset: Dataset, report: Report, sha256: str, clock: Clock) -> Run:
    """Note the start of an import and return it."""
    now = clock.now()
    source_id = new_id() if report.is_dry_run else keep_source(tx, dataset, report, sha256, now)
    outbox = Outbox("directory", metadata.tables["outbox"], clock)
    run = Run(new_id(), source_id, dataset.code, now, clock.today().date(), outbox, report.is_dry_run)
    if not run.is_dry_run:
        # Only the latest import can be undone: what came before it is settled now.
        tx.execute(delete(import_change))
        row = {"import_run_id": run.import_run_id, "source_id": source_id, "started_at": now}
        tx.execute(insert(import_run), row | {"encoding": report.encoding, "counts": {}})
    return run


def keep_source(tx: Connection, dataset: Dataset, report: Report, sha256: str, now: datetime) -> str:
    """Return the id of the source; the same file of the same date is the same source."""
    same = (source.c.dataset == dataset.code, source.c.sha256 == sha256)
    as_of = source.c.as_of == report.as_of if report.as_of else source.c.as_of.is_(None)
    if id := tx.execute(select(source.c.source_id).where(*same, as_of)).scalar():
        return id
    row = {"source_id": new_id(), "sha256": sha256, "as_of": report.as_of, "imported_at": now}
    row |= {"dataset": dataset.code, "title": dataset.title, "publisher": dataset.publisher}
    row |= {"licence": dataset.licence, "attribution": dataset.attribution, "file_name": report.file_name}
    tx.execute(insert(source), row)
    return str(row["source_id"])


def finish(tx: Connection, run: Run, report: Report, now: datetime) -> None:
    """Note the end of an import and its counts."""
    if not run.is_dry_run:
        done = update(import_run).where(import_run.c.import_run_id == run.import_run_id)
        tx.execute(done.values(finished_at=now, counts=report.counts() | {"warnings": dict(report.warnings)}))


def newest_list(tx: Connection, dataset: str, services: set[str]) -> date | None:
    """Return the latest as-of date of what is stored for these services."""
    joined = facility_service.join(source, source.c.source_id == facility_service.c.source_id)
    newest = select(func.max(source.c.as_of)).select_from(joined)
    wanted = (facility_service.c.dataset == dataset, facility_service.c.service.in_(services))
    return tx.execute(newest.where(*wanted)).scalar()


def missing(
    tx: Connection, dataset: str, scope: Scope, seen: Mapping[int, int], refused: set[str]
) -> tuple[int, list[tuple[str, str]]]:
    """Return how many entries of the scope were listed, and the keys of those that the list lacks."""
    columns = select(facility_service.c.number, facility_service.c.service)
    listed = columns.where(
        facility_service.c.dataset == dataset,
        facility_service.c.is_listed,
        facility_service.c.service.in_(scope.services),
        func.substr(facility_service.c.municipality, 1, 2).in_(scope.prefectures),
    )
    known, absent = 0, []
    for number, service in tx.execution_options(yield_per=1000).execute(listed):
        known += 1
        if hash((number, service)) not in seen and number not in refused:
            absent.append((number, service))
    return known, absent
