"""Killed between the act that the world saw and the row that says so: it is done again, and shown once."""

import json
from collections import Counter

import pytest

from tests.support.eventually import eventually
from tests.support.freezing import frozen_before
from tests.support.people import a_note, a_stay, settle_city, sign_in


@pytest.fixture(scope="module")
def stack(instance, start_stack):
    settle_city(instance)
    running = start_stack()
    instance.broker.settle()
    return running


@pytest.fixture(scope="module")
def care_manager(stack):
    return sign_in(stack, "sato")


@pytest.fixture
def planner(stack, mail):
    mail.clear()
    return sign_in(stack, "tanaka")


@pytest.fixture
def published(instance):
    """Every copy of a note's fact that the broker takes from sharing, as ids of the facts."""
    with instance.connect() as connection:
        channel = connection.channel()
        # By this name it is nobody's work: `settle` does not wait until it is empty.
        queue = channel.queue_declare("live-tests-published", exclusive=True, auto_delete=True).queue
        channel.queue_bind(queue, "sharing.events", "discharge_noted.v1")
        taken = []

        def look():
            while (message := channel.basic_get(queue, no_ack=True)) is not None:
                taken.append(json.loads(message.body)["id"])
            return taken

        yield look


def send(planner, care_manager):
    stay_id = a_stay(planner, care_manager)
    return planner.post("/api/handoffs", {"stay_id": stay_id, "content": a_note(planner, stay_id)})


def letters_about(mail, handoff):
    return [letter for letter in mail.messages if handoff["code"] in letter.get_content()]


def delivery_of(stack, handoff):
    found = stack.database("notify").rows(
        "SELECT * FROM delivery JOIN alert USING (alert_id) WHERE handoff_id = :id", id=handoff["handoff_id"]
    )
    return found[0] if len(found) == 1 else None


def let_leases_run_out(stack):
    """The lease of who died lasts a minute of real time; nobody has to wait for that."""
    stack.database("notify").execute("UPDATE delivery SET leased_until = now() WHERE state = 'queued'")


def announced_of(stack, service, routing_key, subject):
    """The ids of the facts about a subject that a service has saved."""
    rows = stack.database(service).rows(
        "SELECT id FROM outbox WHERE routing_key = :key AND envelope ->> 'subject' = :id",
        key=routing_key,
        id=str(subject),
    )
    return [str(row["id"]) for row in rows]


def kill_and_wait(stack, name):
    pid = stack.pid(name)
    stack.kill(name)
    eventually(lambda: stack.supervisor.parts[name].process is None or stack.pid(name) != pid)


def readers_of(stack, handoff):
    rows = stack.database("notify").rows(
        "SELECT reader FROM inbox_item JOIN alert USING (alert_id) WHERE handoff_id = :id",
        id=handoff["handoff_id"],
    )
    return Counter(row["reader"] for row in rows)


def assert_shown_once(stack, care_manager, handoff):
    acting = care_manager.session["acting"]
    expected = {f"account:{care_manager.account_id}": 1, f"office:{acting['office_id']}": 1}
    assert readers_of(stack, handoff) == expected
    shown = [item["handoff_id"] for item in care_manager.get("/api/inbox")["items"]]
    assert shown.count(handoff["handoff_id"]) == 1
    assert care_manager.get(f"/api/handoffs/{handoff['handoff_id']}")["state"] in ("delivered", "seen")


def assert_sent_twice_and_recorded_once(stack, mail, handoff):
    first, second = letters_about(mail, handoff)
    row = delivery_of(stack, handoff)
    log = stack.database("notify").rows(
        "SELECT outcome FROM delivery_log WHERE delivery_id = :id", id=row["delivery_id"]
    )
    announced = announced_of(stack, "notify", "notification_sent.v1", row["delivery_id"])
    assert first["Message-ID"] == second["Message-ID"]
    assert str(row["delivery_id"]) in first["Message-ID"]
    assert (row["state"], row["attempts"]) == ("sent", 2)
    assert ([each["outcome"] for each in log], len(announced)) == (["sent"], 1)


def test_notify_dies_before_it_learns_that_the_mail_was_taken(stack, planner, care_manager, mail):
    mail.on_taken = lambda: kill_and_wait(stack, "notify")

    handoff = send(planner, care_manager)

    eventually(lambda: letters_about(mail, handoff), 20)
    stack.wait_ready()
    assert delivery_of(stack, handoff)["state"] == "queued"
    let_leases_run_out(stack)
    eventually(lambda: delivery_of(stack, handoff)["state"] == "sent", 20)
    stack.broker.settle()
    assert_sent_twice_and_recorded_once(stack, mail, handoff)
    assert_shown_once(stack, care_manager, handoff)


def test_notify_dies_after_the_mail_was_taken_and_before_that_is_recorded(stack, planner, care_manager, mail):
    with frozen_before(stack.database("notify"), "delivery", "NEW.state = 'sent'") as frozen:
        handoff = send(planner, care_manager)
        frozen.wait()
        assert len(letters_about(mail, handoff)) == 1
        kill_and_wait(stack, "notify")

    stack.wait_ready()
    let_leases_run_out(stack)
    eventually(lambda: delivery_of(stack, handoff)["state"] == "sent", 20)
    stack.broker.settle()
    assert_sent_twice_and_recorded_once(stack, mail, handoff)
    assert_shown_once(stack, care_manager, handoff)


def test_sharing_dies_after_publishing_and_before_that_is_recorded(stack, planner, care_manager, published):
    with frozen_before(
        stack.database("sharing"), "outbox", "NEW.routing_key = 'discharge_noted.v1'"
    ) as frozen:
        handoff = send(planner, care_manager)
        frozen.wait()
        eventually(lambda: readers_of(stack, handoff))
        kill_and_wait(stack, "sharing")

    stack.wait_ready()
    stack.broker.settle()
    [fact_id] = announced_of(stack, "sharing", "discharge_noted.v1", handoff["handoff_id"])
    assert Counter(published()) == {fact_id: 2}
    assert_shown_once(stack, care_manager, handoff)
