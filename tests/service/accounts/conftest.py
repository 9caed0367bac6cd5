"""A small city: one care office with its manager and two care managers, another office, the town hall."""

import json
from contextlib import suppress
from dataclasses import dataclass

import pytest

from chassis.auth import Caller
from chassis.ids import new_id
from services.accounts import demo

CITY = "999997"
PASSWORD = "Kawa-to-yama 42"


@dataclass(frozen=True)
class Member:
    """Somebody in one role at one office."""

    login: str
    account_id: str
    membership_id: str
    office_id: str
    role: str

    def caller(self, session: str = "") -> Caller:
        return Caller(
            account_id=self.account_id,
            name=self.login,
            office_id=self.office_id,
            role=self.role,
            municipality=CITY,
            session=session,
        )


class Town:
    """The people of one test module and what a test does with them."""

    def __init__(self, stack):
        self.stack = stack
        self.sakura, self.ume, self.hall, self.empty = new_id(), new_id(), new_id(), new_id()
        self.takahashi = self._member("takahashi", self.sakura, "office_manager")
        self.aoki = self._member("aoki", self.sakura, "care_manager")
        self.baba = self._member("baba", self.sakura, "care_manager")
        self.ota = self._member("ota", self.ume, "office_manager")
        self.ishida = self._member("ishida", self.hall, "operator")
        self.database = stack.database("accounts")
        self.seed()

    def _member(self, login, office_id, role):
        return Member(login, new_id(), new_id(), office_id, role)

    def seed(self):
        demo.seed(self.stack.instance.database_url("accounts"), self.city())

    def city(self):
        members = [self.takahashi, self.aoki, self.baba, self.ota, self.ishida]
        return {
            "offices": [an_office(office_id, kind) for office_id, kind in self.offices().items()],
            "accounts": [self._person(member) for member in members],
            "deputies": {self.aoki.membership_id: self.baba.account_id},
        }

    def offices(self):
        return {
            self.sakura: "care_office",
            self.ume: "care_office",
            self.hall: "municipality",
            self.empty: "hospital",
        }

    def _person(self, member):
        return {
            "account_id": member.account_id,
            "name": member.login.title(),
            "kana": "",
            "login": member.login,
            "password": PASSWORD,
            "email": f"{member.login}@example.test",
            "memberships": [
                {
                    "membership_id": member.membership_id,
                    "office_id": member.office_id,
                    "role": member.role,
                    "is_manager": member.role == "office_manager",
                }
            ],
        }

    def ask(self, method, request, caller=None, **how):
        return self.stack.ask("accounts", method, request, caller=caller or Caller(), **how)

    def sign_in(self, login, password=PASSWORD, place=""):
        request = {"login": login, "password": password, "user_agent": "test", "place": place}
        return self.ask("sign_in", request)

    def session_of(self, login):
        return self.sign_in(login)["session"]["session"]

    def add_staff(self, login, key=None, by=None, **more):
        request = {"name": login.title(), "login": login, "role": "care_manager", **more}
        return self.ask("add_staff", request, (by or self.takahashi).caller(), key=key)

    def staffed(self, office_id):
        """Return the newest fact of an office's staff as it lies in the outbox."""
        rows = self.database.rows(
            "SELECT envelope FROM outbox WHERE routing_key = 'office_staffed.v1'"
            " AND envelope->>'subject' = :id ORDER BY (envelope->>'revision')::int DESC LIMIT 1",
            id=office_id,
        )
        return rows[0]["envelope"]

    def announced(self, what, subject):
        """Return the data of all facts of one kind about something."""
        rows = self.database.rows(
            "SELECT envelope FROM outbox WHERE routing_key = :key"
            " AND envelope->>'subject' = :id ORDER BY recorded_at",
            key=f"{what}.v1",
            id=subject,
        )
        return [row["envelope"]["data"] for row in rows]


def an_office(office_id, kind):
    return {"office_id": office_id, "municipality": CITY, "kind": kind, "name": "ケアプランさくら"}


@pytest.fixture
def hints(instance):
    """Return a function that tells which live hints were heard since the test began."""
    heard = []
    with instance.connect() as connection:
        channel = connection.channel()
        queue = channel.queue_declare("", exclusive=True, auto_delete=True).queue
        channel.queue_bind(queue, "live")
        channel.basic_consume(queue, no_ack=True, callback=lambda message: heard.append(message.body))

        def so_far():
            with suppress(TimeoutError):
                connection.drain_events(timeout=0.1)
            return [hint for body in heard for hint in json.loads(body)]

        yield so_far


@pytest.fixture(scope="module")
def town(start_stack):
    return Town(start_stack("accounts"))
