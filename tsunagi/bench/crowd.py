"""Fifty people who work at the same time, and the persons whose notes they write. All made up."""

import secrets
from datetime import date
from typing import Any

from tsunagi import demo_city

Row = dict[str, Any]
HOSPITALS = CARE_OFFICES = 5
# Nothing is sent to it.
QUIET_OFFICE = "01900000-0000-7000-8002-0000000fffff"
PER_OFFICE = 5


def crowd(passwords: dict[str, str], persons: int) -> Row:
    """Return a city like `tsunagi.demo_city.city`: 25 planners, 25 care managers, `persons` in hospital."""
    nobody = dict.fromkeys((person["login"] for person in demo_city.PEOPLE), "-")
    city = demo_city.city(nobody, date.today())  # noqa: DTZ011 (a day, as people in the city count)
    desk = city["offices"][demo_city.DESK - 1]
    hospitals = [_office(n, "hospital", []) for n in range(HOSPITALS)]
    care_offices = [_office(100 + n, "care_office", ["430"]) for n in range(CARE_OFFICES)]
    planners = [_worker("planner", n, hospitals, "discharge_planner", passwords) for n in range(25)]
    managers = [_worker("manager", n, care_offices, "care_manager", passwords) for n in range(25)]
    return {
        "municipality": demo_city.CODE,
        "name": demo_city.NAME,
        "offices": [desk, *hospitals, *care_offices],
        "accounts": [*planners, *managers],
        "deputies": {},
        "persons": [
            _person(n, city["persons"][0], planners[n % 25], managers[n % 25]) for n in range(persons)
        ],
    }


def logins() -> tuple[list[str], list[str]]:
    """Return the logins of planners and of care managers; person n belongs to the (n mod 25)th of each."""
    return [f"planner{n:02}" for n in range(25)], [f"manager{n:02}" for n in range(25)]


def some_passwords() -> dict[str, str]:
    """Return a random password for each login."""
    planners, managers = logins()
    return {login: f"{secrets.token_urlsafe(12)}-a1" for login in (*planners, *managers)}


def stay_id(number: int) -> str:
    """Return the id of the stay of person `number`."""
    return f"01900000-0000-7000-8001-0000000{number:05x}"


def planner_id(number: int) -> str:
    """Return the account of planner `number`."""
    return _account_id(3, number)


def manager_id(number: int) -> str:
    """Return the account of care manager `number`."""
    return _account_id(4, number)


def hospital_id(number: int) -> str:
    """Return the office of planners `number` × 5 to `number` × 5 + 4."""
    return _office_id(number)


def care_office_id(number: int) -> str:
    """Return the office of care managers `number` × 5 to `number` × 5 + 4."""
    return _office_id(100 + number)


def desk_id() -> str:
    """Return the desk of the city."""
    return demo_city.office_id(demo_city.DESK)


def _account_id(kind: int, number: int) -> str:
    return f"01900000-0000-7000-800{kind}-0000000{number:05x}"


def _office_id(number: int) -> str:
    return f"01900000-0000-7000-8002-0000000{number:05x}"


def _office(number: int, kind: str, services: list[str]) -> Row:
    id = _office_id(number)
    return {
        "facility_id": id,
        "office_id": id,
        "kind": kind,
        "services": services,
        "number": f"98{number:08}",
        "name": f"架空の事業所{number}",
        "kana": "カクウノジギョウショ",
        "address": demo_city.NAME,
        "phone": "000-000-0000",
        "fax": "",
        "municipality": demo_city.CODE,
        "municipality_name": demo_city.NAME,
        "hours": None,
    }


def _worker(word: str, number: int, offices: list[Row], role: str, passwords: dict[str, str]) -> Row:
    kind = 3 if word == "planner" else 4
    login = f"{word}{number:02}"
    membership = {
        "membership_id": f"01900000-0000-7000-800{kind}-1000000{number:05x}",
        "office_id": offices[number // PER_OFFICE]["office_id"],
        "role": role,
        "is_manager": False,
    }
    return {
        "account_id": _account_id(kind, number),
        "name": f"架空 {login}",
        "kana": "",
        "login": login,
        "email": None,
        "password": passwords[login],
        "memberships": [membership],
    }


def _person(number: int, pattern: Row, planner: Row, manager: Row) -> Row:
    hospital, care_office = planner["memberships"][0]["office_id"], manager["memberships"][0]["office_id"]
    return {
        **pattern,
        "person_id": f"01900000-0000-7000-8005-0000000{number:05x}",
        "entered_by": planner["account_id"],
        "entered_by_name": planner["name"],
        "entered_at_office_id": hospital,
        "care_office_id": care_office,
        "care_manager_id": manager["account_id"],
        "consent": {
            **pattern["consent"],
            "consent_id": f"01900000-0000-7000-8006-0000000{number:05x}",
        },
        "stay": {
            **pattern["stay"],
            "stay_id": stay_id(number),
            "hospital_id": hospital,
            # One plan is enough to prefill the note that all send.
            "planned_on": pattern["stay"]["planned_on"] if number == 0 else None,
        },
    }
