"""Enters the fictional city into a demonstration instance."""

import importlib
import json
from datetime import UTC, date, datetime
from importlib.util import find_spec
from typing import Any

from tsunagi import demo_city
from tsunagi.instance import Instance

# Offices first: people work at them, persons are cared for by them.
ORDER = ("directory", "accounts", "sharing", "events", "notify")


def seed(instance: Instance) -> dict[str, str]:
    """Enter what is missing of the city; returns the password of each login."""
    passwords = _passwords(instance)
    today = date.today()  # noqa: DTZ011 (a day, as people in the city count)
    enter(instance, demo_city.city(passwords, today))
    return passwords


def enter(instance: Instance, city: dict[str, Any]) -> None:
    """Let each service enter its part of a city; every database is marked as a demonstration's first."""
    for service in ORDER:
        _mark(service, instance.database_url(service))
    for service in ORDER:
        name = f"services.{service}.demo"
        if find_spec(name):
            importlib.import_module(name).seed(instance.database_url(service), city)


def _mark(service: str, database_url: str) -> None:
    from chassis.db import Database
    from chassis.marks import mark_as_demo

    db = Database(database_url, pool_size=1)
    try:
        with db.begin() as tx:
            metadata = importlib.import_module(f"services.{service}.models").metadata
            mark_as_demo(tx, metadata, datetime.now(UTC))
    finally:
        db.close()


def _passwords(instance: Instance) -> dict[str, str]:
    """Return the passwords of the instance, random, chosen at its first start."""
    from services.accounts.administrator import new_password

    path = instance.folder / "demo-accounts.json"
    known: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    for person in demo_city.PEOPLE:
        known.setdefault(person["login"], new_password(person["login"]))
    path.touch(mode=0o600)
    path.write_text(json.dumps(known, indent=1))
    return known
