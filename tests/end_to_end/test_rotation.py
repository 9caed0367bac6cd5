"""New passwords for a running instance: the old ones are refused, and what is sent meanwhile comes once."""

import json
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from types import SimpleNamespace

import amqp
import psycopg
import pytest
import requests

from tests.support.contained import needs_programs
from tests.support.eventually import eventually
from tests.support.people import a_note, a_stay
from tsunagi import instance as instances
from tsunagi.client import Client, Refused
from tsunagi.parts import PROCESSES, SERVICES
from tsunagi.supervisor import Part

pytestmark = [pytest.mark.long, needs_programs]
LATEST_S = 240


def tsunagi(*words, **how):
    return subprocess.Popen([sys.executable, "-m", "tsunagi", *map(str, words)], text=True, **how)


@pytest.fixture(scope="module")
def folder(machine, tmp_path_factory):
    """A node instance as a person starts it, with servers of its own: logins belong to the whole server."""
    if machine.pattern.is_embedded:
        pytest.skip("an embedded instance has no passwords")
    folder = tmp_path_factory.mktemp("rotation") / "node"
    said = (folder.parent / "said").open("w")
    running = tsunagi("run", "--profile", "node", "--instance", folder, stdout=said, stderr=subprocess.STDOUT)
    try:
        eventually(lambda: (folder / "demo-accounts.json").exists() and is_ready(folder), 180)
        yield folder
    finally:
        running.terminate()
        running.wait(120)
        said.close()


def is_ready(folder):
    instance = instances.load(folder)
    return all(Part(name, instance).is_ready() for name in PROCESSES)


def person(folder, login):
    passwords = json.loads((folder / "demo-accounts.json").read_text())
    return Client(instances.load(folder).public_url).sign_in(login, passwords[login])


@pytest.fixture(scope="module")
def rotated(folder):
    """What was before, and what became of a note a second that was sent while passwords changed."""
    before = instances.load(folder)
    planner, care_manager = person(folder, "tanaka"), person(folder, "sato")
    stays = [a_stay(planner, care_manager, given_name=f"千代{number}") for number in range(12)]
    notes = [{"stay_id": stay, "content": a_note(planner, stay)} for stay in stays]
    rotating = tsunagi(
        "rotate-passwords", "--instance", folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    accepted = []

    def send_all():
        for note in notes:
            accepted.append(send(planner, note))
            time.sleep(2)

    sending = threading.Thread(target=send_all)
    sending.start()
    said, complaints = rotating.communicate(timeout=LATEST_S)
    sending.join(LATEST_S)
    assert rotating.returncode == 0, said + complaints
    return SimpleNamespace(before=before, accepted=accepted, care_manager=care_manager, said=said)


def send(planner, note):
    """Send as a person does who presses again when told to: with the same key."""
    key, until = uuid.uuid4().hex, time.monotonic() + 60
    while True:
        try:
            return planner.post("/api/handoffs", note, key=key)["handoff_id"]
        except (Refused, requests.RequestException) as error:
            if time.monotonic() > until or getattr(error, "status", 503) < 500:
                raise
            time.sleep(0.5)


def test_every_password_is_another_one(folder, rotated):
    now = instances.load(folder).passwords

    same = {name for name, word in now.items() if word == rotated.before.passwords[name]}

    assert same == {"secret_key", "cookie"}


@pytest.mark.parametrize("service", SERVICES)
def test_a_database_refuses_the_old_password(folder, rotated, service):
    def connect(instance):
        return psycopg.connect(instance.database_url(service).replace("+psycopg", ""), connect_timeout=5)

    connect(instances.load(folder)).close()
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        connect(rotated.before)


@pytest.mark.parametrize("name", [*PROCESSES, "admin"])
def test_the_broker_refuses_the_old_password(folder, rotated, name):
    def connect(instance):
        connection = amqp.Connection(
            f"127.0.0.1:{instance.ports['amqp']}",
            userid=instance.login(name),
            password=instance.passwords[f"broker_{name}"],
            virtual_host=instance.vhost,
            connect_timeout=5,
        )
        connection.connect()
        connection.close()

    connect(instances.load(folder))
    with pytest.raises(amqp.AccessRefused):
        connect(rotated.before)


def test_a_note_sent_meanwhile_arrives_once(rotated):
    def arrived():
        items = rotated.care_manager.get("/api/inbox")["items"]
        return Counter(item["handoff_id"] for item in items if item["handoff_id"] in rotated.accepted)

    eventually(lambda: set(arrived()) == set(rotated.accepted), 60)

    assert len(rotated.accepted) == 12
    assert arrived() == Counter(rotated.accepted)


def test_every_part_is_ready_and_nobody_is_signed_out(folder, rotated):
    eventually(lambda: is_ready(folder), 60)

    assert rotated.care_manager._send("GET", "/api/inbox")["items"]
