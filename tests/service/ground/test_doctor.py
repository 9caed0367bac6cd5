"""`tsunagi doctor` on real servers: nothing wrong when all is well, and each fault with what to do."""

import contextlib
import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from chassis.ids import new_id
from chassis.schema import known_to_code
from chassis.tables import service_metadata
from chassis.topology import declare
from tests.support.eventually import eventually
from tests.support.machine import delays
from tsunagi import instance as instances
from tsunagi.servers.process import free_ports

QUEUE = "notify.on_discharge_noted"


def run(environment, *words):
    return subprocess.run(
        [sys.executable, "-m", "tsunagi", "doctor", *words],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def doctor(home):
    """Return the exit code and {check: finding} of what is not well, processes apart; none runs here."""
    done = run(instances.from_outside(), "--json", "--instance", str(home.instance.folder))
    assert_tells_no_secret(home, done)
    found = {each["check"]: each for each in json.loads(done.stdout)}
    return done.returncode, {
        check: each
        for check, each in found.items()
        if each["state"] != "ok" and not check.startswith("process ")
    }


def assert_tells_no_secret(home, done):
    told = done.stdout + done.stderr
    assert [name for name, secret in home.instance.passwords.items() if secret in told] == []
    assert "Traceback" not in told


@contextlib.contextmanager
def instead(home, what, name, value):
    """Have the instance's file say something else inside the block."""
    kept = getattr(home.instance, what)
    setattr(home.instance, what, kept | {name: value})
    home.instance.save()
    try:
        yield
    finally:
        setattr(home.instance, what, kept)
        home.instance.save()


@pytest.fixture
def needs_servers(instance):
    if instance.is_embedded:
        pytest.skip("an embedded instance has files instead of servers")


def test_nothing_is_wrong_with_a_fresh_instance(instance):
    assert doctor(instance) == (0, {})

    done = run(instances.from_outside(), "--instance", str(instance.instance.folder))
    assert_tells_no_secret(instance, done)
    for words in (
        "✓ ok      database sharing: schema",
        "✓ ok      outbox notify: nothing waits",
        "✓ ok      queues: all ",
        "✓ ok      dead letters: there are none",
        "✓ ok      mail: the server greets",
        "! warning process worker: it does not run",
    ):
        assert words in done.stdout


def test_in_a_container_the_environment_tells_where_to_look(instance):
    done = run(instance.instance.admin_environment(), "--json")

    checks = {each["check"] for each in json.loads(done.stdout) if each["state"] == "ok"}
    assert done.returncode == 0
    assert {"settings", "database events", "broker", "queues", "mail", "holidays"} <= checks
    assert not {"disk", "folder", "secret files", "programs"} & checks


def test_a_dead_letter_and_a_suspect_are_counted(instance):
    instance.broker.publish_raw("notify.retry", f"{QUEUE}.dead", "{}")
    instance.broker.publish_raw("notify.retry", f"{QUEUE}.suspects", "{}")

    eventually(lambda: set(doctor(instance)[1]) == {"dead letters", "suspects"}, 30)

    code, found = doctor(instance)
    assert code == 0
    assert found["dead letters"]["says"] == f"1 lie in {QUEUE}.dead"
    assert "dead-letters replay" in found["dead letters"]["do"]
    assert found["suspects"]["says"] == f"1 wait in {QUEUE}.suspects"
    assert [len(instance.broker.peek(f"{QUEUE}.{each}")) for each in ("dead", "suspects")] == [1, 1]
    empty(instance, f"{QUEUE}.dead", f"{QUEUE}.suspects")


def empty(home, *queues):
    with home.connect() as connection:
        channel = connection.channel()
        for queue in queues:
            while (message := channel.basic_get(queue)) is not None:
                channel.basic_ack(message.delivery_tag)


def test_a_missing_queue_is_named(instance, needs_servers):
    with instance.connect() as connection:
        connection.channel().queue_delete(f"{QUEUE}.suspects")

    code, found = doctor(instance)

    count = len(declare(instance.instance.amqp_url("admin"), delays(instance.instance)))
    assert (code, set(found)) == (1, {"queues"})
    assert found["queues"]["says"] == f"1 of {count} are missing: {QUEUE}.suspects"
    assert "tsunagi migrate" in found["queues"]["do"]


def test_a_virtual_host_that_is_gone_is_told(instance, needs_servers):
    kept, instance.instance.vhost = instance.instance.vhost, "gone"
    instance.instance.save()

    code, found = doctor(instance)

    instance.instance.vhost = kept
    instance.instance.save()
    assert (code, set(found)) == (1, {"broker"})
    assert found["broker"]["says"] == "it has no such virtual host, or not for this login"


def test_a_broker_that_refuses_the_login_is_told_apart_from_one_that_is_away(instance, needs_servers):
    with instead(instance, "passwords", "broker_admin", "not-the-word"):
        refused = doctor(instance)[1]
    with instead(instance, "ports", "amqp", free_ports(1)[0]):
        away = doctor(instance)[1]

    assert (refused["broker"]["says"], away["broker"]["says"]) == (
        "it refuses the login",
        "it cannot be reached",
    )
    assert "rabbitmq" in refused["broker"]["do"]


def test_a_database_that_refuses_the_login_is_told_apart_from_one_that_is_away(instance, needs_servers):
    with instead(instance, "passwords", "database_events", "not-the-word"):
        code, refused = doctor(instance)
    with instead(instance, "ports", "postgres", free_ports(1)[0]):
        away = doctor(instance)[1]

    assert (code, set(refused)) == (1, {"database events"})
    assert refused["database events"]["says"] == "the server answers, but does not let this login in"
    assert {each["says"] for each in away.values()} == {"the server cannot be reached"}
    assert len(away) == 5


def test_a_database_that_takes_no_writes_is_named(instance, needs_servers):
    instance.set_read_only("sharing", True)

    code, found = doctor(instance)

    instance.set_read_only("sharing", False)
    assert (code, set(found)) == (1, {"database sharing"})
    assert found["database sharing"]["says"] == "it is read-only"
    assert "default_transaction_read_only" in found["database sharing"]["do"]


def test_a_database_of_another_version_is_named(instance):
    newest = known_to_code("events")[-1]
    at = "UPDATE alembic_version SET version_num = :number"
    instance.database("events").execute(at, number="0000")
    older = doctor(instance)
    instance.database("events").execute(at, number="9999")
    newer = doctor(instance)
    instance.database("events").execute(at, number=newest)

    assert older[0] == 1
    assert (
        older[1]["database events"]["says"] == f"it is older than this program (schema_older:0000<{newest})"
    )
    assert "tsunagi migrate" in older[1]["database events"]["do"]
    # Every migration that this code does not know has only added something.
    assert (newer[0], newer[1]["database events"]["state"]) == (0, "warning")


def test_a_fact_that_waits_too_long_is_told(instance):
    table = service_metadata().tables["outbox"]
    row = {"id": new_id(), "routing_key": "x.v1", "envelope": {}, "unheard": False}
    with instance.database("sharing").begin() as tx:
        tx.execute(table.insert().values(**row, recorded_at=datetime.now(UTC) - timedelta(minutes=5)))

    code, found = doctor(instance)

    instance.database("sharing").execute("DELETE FROM outbox")
    assert (code, set(found)) == (0, {"outbox sharing"})
    assert found["outbox sharing"]["says"].startswith("1 unpublished, the oldest for 30")
