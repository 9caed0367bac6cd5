"""An empty directory and the small lists of made-up facilities, one irregularity after the other."""

from pathlib import Path

import pytest

from chassis.db import Database
from chassis.migrate import differences
from services.directory.importers import import_file

LISTS = Path(__file__).parents[2] / "fixtures" / "directory"
TABLES = (
    "contact, office_hours, import_change, import_refusal, import_run, facility_service, facility, source"
)


class Directory:
    """The directory's database and what a test does with it."""

    def __init__(self, home):
        self.database = home.database("directory")
        self.url = self.database.url
        self.db = Database(self.url, pool_size=1)

    def load(self, name, **how):
        """Import one of our own lists, or any file by its path."""
        return import_file(self.url, LISTS / name, **how)

    def refuses(self, name, error, **how):
        """Return the reason for which a whole file is refused."""
        with pytest.raises(error) as refusal:
            self.load(name, **how)
        return refusal.value.reason

    def facility(self, number):
        [row] = self.database.rows("SELECT * FROM facility WHERE number = :number", number=number)
        return row

    def services(self, number):
        """Return the stored services of a facility by their code."""
        statement = "SELECT * FROM facility_service WHERE number = :number ORDER BY service"
        return {row["service"]: row for row in self.database.rows(statement, number=number)}

    def facts(self):
        """Return (revision, data) of every fact announced so far."""
        rows = self.database.rows("SELECT envelope FROM outbox ORDER BY recorded_at, id")
        return [(row["envelope"]["revision"], row["envelope"]["data"]) for row in rows]

    def count(self, table):
        return self.database.scalar(f"SELECT count(*) FROM {table}")

    def migration_gaps(self):
        return differences("directory", self.url)

    def clear(self):
        self.database.execute(f"TRUNCATE {TABLES}, outbox")


@pytest.fixture(scope="module")
def kept_directory(instance):
    """One directory for a whole module."""
    return Directory(instance)


@pytest.fixture
def directory(kept_directory):
    """A directory that is empty at the start of each test."""
    kept_directory.clear()
    return kept_directory
