"""The cast of notify's tests, told to it by facts: an office, a desk, a hospital."""

import json
import re
from dataclasses import dataclass

import pytest

from chassis.calendar import DEFAULT_HOURS
from chassis.ids import new_id
from contracts.accounts import OfficeStaffed
from contracts.directory import FacilityChanged
from contracts.sharing import DischargeNoted
from tests.support.bounces import ReturnedMail
from tests.support.calls import a_caller
from tests.support.eventually import eventually
from tests.support.mail import MailCatcher
from tests.support.receiver import Receiver
from tests.support.stack import Stack

MUNICIPALITY = "999997"
BOUNCE_TO = "bounce+{token}@mail.example.jp"


# One pair of processes for the folder: each test's town has ids that no other knows.
@pytest.fixture(scope="package")
def mail():
    catcher = MailCatcher().start()
    yield catcher
    catcher.stop()


@pytest.fixture(scope="package")
def returned():
    """The mailbox to which letters go back."""
    box = ReturnedMail()
    yield box
    box.stop()


@pytest.fixture(scope="package")
def instance(machine, mail, returned):
    bounces = {"TSUNAGI_BOUNCE_TO": BOUNCE_TO, "TSUNAGI_BOUNCE_IMAP_URL": returned.url}
    made = machine.fresh(TSUNAGI_SMTP_URL=mail.url, **bounces)
    yield made
    made.close()


@pytest.fixture(scope="package")
def stack(instance):
    running = Stack(instance, ["accounts", "notify"]).start()
    yield running
    running.throw_away()


@dataclass
class Town:
    """Ids of one hospital, one care office and one desk that no other test knows."""

    stack: object

    def __post_init__(self):
        self.hospital, self.sakura, self.desk = new_id(), new_id(), new_id()
        self.planner, self.aoki, self.baba = new_id(), new_id(), new_id()
        self.manager, self.counsellor = new_id(), new_id()

    def settle(self):
        """Wait until notify has handled and announced everything; others' queues are not drained here."""
        for _ in range(2):
            eventually(self._is_quiet, timeout=60)

    def _is_quiet(self):
        depths = self.stack.broker.queue_depths().items()
        waiting = sum(n for name, n in depths if name.startswith("notify.") and not name.endswith(".dead"))
        unpublished = "SELECT count(*) FROM outbox WHERE published_at IS NULL"
        return not waiting and not self.stack.database("notify").scalar(unpublished)

    # What directory and accounts announce ------------------------------------------------

    def tell_hours(self, office_id, name="ケアプランさくら", revision=1, **hours):
        fact = FacilityChanged.happened(
            municipality=MUNICIPALITY,
            revision=revision,
            facility_id=office_id,
            kind="care_office",
            name=name,
            services=["430"],
            hours={**DEFAULT_HOURS, "is_provisional": False, **hours},
            is_listed=True,
        )
        self.stack.broker.publish(fact)

    def tell_staff(self, office_id, members, manager_id=None, revision=1):
        fact = OfficeStaffed.happened(
            municipality=MUNICIPALITY,
            revision=revision,
            office_id=office_id,
            manager_id=manager_id,
            members=members,
        )
        self.stack.broker.publish(fact)

    def open_sakura(self):
        self.tell_hours(self.sakura)
        self.tell_staff(self.sakura, self.staff_of_sakura(), self.manager)

    def staff_of_sakura(self):
        return [
            a_member(self.aoki, deputy_id=self.baba),
            a_member(self.baba),
            a_member(self.manager, role="office_manager"),
        ]

    def open_desk(self):
        self.tell_hours(self.desk, name="架空市 在宅医療・介護連携支援センター")
        self.tell_staff(self.desk, [a_member(self.counsellor, role="desk")])

    def open_all(self):
        self.tell_hours(self.hospital, name="架空総合病院")
        self.open_sakura()
        self.open_desk()
        self.settle()
        return self

    def add_accounts(self, *account_ids):
        """Let accounts know these people, so that notify can ask for their addresses."""
        database = self.stack.database("accounts")
        for account_id in account_ids:
            database.execute(
                "INSERT INTO account (account_id, login, name, kana, email, password_hash,"
                " must_change_password, created_at)"
                " VALUES (:id, :login, 'Aoki', '', :email, 'x', false, now())",
                id=account_id,
                login=f"cm-{account_id[-12:]}",
                email=address(account_id),
            )
            database.execute(
                "INSERT INTO membership"
                " (membership_id, account_id, office_id, municipality, role, created_at)"
                " VALUES (:id, :account, :office, '999997', 'care_manager', now())",
                id=new_id(),
                account=account_id,
                office=self.sakura,
            )

    def choose_language(self, account_id, language):
        """Let somebody have chosen in which language they are written to."""
        statement = "UPDATE account SET language = :language WHERE account_id = :id"
        self.stack.database("accounts").execute(statement, language=language, id=account_id)

    # What sharing announces --------------------------------------------------------------

    def a_note(self, **changes):
        told = {
            "handoff_id": new_id(),
            "stay_id": new_id(),
            "code": "K4M7-2PX",
            "urgency": "urgent",
            "from_account_id": self.planner,
            "from_office_id": self.hospital,
            "to_account_id": self.aoki,
            "to_office_id": self.sakura,
            "desk_id": self.desk,
            "noted_at": self.stack.clock.now(),
        }
        return DischargeNoted.happened(municipality=MUNICIPALITY, **{**told, **changes})

    def send_note(self, **changes):
        """Announce a note and wait until it was handled; returns its handoff's id."""
        note = self.a_note(**changes)
        self.stack.broker.publish(note)
        self.settle()
        return note.data["handoff_id"]

    # What people ask ---------------------------------------------------------------------

    def caller(self, account_id):
        office_id = {self.planner: self.hospital, self.counsellor: self.desk}.get(account_id, self.sakura)
        return a_caller(account_id=account_id, office_id=office_id)

    def inbox(self, account_id, **request):
        return self.stack.ask("notify", "list_inbox", request, caller=self.caller(account_id))

    def ladder(self, handoff_id, account_id=None):
        caller = self.caller(account_id or self.planner)
        return self.stack.ask("notify", "get_ladder", {"handoff_id": handoff_id}, caller=caller)

    def announced(self, what, handoff_id):
        """The data of notify's facts of one kind about a subject, oldest first, each with its revision."""
        rows = self.stack.database("notify").rows(
            "SELECT envelope FROM outbox WHERE routing_key = :key AND envelope->>'subject' = :id"
            " ORDER BY recorded_at, id",
            key=f"{what}.v1",
            id=handoff_id,
        )
        return [row["envelope"]["data"] | {"revision": row["envelope"]["revision"]} for row in rows]


def a_member(account_id, role="care_manager", deputy_id=None, is_active=True, away=()):
    return {
        "account_id": account_id,
        "role": role,
        "deputy_id": deputy_id,
        "is_active": is_active,
        "away": list(away),
    }


def link_in(letter):
    """The link of a mail."""
    return re.search(r"https?://\S+/r/\S+", letter.get_content())[0]


def address(account_id):
    return f"{account_id[-12:]}@example.jp"


@pytest.fixture
def hints(stack):
    """What is broadcast to open pages: `hints(handoff_id, count)` waits for so many, in their order."""
    with stack.home.connect() as connection:
        channel = connection.channel()
        queue = channel.queue_declare("", exclusive=True).queue
        channel.queue_bind(queue, "live")
        heard = []

        def about(handoff_id):
            while (message := channel.basic_get(queue, no_ack=True)) is not None:
                heard.extend(json.loads(message.body))
            return [hint for hint in heard if hint.get("handoff_id") == handoff_id]

        def wait_for(handoff_id, count):
            eventually(lambda: len(about(handoff_id)) >= count)
            return about(handoff_id)

        yield wait_for


@pytest.fixture
def receiver():
    running = Receiver()
    yield running
    running.close()


@pytest.fixture
def office(town, receiver):
    """The receiving office with a webhook to `receiver`."""
    from tests.service.notify.offices import Office

    made = Office(town.open_all(), receiver)
    yield made
    made.change("remove_webhook")


@pytest.fixture
def town(stack, mail):
    stack.clock.set("2026-11-24 10:00")
    mail.clear()
    return Town(stack)
