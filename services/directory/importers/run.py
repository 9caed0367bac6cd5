"""Carries a file into the directory, in portions of one transaction each."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from pathlib import Path

from chassis.clock import Clock
from chassis.db import Database
from contracts.errors import Conflict, Invalid
from services.directory import domain
from services.directory.importers import sources, store
from services.directory.importers.layouts import List, recognise
from services.directory.importers.portion import Portion
from services.directory.importers.record import Record
from services.directory.importers.report import Problem, Report

# Small enough that nobody who works meanwhile waits for an import's locks.
PORTION = 500


def import_file(
    database_url: str,
    path: str | Path,
    *,
    dry_run: bool = False,
    as_of: date | None = None,
    allow_older: bool = False,
    clock: Clock | None = None,
) -> Report:
    """Import a list and return what was done; with `dry_run` nothing is written.

    Importing the same file again changes nothing. Raises Invalid when the file is no list of a
    known layout and Conflict("older_than_present") when a newer list of its kind is in, unless
    `allow_older`; nothing has been written then.
    """
    path = Path(path)
    if not path.is_file():
        raise Invalid("file_missing")
    listed = recognise(path)
    as_of = as_of or sources.date_in_name(path.name)
    report = Report(listed.dataset.code, path.name, listed.file.encoding, as_of, dry_run)
    report.missing_columns = listed.missing_columns()
    db = Database(database_url, pool_size=2)
    try:
        _Import(db, clock or Clock(), listed, report).carry_over(allow_older)
    finally:
        db.close()
    return report


@dataclass
class _Import:
    db: Database
    clock: Clock
    listed: List
    report: Report
    # What has been read: key → content, both as 64-bit hashes, so that a large file stays small here.
    seen: dict[int, int] = field(default_factory=dict)
    scope: store.Scope = field(default_factory=store.Scope)
    may_unlist: bool = True

    def carry_over(self, allow_older: bool) -> None:
        self._compare_age(allow_older)
        with self.db.begin() as tx:
            run = store.begin(tx, self.listed.dataset, self.report, self.listed.file.sha256, self.clock)
        readings = self.listed.readings()
        while portion := list(islice(readings, PORTION)):
            with self.db.begin() as tx:
                self._apply(Portion(tx, run), portion)
        if self.may_unlist and self.listed.is_whole:
            self._unlist(run)
        with self.db.begin() as tx:
            store.finish(tx, run, self.report, self.clock.now())

    def _compare_age(self, allow_older: bool) -> None:
        first = islice(self.listed.readings(), 20)
        services = {record.service for record in first if isinstance(record, Record)}
        with self.db.begin() as tx:
            newest = store.newest_list(tx, self.listed.dataset.code, services)
        if not self.report.as_of:
            self.report.warnings["as_of_unknown"] += 1
        elif newest and self.report.as_of < newest:
            if not allow_older:
                raise Conflict("older_than_present")
            self.report.warnings["older_than_present"] += 1
            # What an old list lacks may simply be younger than it.
            self.may_unlist = False

    def _apply(self, portion: Portion, readings: Sequence[Record | Problem]) -> None:
        records, problems = [], []
        for found in readings:
            if isinstance(found, Problem):
                self.report.refused += 1
                problems.append(found)
            elif repeated := self._repeated(found):
                self.report.duplicates += 1
                problems.append(repeated)
            else:
                records.append(found)
                problems += found.problems
        self.report.read += len(readings)
        self.report.count(portion.put(records))
        self.report.note(problems)
        self.scope.widen(records)
        portion.keep_refusals(problems)

    def _repeated(self, record: Record) -> Problem | None:
        """Return the problem with a row whose key was read before; the first row counts."""
        key, content = hash(record.key), hash(repr((record.values, record.details)))
        before = self.seen.get(key)
        if before is None:
            self.seen[key] = content
            return None
        reason = "repeated_row" if before == content else "repeated_key_other_content"
        return Problem(record.row, "", " ".join(record.key), reason, "duplicate")

    def _unlist(self, run: store.Run) -> None:
        """Mark what the list no longer names, unless the list looks like an extract."""
        with self.db.begin() as tx:
            known, missing = store.missing(
                tx, run.dataset, self.scope, self.seen, self.listed.refused_numbers
            )
        if not domain.may_unlist(known, len(missing)):
            self.report.warnings["looks_like_an_extract"] += 1
            return
        self.report.unlisted = len(missing)
        for start in range(0, len(missing), PORTION):
            with self.db.begin() as tx:
                Portion(tx, run).unlist(missing[start : start + PORTION])
