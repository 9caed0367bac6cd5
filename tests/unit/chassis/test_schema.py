"""Which databases a program works on, by the numbers of their migrations."""

import importlib

import pytest

from chassis.schema import compare, known_to_code
from tsunagi.parts import SERVICES


@pytest.mark.parametrize(
    ("found", "needed", "fault"),
    [
        ("0002", "0001", ""),
        ("0001", "0001", "schema_older:0001<0002"),
        (None, "", "schema_missing"),
        ("0003", "0002", ""),
        ("0004", "0001", ""),
        ("0003", "0003", "schema_newer:0003>0002"),
        ("0004", "0003", "schema_newer:0004>0002"),
        ("0003", "", "schema_newer:0003>0002"),
    ],
)
def test_code_works_on_its_own_shape_and_on_what_was_only_added_to(found, needed, fault):
    assert compare(found, needed, ["0001", "0002"]) == fault


@pytest.mark.parametrize("service", SERVICES)
def test_a_migrations_file_begins_with_its_number_and_follows_the_one_before(service):
    before = None

    for number in known_to_code(service):
        [name] = [
            path.stem
            for path in importlib.import_module("chassis.schema")._SERVICES.glob(
                f"{service}/migrations/{number}*.py"
            )
        ]
        migration = importlib.import_module(f"services.{service}.migrations.{name}")

        assert (migration.revision, migration.down_revision) == (number, before)
        before = number
