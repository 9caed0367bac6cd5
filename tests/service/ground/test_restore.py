"""What a restore does besides bringing the rows back: whom it tells again, what it ends and refuses."""

from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, event

from chassis import schema
from chassis.clock import Clock
from chassis.ids import first_id_at
from chassis.key_ring import ring_of
from services.accounts import passwords
from tests.support.backups import PASSPHRASE, back_up, released, restore, settings_of
from tests.support.eventually import eventually
from tests.support.people import settle_city
from tsunagi import key_rings
from tsunagi.backup import bus, restoring
from tsunagi.backup.announcing import announce_again
from tsunagi.backup.refusal import BackupRefused
from tsunagi.backup.restoring import verified
from tsunagi.demo_city import PEOPLE
from tsunagi.parts import SERVICES
from tsunagi.seeding import seed


@pytest.fixture
def home(machine):
    made = machine.fresh()
    yield made
    made.close()


@pytest.fixture
def target(machine):
    made = machine.fresh()
    yield made
    made.close()


@pytest.fixture(scope="module")
def backup(machine, tmp_path_factory):
    """A city three days from now."""
    made = machine.fresh()
    settle_city(made)
    made.clock.advance(days=3)
    yield back_up(made, tmp_path_factory.mktemp("backup") / "city.backup")
    made.close()


def told_again(home):
    with ExitStack() as opened:
        databases = {name: opened.enter_context(home.database(name).begin()) for name in SERVICES}
        return announce_again(databases, datetime.now(UTC))


def days_ago(days):
    return datetime.now(UTC) - timedelta(days=days)


def test_an_old_fact_is_told_again_to_a_handler_that_has_parked_all_it_was_given(home):
    home.database("directory").execute(
        "INSERT INTO outbox (id, routing_key, envelope, recorded_at, published_at)"
        " VALUES (:id, 'facility_changed.v1', '{}', :at, :at)",
        id=first_id_at(days_ago(3)), at=days_ago(3),
    )  # fmt: skip
    assert told_again(home) == 0

    home.database("notify").execute(
        "INSERT INTO inbox (handler, fact_id, heard_at) VALUES ('on_office_staffed', :id, :at)",
        id=first_id_at(days_ago(5)), at=days_ago(5),
    )  # fmt: skip

    assert told_again(home) == 1


@pytest.mark.long
def test_everybody_signs_in_again_and_every_key_waits_for_its_person(home, target, tmp_path):
    settle_city(home)
    member = home.database("accounts").rows("SELECT account_id, membership_id FROM membership")[0]
    home.database("accounts").execute(
        "INSERT INTO session VALUES ('s', :account_id, :membership_id, :at, :at, '')",
        at=days_ago(0),
        **member,
    )
    home.database("accounts").execute(
        "INSERT INTO api_key (key_id, key_hash, begins, membership_id, office_id, name, scopes,"
        " made_by, made_at, agreed_at, expires_at)"
        " VALUES (:id, 'h', 'tsu_', :membership_id, :id, 'x', '[]', :account_id, :at, :at, :at)",
        id=first_id_at(days_ago(1)),
        at=days_ago(0),
        **member,
    )
    back_up(released(home), tmp_path / "city.backup")

    restore(target, tmp_path / "city.backup")

    assert target.database("accounts").scalar("SELECT count(*) FROM membership") > 0
    assert target.database("accounts").scalar("SELECT count(*) FROM session") == 0
    assert target.database("accounts").rows("SELECT agreed_at FROM api_key") == [{"agreed_at": None}]


def test_webhooks_wait_for_their_managers_and_recovery_codes_are_to_be_made_anew(home, target, tmp_path):
    settle_city(home)
    account = home.database("accounts").scalar("SELECT account_id FROM account LIMIT 1")
    home.database("accounts").execute(
        "INSERT INTO second_factor (account_id, secret, closed_with, begun_at, confirmed_at, last_step)"
        " VALUES (:id, 's', 'r', :at, :at, 0)",
        id=account,
        at=days_ago(1),
    )
    for number, state in enumerate(("on", "paused", "gone")):
        home.database("notify").execute(
            "INSERT INTO webhook (webhook_id, office_id, url, states, secret, made_by, made_at, state)"
            " VALUES (:id, :id, 'https://x.example', '[]', 's', :id, :at, :state)",
            id=first_id_at(days_ago(number + 1)),
            at=days_ago(1),
            state=state,
        )
    # Its keys are looked at elsewhere; here its secret is none that any opens.
    home.database("accounts").execute("UPDATE second_factor SET closed_with = :name", name=ring_name(target))
    back_up(released(home), tmp_path / "city.backup")

    restore(target, tmp_path / "city.backup")

    states = target.database("notify").rows("SELECT state FROM webhook ORDER BY webhook_id DESC")
    assert [row["state"] for row in states] == ["restored", "paused", "gone"]
    marked = "SELECT count(*) FROM second_factor WHERE codes_restored_at IS NOT NULL"
    assert target.database("accounts").scalar(marked) == 1


def ring_name(home):
    return ring_of(home.instance.folder / "keys" / "accounts" / key_rings.FILE).name


@pytest.mark.long
def test_a_demonstration_keeps_its_time_and_lets_its_people_in_with_the_new_passwords(target, backup):
    restore(target, backup)
    new = seed(target.instance)

    assert Clock(target.instance.clock_file).offset() == timedelta(days=3)
    stored = target.database("accounts").rows("SELECT login, password_hash FROM account")
    assert len(stored) == len(new)
    assert all(passwords.verify(row["password_hash"], new[row["login"]])[0] for row in stored)
    seed(target.instance)
    assert target.database("accounts").rows("SELECT login, password_hash FROM account") == stored


@pytest.mark.parametrize("queue", ["notify.on_handoff_accepted", "notify.on_handoff_accepted.dead"])
def test_what_the_bus_holds_of_another_past_is_not_heard(target, backup, queue):
    target.broker.publish_raw("notify.retry", queue, "{}")
    eventually(lambda: target.queue_depths()[queue] == 1)

    if target.is_embedded:
        restore(target, backup)
        assert target.queue_depths()[queue] == 0
        return
    with pytest.raises(BackupRefused, match="the broker holds 1 message"):
        restore(target, backup)
    assert target.database("accounts").scalar("SELECT count(*) FROM account") == 0


def settings_at(home, amqp_url):
    return {name: replace(each, amqp_url=amqp_url) for name, each in settings_of(home).items()}


@pytest.mark.parametrize("amqp_url", ["amqp://x:x@127.0.0.1:1/x", ""])
def test_a_broker_that_nobody_can_ask_is_not_taken_for_an_empty_one(target, backup, amqp_url):
    if target.is_embedded:
        pytest.skip("its bus is a file")
    about = verified(backup, PASSPHRASE)

    with pytest.raises(BackupRefused, match=r"broker (cannot be asked|is empty)"):
        restoring.restore(backup, PASSPHRASE, about, settings_at(target, amqp_url))


def test_a_broker_without_the_virtual_host_is_empty_and_one_that_refuses_the_login_is_not(target):
    if target.is_embedded:
        pytest.skip("its bus is a file")
    url = target.instance.amqp_url("admin")

    bus.check_empty(settings_at(target, f"{url}-nowhere")["sharing"])
    with pytest.raises(BackupRefused, match="the broker cannot be asked"):
        bus.check_empty(settings_at(target, url.replace("://", "://x"))["sharing"])


@pytest.fixture
def power():
    """Fails before the commit that follows so many of those that set or remove the mark of a restore."""
    left = []

    def look(connection, cursor, statement, parameters, *_):
        is_of_marks = any(str(each).startswith(schema.RESTORING) for each in dict(parameters or {}).values())
        if is_of_marks and not statement.startswith("SELECT"):
            connection.info["marks"] = True

    def count(connection):
        if left and connection.info.get("marks"):
            left[0] -= 1
            if left[0] < 0:
                raise OSError("the power is off")

    event.listen(Engine, "before_cursor_execute", look)
    event.listen(Engine, "commit", count)
    yield left
    event.remove(Engine, "before_cursor_execute", look)
    event.remove(Engine, "commit", count)


@pytest.mark.parametrize(("marked", "released_again"), [(1, 0), (2, 0), (3, 0), (4, 0), (5, 0), (5, 3)])
def test_a_restore_that_ends_after_any_of_its_commits_is_repeated(
    target, backup, power, marked, released_again
):
    if target.is_embedded:
        pytest.skip("files are put in place by one step")
    power.append(marked + released_again)
    with pytest.raises(BackupRefused, match="the power is off"):
        restore(target, backup)
    power.clear()

    for service in SERVICES[released_again:marked]:
        with target.database(service).begin() as tx, pytest.raises(schema.RefusesToStart):
            schema.check(tx, service)
    restore(released(target), backup)

    for service in SERVICES:
        with target.database(service).begin() as tx:
            assert schema.fault(tx, service) == ""
    assert target.database("accounts").scalar("SELECT count(*) FROM account") == len(PEOPLE)
    assert target.database("sharing").scalar("SELECT count(*) FROM person") > 0


def test_what_was_written_to_people_today_is_not_written_again(home, target, tmp_path):
    home.clock.set("2026-11-24 10:00")
    notify, names = home.database("notify"), ("early", "late", "desk", "other")
    ids = {name: first_id_at(days_ago(number)) for number, name in enumerate(names, 1)}
    for name, at in (("early", "08:30"), ("late", "17:00")):
        notify.execute(
            "INSERT INTO wish (account_id, content, changed_at, digest_at, office_id)"
            " VALUES (:id, '{}', :at, :digest_at, :id)",
            id=ids[name], at=days_ago(2), digest_at=at,
        )  # fmt: skip
    for name in ("desk", "other"):
        notify.execute(
            "INSERT INTO alert (alert_id, handoff_id, desk_id, raised_at) VALUES (:id, :id, :id, :at)",
            id=ids[name], at=days_ago(2),
        )  # fmt: skip
    notify.execute("INSERT INTO desk_list VALUES (:id, '16:00', :id, :at)", id=ids["other"], at=days_ago(2))
    for name, kind in (("early", "digest"), ("late", "digest"), ("desk", "list")):
        notify.execute("INSERT INTO daily_turn VALUES (:kind, :id, '2026-11-23')", kind=kind, id=ids[name])
        notify.execute(
            "INSERT INTO daily_letter (letter_id, kind, account_id, office_id, day, state, queued_at)"
            " VALUES (:id, :kind, :id, :id, '2026-11-23', :state, :at)",
            id=ids[name], kind=kind, at=days_ago(2), state="sent" if name == "late" else "queued",
        )  # fmt: skip
    back_up(released(home), tmp_path / "city.backup")

    restore(target, tmp_path / "city.backup")

    turns = target.database("notify").rows("SELECT of_id, day FROM daily_turn")
    known = {id: name for name, id in ids.items()}
    assert {known[str(row["of_id"])]: str(row["day"]) for row in turns} == {
        "early": "2026-11-24",
        "late": "2026-11-23",
        "desk": "2026-11-24",
    }
    left = target.database("notify").rows("SELECT letter_id FROM daily_letter")
    assert [known[str(row["letter_id"])] for row in left] == ["late"]
