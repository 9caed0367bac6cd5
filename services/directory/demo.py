"""The facilities of a demonstration city. All of them are made up."""

import hashlib
import json
from dataclasses import replace
from typing import Any

from chassis.clock import Clock
from chassis.db import Database
from services.directory.entering import set_hours
from services.directory.importers import store
from services.directory.importers.portion import Portion
from services.directory.importers.record import Record
from services.directory.importers.report import Report
from services.directory.importers.sources import Dataset

DATASET = Dataset("demo", "架空市の例", "つなぎ", "CC0 1.0", "架空の事業所です（実在しません）")
_SAME = ("name", "kana", "municipality", "municipality_name", "address", "phone", "fax")


def seed(database_url: str, city: dict[str, Any], clock: Clock | None = None) -> None:
    """Enter the offices of `city`; doing so again changes nothing.

    `city["offices"]` are dicts with facility_id, kind, number, services (codes), hours (or None)
    and what `_SAME` names.
    """
    clock = clock or Clock()
    offices = city["offices"]
    report = Report(DATASET.code, "demo", "utf-8", None, False)
    digest = hashlib.sha256(json.dumps(offices, sort_keys=True, default=str).encode()).hexdigest()
    db = Database(database_url, pool_size=2)
    try:
        with db.begin() as tx:
            run = replace(store.begin(tx, DATASET, report, digest, clock), is_undoable=False)
            report.count(Portion(tx, run).put([record for office in offices for record in _records(office)]))
            store.finish(tx, run, report, clock.now())
            for office in offices:
                if office.get("hours"):
                    hours = {"closed_days": [], "closes_on_holidays": True, **office["hours"]}
                    set_hours(tx, office["facility_id"], hours, (None, "demo"), run)
    finally:
        db.close()


def _records(office: dict[str, Any]) -> list[Record]:
    values = {field: office.get(field) or "" for field in _SAME}
    return [
        Record(
            "own", office["number"], code, office["kind"], facility_id=office["facility_id"], values=values
        )
        for code in office["services"] or [office["kind"]]
    ]
