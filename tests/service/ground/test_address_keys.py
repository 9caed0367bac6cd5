"""Addresses stay readable when there is a newer key; a restore keeps the push keys and no device."""

import json

import pytest
from sqlalchemy import select

from chassis.ids import new_id
from chassis.key_ring import KeyRing, Unreadable
from services.notify import closing, push_keys
from services.notify.models import push_key
from services.notify.queries import devices
from tests.support.backups import back_up, command, released
from tsunagi import key_rings

ADDRESS = json.dumps({"endpoint": "https://push.example/aoki", "p256dh": "x", "auth": "x"})
AOKI = new_id()


def file_of(home):
    return home.instance.folder / "keys" / "notify" / key_rings.ADDRESSES


def ring_of(home):
    return KeyRing.of_text(file_of(home).read_text())


def a_device(home, ring):
    with home.database("notify").begin() as tx:
        key, device_id = push_keys.present(tx, ring), new_id()
        about = {"browser": "firefox", "system": "android", "language": "ja", "added_at": home.clock.now()}
        closed = {"closed": ring.close(ADDRESS, device_id), "closed_with": ring.name}
        mine = {"device_id": device_id, "account_id": AOKI, "endpoint_hash": "0" * 64, "key_id": key.key_id}
        devices.save(tx, {**mine, **about, **closed})
    return key.public


@pytest.fixture
def source(machine):
    made = machine.fresh()
    yield made
    made.close()


@pytest.fixture
def target(machine):
    made = machine.fresh()
    yield made
    made.close()


def test_a_newer_key_encrypts_all_and_gives_new_browsers_a_pair_of_their_own(source):
    old = ring_of(source)
    public = a_device(source, old)
    key_rings.rotate(source.instance.folder / "keys")
    new = ring_of(source)

    with source.database("notify").begin() as tx:
        assert closing.close_anew(tx, new) == 2
        assert closing.close_anew(tx, new) == 0
        (row,) = devices.list_of(tx, AOKI)
        assert push_keys.present(tx, new).public != public

    assert new.open(row.closed, row.device_id) == ADDRESS
    assert push_keys.pair_of(new, row).public == public
    with pytest.raises(Unreadable):
        old.open(row.closed, row.device_id)


def test_a_restore_forgets_devices_and_encrypts_push_keys_with_the_instances_own(source, target, tmp_path):
    a_device(source, ring_of(source))
    released(source)
    backup = back_up(source, tmp_path / "架空市.backup")

    code, told = command(target, "restore", str(backup))

    assert code == 0, told
    assert "registers their devices" in told
    with target.database("notify").begin() as tx:
        assert devices.list_of(tx, AOKI) == []
        key = tx.execute(select(push_key)).one()
    assert "PRIVATE KEY" in ring_of(target).open(key.closed, key.key_id)


def test_without_their_keys_no_backup_is_made(source, tmp_path):
    a_device(source, ring_of(source))
    file_of(source).rename(tmp_path / "away")

    code, told = command(source, "backup", str(tmp_path / "架空市.backup"))

    assert (code, "addresses.keys, which addresses need, cannot be read" in told) == (1, True)
