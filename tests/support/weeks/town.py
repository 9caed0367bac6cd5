"""The town: 架空市 as seeded, a second care office with staff, and everybody signed in."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from services.accounts import demo
from tests.support.people import a_note, sign_in
from tests.support.stack import Stack
from tests.support.weeks.book import Book
from tests.support.weeks.hours import Hours
from tsunagi import demo_city
from tsunagi.client import Client

SAKURA, MINATO, DESK = (demo_city.office_id(number) for number in (demo_city.SAKURA, 8, demo_city.DESK))
# At ケアプランみなと, whose hours nobody has told (仮): the manager, and Aoki with Baba as deputy.
_AT_MINATO = (
    ("mori", "森 進", "office_manager"),
    ("aoki", "青木 陽子", "care_manager"),
    ("baba", "馬場 修", "care_manager"),
)
_PASSWORD = "Hikari-no-michi-2026"
_CITY = ("sato", "nakamura", "takahashi", "tanaka", "kobayashi")


@dataclass
class Town:
    """The signed-in people by login, and the book that is kept of them."""

    stack: Stack
    clients: dict[str, Client]
    memberships: dict[str, str]
    book: Book
    persons: int = field(default=0)

    @property
    def planner(self) -> Client:
        return self.clients["tanaka"]

    def account(self, login: str) -> str:
        return self.clients[login].account_id

    def client_of(self, account_id: str) -> Client:
        return next(client for client in self.clients.values() if client.account_id == account_id)

    def now(self) -> datetime:
        return self.stack.clock.now()

    def admit(self, office_id: str | None, account_id: str | None) -> str:
        """Have somebody new admitted, with consent and this care manager; returns the stay's id."""
        self.persons += 1
        planner = self.planner
        person_id = planner.post("/api/persons", _person(self.persons))["person_id"]
        consent = {"explained_by": "田中 美咲", "valid_from": "2020-01-01", "valid_until": "2099-12-31"}
        planner.post(f"/api/persons/{person_id}/consents", consent)
        if office_id:
            chosen = {"office_id": office_id, "account_id": account_id}
            planner.put(f"/api/persons/{person_id}/care-manager", chosen)
        admitted = {"person_id": person_id, "admitted_at": "2026-11-01T10:00:00+09:00", "cause": "肺炎"}
        stay_id: str = planner.post("/api/stays", admitted)["stay_id"]
        planner.post(f"/api/stays/{stay_id}/plan", {"planned_at": "2026-11-27T10:30:00+09:00"})
        return stay_id

    def send(self, stay_id: str, urgency: str) -> dict[str, Any]:
        """Send the stay's note, or its next version; returns the handoff."""
        content = a_note(self.planner, stay_id)
        body = {"stay_id": stay_id, "content": content, "urgency": urgency}
        return self.planner.post("/api/handoffs", body)


def open_town(stack: Stack) -> Town:
    """Return the town with its staff complete and known to every service."""
    _staff_minato(stack)
    stack.broker.settle()
    clients = {login: sign_in(stack, login) for login in _CITY}
    clients |= {login: Client(stack.url).sign_in(login, _PASSWORD) for login, _, _ in _AT_MINATO}
    memberships = {login: str(client.session["acting"]["membership_id"]) for login, client in clients.items()}
    return Town(stack, clients, memberships, _book(clients, stack.clock.now()))


def _book(clients: dict[str, Client], now: datetime) -> Book:
    id = {login: client.account_id for login, client in clients.items()}
    return Book(
        hours={
            SAKURA: [(now, Hours((9, 18)))],
            MINATO: [(now, Hours((9, 17)))],
            DESK: [(now, Hours((8.5, 17.25)))],
        },
        deputies={id["sato"]: [(now, id["nakamura"])], id["aoki"]: [(now, id["baba"])]},
        managers={SAKURA: id["takahashi"], MINATO: id["mori"]},
    )


def _staff_minato(stack: Stack) -> None:
    accounts = [
        {
            "account_id": _id(1, number),
            "name": name,
            "kana": "",
            "login": login,
            "email": f"{login}@example.jp",
            "password": _PASSWORD,
            "memberships": [
                {"membership_id": _id(2, number), "office_id": MINATO, "role": role}
                | {"is_manager": role == "office_manager"}
            ],
        }
        for number, (login, name, role) in enumerate(_AT_MINATO, 1)
    ]
    office = {"office_id": MINATO, "municipality": demo_city.CODE, "kind": "care_office"}
    told = {"offices": [office | {"name": demo_city.office_name(8)}], "accounts": accounts}
    demo.seed(stack.instance.database_url("accounts"), told | {"deputies": {_id(2, 2): _id(1, 3)}})


def _id(kind: int, number: int) -> str:
    return f"0190000{kind}-0000-7000-8000-00000000aa{number:02}"


def _person(number: int) -> dict[str, Any]:
    return {
        "family_name": "架空",
        "given_name": f"千代{number}",
        "family_kana": "カクウ",
        "given_kana": "チヨ",
        "birth_date": "1941-07-22",
        "sex": "female",
        "municipality": demo_city.CODE,
        "care_level": "22",
    }
