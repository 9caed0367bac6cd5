"""Enters the fictional city into a demonstration instance."""

import importlib
import json
from datetime import UTC, date, datetime
from importlib.util import find_spec
from typing import Any

from tsunagi import demo_city, whole_files
from tsunagi.instance import Instance

# Offices first: people work at them, persons are cared for by them.
ORDER = ("directory", "accounts", "sharing", "events", "notify")


def seed(instance: Instance) -> dict[str, str]:
    """Enter what is missing of the city; returns the password of each login."""
    path = instance.folder / "demo-accounts.json"
    known: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    passwords = {**_new_passwords(known), **known}
    today = date.today()  # noqa: DTZ011 (a day, as people in the city count)
    # Whom a restored backup brought has a password that nobody here was told.
    enter(instance, demo_city.city(passwords, today) | {"new_passwords": passwords.keys() - known})
    whole_files.write(path, json.dumps(passwords, indent=1))
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


def _new_passwords(known: dict[str, str]) -> dict[str, str]:
    from services.accounts.administrator import new_password

    logins = [person["login"] for person in demo_city.PEOPLE if person["login"] not in known]
    return {login: new_password(login) for login in logins}
