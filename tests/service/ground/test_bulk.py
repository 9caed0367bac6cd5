"""Rows that travel as arrays."""

import uuid

import pytest

from chassis import bulk
from services.sharing.models import office


def an_office(id: str, revision: int, members=()) -> dict:
    return {"office_id": id, "revision": revision, "manager_id": None, "members": list(members)}


@pytest.fixture
def ids():
    return sorted(str(uuid.uuid4()) for _ in range(3))


def revisions(db, ids) -> list[tuple[str, int]]:
    found = db.rows("SELECT office_id, revision, members FROM office ORDER BY office_id")
    return [(str(row["office_id"]), row["revision"]) for row in found if str(row["office_id"]) in ids]


def test_new_rows_are_inserted_and_older_ones_replaced(instance, ids):
    db = instance.database("sharing")
    first, second, third = ids
    with db.begin() as tx:
        bulk.keep_newest(tx, office, "office_id", [an_office(first, 2), an_office(second, 2)])

    with db.begin() as tx:
        rows = [an_office(first, 1), an_office(second, 3), an_office(third, 1)]
        bulk.keep_newest(tx, office, "office_id", rows)

    assert revisions(db, ids) == [(first, 2), (second, 3), (third, 1)]


def test_of_one_key_twice_in_a_batch_the_newest_counts(instance, ids):
    db = instance.database("sharing")
    first, *_ = ids

    with db.begin() as tx:
        bulk.keep_newest(tx, office, "office_id", [an_office(first, 5), an_office(first, 4)])

    assert revisions(db, [first]) == [(first, 5)]


def test_json_and_empty_values_arrive_whole(instance, ids):
    db = instance.database("sharing")
    member = {"account_id": ids[1], "role": "care_manager", "away": [], "word": "{架空,\"'}"}
    members = [member, member]

    with db.begin() as tx:
        bulk.keep_newest(tx, office, "office_id", [an_office(ids[0], 1, members), an_office(ids[1], 1)])
        found = {row.office_id: row for row in tx.execute(office.select().where(office.c.office_id.in_(ids)))}

    assert found[ids[0]].members == members
    assert found[ids[1]].members == []
    assert found[ids[0]].manager_id is None
