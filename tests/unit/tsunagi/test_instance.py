"""What an instance is made of, and who is told which of its secrets."""

import errno
import socket
import stat

import pytest

from chassis.key_ring import KeyRing
from tsunagi import instance as instances
from tsunagi import key_rings, whole_files
from tsunagi.obstacles import Obstacle
from tsunagi.parts import PROCESSES, SERVICES


@pytest.fixture
def made(tmp_path):
    return instances.ensure(tmp_path / "node", "demo")


def test_a_second_start_finds_what_the_first_has_made(made):
    again = instances.ensure(made.folder, "demo")

    assert again == made


def test_secrets_are_readable_by_the_owner_only(made):
    secret = [made.folder / "instance.json", *made.folder.glob("keys/*/*.pem")]

    assert len(secret) == 1 + len(PROCESSES)
    assert {stat.S_IMODE(path.stat().st_mode) for path in secret} == {0o600}


def test_a_service_is_told_its_own_logins_and_no_other(made):
    told = " ".join(made.environment("sharing").values())
    foreign = [made.passwords[f"database_{name}"] for name in SERVICES if name != "sharing"]
    foreign += [made.passwords[f"broker_{name}"] for name in (*PROCESSES, "admin") if name != "sharing"]

    assert made.passwords["database_sharing"] in told
    assert not [secret for secret in (*foreign, made.passwords["secret_key"]) if secret in told]


def test_the_gateway_is_told_no_database(made):
    assert not [name for name in made.environment("gateway") if "DATABASE" in name]


def test_each_process_has_its_own_key_and_everybodys_public_one(made):
    for name in PROCESSES:
        more = {key_rings.RINGS[name]} if name in key_rings.RINGS else set()
        found = {path.name for path in (made.folder / "keys" / name).iterdir()}
        assert found == {f"{name}.pem", "public.json"} | more


def test_an_instance_of_an_earlier_version_gets_the_keys_that_it_lacks(made):
    path = made.folder / "keys" / "accounts" / "second_factor.keys"
    path.unlink()

    instances.ensure(made.folder, "test")

    assert KeyRing.of_text(path.read_text())


def test_a_file_of_keys_that_lost_its_keys_is_refused_and_not_filled_anew(made):
    path = made.folder / "keys" / "accounts" / "second_factor.keys"
    path.write_text("\n")

    with pytest.raises(Obstacle, match="holds no key"):
        instances.ensure(made.folder, "test")
    with pytest.raises(Obstacle, match="holds no key"):
        key_rings.rotate(made.folder / "keys")
    assert path.read_text() == "\n"


def test_a_rotation_that_the_disk_breaks_off_leaves_the_keys_as_they_were(made, monkeypatch):
    path = made.folder / "keys" / "accounts" / "second_factor.keys"
    before = path.read_text()
    monkeypatch.setattr(whole_files.os, "fsync", disk_full)

    with pytest.raises(OSError, match="No space"):
        key_rings.rotate(made.folder / "keys")

    assert path.read_text() == before
    assert [one.name for one in path.parent.iterdir() if one.name.startswith(".")] == []


def disk_full(handle):
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_real_instance_has_no_clock_to_move(tmp_path):
    real = instances.ensure(tmp_path / "real", "real")

    assert real.environment("notify")["TSUNAGI_CLOCK_FILE"] == ""


def test_ports_are_different_and_stay(made):
    assert len(set(made.ports.values())) == len(made.ports)
    before = dict(made.ports)

    instances.settle_ports(made)

    assert made.ports == before


def test_a_port_that_somebody_took_is_replaced(made):
    with socket.create_server(("127.0.0.1", made.ports["amqp"])):
        before = made.ports["amqp"]
        instances.settle_ports(made)

    assert made.ports["amqp"] != before
    assert instances.load(made.folder).ports == made.ports


def test_an_embedded_instance_needs_no_server(tmp_path):
    made = instances.ensure(tmp_path / "here", "demo", profile="embedded")
    told = made.environment("all")

    assert set(made.ports) == {"http", "health_all", "health_worker"}
    assert told["TSUNAGI_AMQP_URL"] == f"embedded://{made.folder}/bus"
    assert told["TSUNAGI_DATABASE_URL_NOTIFY"] == f"sqlite:///{made.folder}/databases/notify.db"
    assert told["TSUNAGI_KEYS_NOTIFY"] == f"{made.folder}/keys/notify"
    assert instances.load(made.folder).profile == "embedded"
