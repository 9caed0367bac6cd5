"""The fictional city in a test instance, and its people signed in at the public API."""

import json
from typing import Any

from tests.support.machine import TestInstance
from tests.support.stack import Stack
from tsunagi.client import Client
from tsunagi.demo.note import CONTENT
from tsunagi.seeding import seed


def settle_city(home: TestInstance) -> None:
    """Enter the city, before or after the processes start."""
    seed(home.instance)


def sign_in(stack: Stack, login: str) -> Client:
    """Sign somebody of the city in."""
    return Client(stack.url).sign_in(login, password_of(stack, login))


def password_of(stack: Stack, login: str) -> str:
    """Return the password of somebody of the city."""
    passwords: dict[str, str] = json.loads((stack.instance.folder / "demo-accounts.json").read_text())
    return passwords[login]


def a_stay(planner: Client, care_manager: Client, **known: Any) -> str:
    """Have somebody admitted, with consent, a care manager and a planned discharge; returns the stay's id."""
    person = {
        "family_name": "架空",
        "given_name": "千代",
        "family_kana": "カクウ",
        "given_kana": "チヨ",
        "birth_date": "1941-07-22",
        "sex": "female",
        "municipality": "999997",
        "care_level": "22",
        **known,
    }
    person_id = planner.post("/api/persons", person)["person_id"]
    consent = {"explained_by": "田中 美咲", "valid_from": "2020-01-01", "valid_until": "2099-12-31"}
    planner.post(f"/api/persons/{person_id}/consents", consent)
    acting = care_manager.session["acting"]
    chosen = {"office_id": acting["office_id"], "account_id": care_manager.account_id}
    planner.put(f"/api/persons/{person_id}/care-manager", chosen)
    admitted = {
        "person_id": person_id,
        "admitted_at": "2026-11-02T10:00:00+09:00",
        "cause": "肺炎",
        "ward": "4東",
    }
    stay_id: str = planner.post("/api/stays", admitted)["stay_id"]
    planner.post(f"/api/stays/{stay_id}/plan", {"planned_at": "2026-11-27T10:30:00+09:00"})
    return stay_id


def a_note(planner: Client, stay_id: str) -> dict[str, Any]:
    """Return a complete note: what is prefilled, and the rest."""
    return {**planner.get(f"/api/stays/{stay_id}/note")["draft"]["content"], **CONTENT}
