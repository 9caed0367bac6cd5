"""The persons of the fictional city, with consent, team and stay, for demonstrations."""

from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import Connection, select

from chassis.clock import TOKYO, Clock
from chassis.db import Database
from chassis.ids import new_id
from chassis.outbox import Outbox
from contracts.fact import NewFact
from services.sharing import models
from services.sharing.domain import consent, facts, stays
from services.sharing.domain.stays import Change, Stay
from services.sharing.queries import persons
from services.sharing.queries import stays as stay_queries

Row = dict[str, Any]


def seed(database_url: str, city: Row, clock: Clock | None = None) -> None:
    """Enter the city's persons; who is there already stays as they are. Their stays are announced."""
    clock = clock or Clock()
    db = Database(database_url, pool_size=1)
    try:
        with db.begin() as tx:
            outbox = Outbox("sharing", models.metadata.tables["outbox"], clock)
            offices = {office["office_id"]: office["name"] for office in city["offices"]}
            for person in city["persons"]:
                if not _is_known(tx, person["person_id"]):
                    outbox.add(tx, _add(tx, person, offices, clock.now()))
    finally:
        db.close()


def _is_known(tx: Connection, person_id: str) -> bool:
    known = select(models.person.c.person_id).where(models.person.c.person_id == person_id)
    return tx.execute(known).first() is not None


def _add(tx: Connection, person: Row, offices: dict[str, str], now: datetime) -> list[NewFact]:
    """Enter one person with all that belongs to them; returns the facts of the stay."""
    columns = {column.name for column in models.person.c}
    entry = {key: value for key, value in person.items() if key in columns} | {"entered_at": now}
    persons.add_person(tx, entry, _member(person, "author", person["entered_at_office_id"], now))
    manager = _member(person, "care_manager", person["care_office_id"], now)
    persons.change_care_manager(tx, manager | {"account_id": person["care_manager_id"]})
    persons.add_consent(tx, _consent(person, now))
    return _stay(tx, person, offices, now)


def _member(person: Row, role: str, office_id: str, now: datetime) -> Row:
    return {
        "member_id": new_id(),
        "person_id": person["person_id"],
        "office_id": office_id,
        "account_id": person["entered_by"],
        "role": role,
        "since_at": now,
        "until_at": None,
    }


def _consent(person: Row, now: datetime) -> Row:
    return {
        **person["consent"],
        "person_id": person["person_id"],
        "purpose": consent.PURPOSE,
        "scope": list(consent.SCOPES),
        "covers_note": True,
        "covers_stay": True,
        "explained_at_office_id": person["entered_at_office_id"],
        "recorded_by": person["entered_by"],
        "recorded_at": now,
    }


def _stay(tx: Connection, person: Row, offices: dict[str, str], now: datetime) -> list[NewFact]:
    given = person["stay"]
    change = Change(person["entered_by"], person["entered_by_name"], now)
    request = {key: given[key] for key in ("ward", "room", "cause")}
    request |= {"person_id": person["person_id"], "admitted_at": _at(given["admitted_on"])}
    hospital = (given["hospital_id"], offices[given["hospital_id"]])
    stay = stays.admit(request, given["stay_id"], hospital, person["municipality"], change)
    stay_queries.add_stay(tx, stay)
    return [facts.admitted(stay), *_plan(tx, stay, person, change)]


def _plan(tx: Connection, stay: Stay, person: Row, change: Change) -> list[NewFact]:
    if person["stay"]["planned_on"] is None:
        return []
    planned = stays.plan_discharge(stay, _at(person["stay"]["planned_on"]), "home", change)
    stay_queries.save_stay(tx, planned)
    return [facts.planned(planned, (person["care_office_id"], person["care_manager_id"]))]


def _at(day: date) -> datetime:
    """Return half past ten in the morning, in Japan."""
    return datetime.combine(day, time(10, 30), TOKYO).astimezone(UTC)
