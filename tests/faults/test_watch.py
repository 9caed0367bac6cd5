"""The watch calls operators by itself, whatever of the instance is down."""

import contextlib
import json
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from chassis.ids import new_id
from tests.support.eventually import eventually
from tests.support.mail import MailCatcher
from tests.support.receiver import Receiver
from tests.support.stack import Stack
from tsunagi import instance as instances

OPERATOR = "ishida@example.jp"


def run(home, *words, **settings):
    return subprocess.Popen(
        [sys.executable, "-m", "tsunagi", "watch", "--instance", str(home.instance.folder), *words],
        env=instances.from_outside() | {f"TSUNAGI_WATCH_{name}": value for name, value in settings.items()},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def found(home, **settings):
    """The exit code of one look, and the codes of what is wrong; processes that do not run apart."""
    told, errors = (process := run(home, "--once", "--json", **settings)).communicate(timeout=90)
    assert "Traceback" not in errors
    assert [name for name, secret in home.instance.passwords.items() if secret in told + errors] == []
    codes = {one["code"] for one in json.loads(told)}
    assert process.returncode == (1 if codes else 0)
    return {code for code in codes if not code.startswith("process:")}


@contextlib.contextmanager
def watching(home, **settings):
    process = run(home, EVERY_S="1", TO=OPERATOR, **settings)
    try:
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=30)


@pytest.fixture
def own_mail():
    """A mail server of the operators', which is not the one of letters."""
    catcher = MailCatcher().start()
    yield catcher
    catcher.stop()


def add_a_letter(database, now, tried=(), **more):
    """A letter that waits, of an alert that nobody reads; `tried` is when."""
    alert_id = new_id()
    database.execute(
        "INSERT INTO alert (alert_id, handoff_id, ended_as) VALUES (:id, :handoff, 'recalled')",
        id=alert_id,
        handoff=new_id(),
    )
    row = {"delivery_id": new_id(), "alert_id": alert_id, "account_id": new_id(), "rung": 1}
    row |= {"channel": "email", "state": "queued", "queued_at": now, "sent_at": None, "reason": None} | more
    names = ", ".join(row)
    marks = ", ".join(f":{name}" for name in row)
    database.execute(f"INSERT INTO delivery ({names}) VALUES ({marks})", **row)
    for at in tried:
        database.execute(
            "INSERT INTO delivery_log (log_id, delivery_id, at, outcome) VALUES (:log, :id, :at, :outcome)",
            log=new_id(),
            id=row["delivery_id"],
            at=at,
            outcome="sent" if row["sent_at"] else "delayed",
        )


def test_nothing_is_wrong_with_a_fresh_instance(instance):
    assert found(instance) == set()


def test_facts_that_wait_are_found_by_their_age(instance):
    sharing, fact_id = instance.database("sharing"), new_id()
    sharing.execute(
        "INSERT INTO outbox (id, routing_key, envelope, recorded_at) VALUES (:id, 'x.v1', :envelope, :at)",
        id=fact_id,
        envelope=json.dumps({}),
        at=datetime.now(UTC) - timedelta(minutes=10),
    )
    try:
        assert found(instance) == {"outbox:sharing"}
    finally:
        sharing.execute("DELETE FROM outbox WHERE id = :id", id=fact_id)


def test_a_channel_is_silent_when_nothing_went_out_since_what_waits(instance):
    notify, now = instance.database("notify"), instance.clock.now()
    quarter = timedelta(minutes=15)
    try:
        add_a_letter(notify, now - quarter, reason="mailbox_busy")
        assert found(instance) == set()
        add_a_letter(notify, now - quarter)
        assert found(instance) == {"channel:email"}
        sent_at = now - timedelta(minutes=1)
        add_a_letter(notify, now - 2 * quarter, state="sent", sent_at=sent_at, tried=[sent_at])
        assert found(instance) == set()
    finally:
        notify.execute("DELETE FROM delivery_log")
        notify.execute("DELETE FROM delivery")
        notify.execute("DELETE FROM alert")


def test_a_letter_that_waits_for_its_readers_wishes_ages_from_then_on(instance):
    notify, now, evening = instance.database("notify"), instance.clock.now(), timedelta(hours=9)
    minute, quarter = timedelta(minutes=1), timedelta(minutes=15)
    try:
        add_a_letter(notify, now - evening, reason="waits_for_wish", next_try_at=now + quarter)
        add_a_letter(notify, now - evening, reason="waits_for_wish", next_try_at=now - minute)
        # It has waited, too, and its first try, in the morning, was in vain.
        add_a_letter(notify, now - evening, reason="mail_server_away", tried=[now - minute])
        assert found(instance) == set()
        add_a_letter(notify, now - evening, reason="waits_for_wish", next_try_at=now - quarter)
        assert found(instance) == {"channel:email"}
    finally:
        notify.execute("DELETE FROM delivery_log")
        notify.execute("DELETE FROM delivery")
        notify.execute("DELETE FROM alert")


def test_alerts_that_do_not_climb_are_found(instance):
    notify, late = instance.database("notify"), timedelta(minutes=6)
    notify.execute(
        "INSERT INTO alert (alert_id, handoff_id, next_at) VALUES (:id, :id, :at)",
        id=new_id(),
        at=instance.clock.now() - late,
    )
    try:
        assert found(instance) == {"ladders"}
        notify.execute("UPDATE alert SET next_at = :at", at=instance.clock.now() - late / 2)
        assert found(instance) == set()
    finally:
        notify.execute("DELETE FROM alert")


def test_a_dead_letter_is_found(instance):
    instance.broker.publish_raw("notify.retry", "notify.on_discharge_noted.dead", "{}")

    eventually(lambda: found(instance) == {"dead_letters"})
    with instance.connect() as connection:
        connection.channel().queue_purge("notify.on_discharge_noted.dead")


def test_a_stopped_broker_is_told_by_mail_once_and_so_is_its_return(own_machine, own_home, own_mail):
    home = own_home
    with watching(home, SMTP_URL=own_mail.url):
        own_machine.servers.rabbitmq.kill()
        try:
            mails = eventually(
                lambda: [m for m in own_mail.to(OPERATOR) if "[broker]" in m.get_content()], 60
            )
            assert "RabbitMQ を起動してください" in mails[0].get_content()
        finally:
            own_machine.servers.rabbitmq.launch()
            own_machine.servers.rabbitmq.wait_ready()
            own_machine.reconnect_console()
        eventually(lambda: any("□" in m.get_content() for m in own_mail.to(OPERATOR)), 60)

    told = [m.get_content() for m in own_mail.to(OPERATOR)]
    assert sum("RabbitMQ を起動してください" in text for text in told) == 1
    assert sum("Well again: [broker]" in text for text in told) == 1


def test_a_stopped_database_is_told_by_mail(own_machine, own_home, own_mail):
    with watching(own_home, SMTP_URL=own_mail.url):
        own_machine.servers.postgres.kill()
        try:
            eventually(lambda: "[database:notify]" in "".join(m.get_content() for m in own_mail.messages), 60)
        finally:
            own_machine.servers.postgres.launch()
            own_machine.servers.postgres.wait_ready()


@pytest.fixture(scope="module")
def running(instance):
    """The whole instance at work."""
    stack = Stack(instance, instance.instance.processes).start()
    yield stack
    stack.throw_away()


def test_the_ping_comes_while_all_is_well_and_stays_away_when_nobody_can_be_mailed(running, own_mail):
    home, pings = running.home, Receiver()
    home.broker.settle()
    own_mail.stop()
    try:
        with watching(home, SMTP_URL=own_mail.url, PING_URL=pings.url):
            eventually(lambda: len(pings.told) > 1, 60)
            running.take_down("gateway")
            eventually(lambda: not alive(pings), 30)
            assert own_mail.messages == []
            own_mail.start()
            [mail] = eventually(lambda: own_mail.to(OPERATOR), 30)
            assert "[process:gateway]" in mail.get_content()
            running.bring_back("gateway")
            eventually(lambda: alive(pings), 60)
            eventually(lambda: "Well again: [process:gateway]" in own_mail.messages[-1].get_content(), 30)
    finally:
        pings.close()


def alive(pings):
    """Whether a ping comes within some rounds."""
    before, until = len(pings.told), time.monotonic() + 4
    while time.monotonic() < until and len(pings.told) == before:
        time.sleep(0.1)
    return len(pings.told) > before


def test_a_loop_that_is_held_is_found_and_others_turn_on(running):
    home = running.home
    assert found(home, HELD_S="5") == set()
    with home.database("notify").begin() as tx:
        tx.execute(text("LOCK TABLE webhook_event IN ACCESS EXCLUSIVE MODE"))

        codes = eventually(lambda: found(home, HELD_S="5"), 60)

    assert codes == {"loop:notify.spread_to_webhooks"}
    eventually(lambda: found(home, HELD_S="5") == set(), 60)


def test_without_anything_to_look_at_or_a_mail_server_it_does_not_start():
    def refusal(**settings):
        done = subprocess.run(
            [sys.executable, "-m", "tsunagi", "watch"],
            env=instances.from_outside() | settings,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert (done.returncode, "Traceback" in done.stderr) == (1, False)
        return done.stderr

    nothing = {"TSUNAGI_DATABASE_URL_NOTIFY": "no address"}
    assert "there is nothing to watch" in refusal(**nothing)
    seen = nothing | {"TSUNAGI_WATCH_PROCESSES": "notify=http://127.0.0.1:1", "TSUNAGI_WATCH_TO": OPERATOR}
    assert "there is no mail server" in refusal(**seen)
