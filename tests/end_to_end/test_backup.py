"""A whole city is backed up while notes are being written, and restored into an empty instance."""

import threading

import pytest

from tests.end_to_end.test_main_job import send
from tests.support.backups import command
from tests.support.eventually import eventually
from tests.support.people import a_stay, settle_city, sign_in
from tests.support.stack import Stack
from tsunagi.parts import PROCESSES

# Starting a whole city twice takes a minute; what a backup holds is tried without one in `make test`.
pytestmark = pytest.mark.long


class Writer(threading.Thread):
    """A planner who sends one note after the other."""

    def __init__(self, planner, care_manager):
        super().__init__(daemon=True)
        self.planner, self.care_manager = planner, care_manager
        self.sent, self.is_over = [], threading.Event()

    def run(self):
        while not self.is_over.is_set():
            self.sent.append(send(self.planner, a_stay(self.planner, self.care_manager))["handoff_id"])

    def stop(self):
        self.is_over.set()
        self.join(60)
        return self.sent


def get(client, id):
    return client.get(f"/api/handoffs/{id}")


@pytest.fixture(scope="module")
def accepted(stack, planner, care_manager):
    """Three handoffs from before the backup: delivered, answered, and one of which nobody has heard."""
    waiting, answered = (send(planner, a_stay(planner, care_manager))["handoff_id"] for _ in "ab")
    care_manager.post(f"/api/handoffs/{answered}/acknowledgement")
    stack.broker.settle()
    stay_id = a_stay(planner, care_manager)
    stack.broker.settle()
    if not stack.home.is_embedded:
        stack.take_down("notify")
    unheard = send(planner, stay_id)["handoff_id"]
    eventually(lambda: unpublished(stack) == 0)
    return {"waiting": waiting, "answered": answered, "unheard": unheard}


def unpublished(stack):
    return stack.database("sharing").scalar("SELECT count(*) FROM outbox WHERE published_at IS NULL")


def ids(rows):
    return {str(row["id"]) for row in rows}


def deliveries(stack, id):
    statement = "SELECT delivery_id AS id FROM delivery JOIN alert USING (alert_id) WHERE handoff_id = :id"
    return sorted(str(row["id"]) for row in stack.database("notify").rows(statement, id=id))


@pytest.fixture(scope="module")
def backup(stack, planner, care_manager, accepted, tmp_path_factory):
    """A backup made in the midst of writing, and what the source answered before."""
    before = {name: get(planner, id) for name, id in accepted.items()}
    before["deliveries"] = deliveries(stack, accepted["waiting"])
    writer = Writer(sign_in(stack, "tanaka"), care_manager)
    writer.start()
    eventually(lambda: writer.sent, 30)
    early = list(writer.sent)
    file = tmp_path_factory.mktemp("backup") / "city.backup"
    code, told = command(stack.home, "backup", str(file))
    assert code == 0, told
    assert len(writer.stop()) > len(early)
    return file, before, early


@pytest.fixture(scope="module")
def restored(machine, mail, stack, backup):
    """The same city in another instance, with keys, passwords and a broker of its own."""
    file, *_ = backup
    home = machine.fresh(TSUNAGI_SMTP_URL=mail.url)
    code, told = command(home, "restore", str(file))
    assert code == 0, told
    settle_city(home)
    running = Stack(home, PROCESSES).start()
    home.broker.settle()
    yield running
    running.throw_away()
    home.close()


def test_every_handoff_that_was_accepted_is_there_with_the_same_answers(restored, accepted, backup):
    _, before, early = backup
    planner = sign_in(restored, "tanaka")

    for name in ("waiting", "answered"):
        assert get(planner, accepted[name]) == before[name]
    for id in (accepted["unheard"], *early):
        assert get(planner, id)["handoff_id"] == id


def test_what_was_told_and_not_heard_is_told_again_and_nobody_is_alerted_twice(restored, accepted, backup):
    _, _, early = backup
    notify, sharing = restored.database("notify"), restored.database("sharing")
    alerted = notify.rows("SELECT handoff_id AS id FROM alert")
    known = sharing.rows("SELECT handoff_id AS id FROM handoff")
    told = sharing.rows("SELECT id FROM outbox WHERE routing_key = 'discharge_noted.v1'")
    heard = notify.rows("SELECT fact_id AS id FROM inbox WHERE handler = 'on_discharge_noted'")
    doubled = notify.rows(
        "SELECT alert_id FROM delivery GROUP BY alert_id, account_id, rung, channel HAVING count(*) > 1"
    )

    assert ids(alerted) == ids(known) >= {*accepted.values(), *early}
    assert ids(heard) == ids(told) != set()
    assert doubled == []
    assert restored.broker.dead_letters() == {}


def test_what_was_delivered_before_is_not_delivered_again(restored, accepted, backup):
    _, before, _ = backup

    assert deliveries(restored, accepted["waiting"]) == before["deliveries"] != []


def test_an_answer_after_the_restore_ends_the_ladder(restored, accepted):
    planner, care_manager = sign_in(restored, "tanaka"), sign_in(restored, "sato")

    for name in ("waiting", "unheard"):
        answer = care_manager.post(f"/api/handoffs/{accepted[name]}/acknowledgement")
        assert (answer["state"], answer["acknowledged_by_name"]) == ("acknowledged", "佐藤 恵")
    restored.broker.settle()

    for name in ("waiting", "unheard"):
        ladder = planner.get(f"/api/handoffs/{accepted[name]}/ladder")
        assert ladder["state"] == "acknowledged"
        assert [each for each in ladder["deliveries"] if each["state"] == "queued"] == []


def test_the_access_log_is_whole_after_the_restore(restored):
    code, told = command(restored.home, "audit", "verify")

    assert code == 0, told
