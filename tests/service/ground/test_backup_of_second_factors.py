"""Second factors of a backup open with the keys of the instance into which they were restored."""

from datetime import UTC, datetime

import pytest

from chassis.ids import new_id
from chassis.key_ring import KeyRing, Unreadable
from tests.support.backups import back_up, command, released
from tsunagi import key_rings

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
SECRET = "JBSWY3DPEHPK3PXP"
AOKI = new_id()


def ring_of(home):
    return KeyRing.of_text((home.instance.folder / "keys" / "accounts" / key_rings.FILE).read_text())


@pytest.fixture(scope="module")
def source(machine):
    made = machine.fresh()
    ring = ring_of(made)
    accounts = made.database("accounts")
    accounts.execute(
        "INSERT INTO account (account_id, login, name, kana, must_change_password, created_at)"
        " VALUES (:id, 'aoki', 'Aoki', '', false, :now)",
        id=AOKI, now=NOW,
    )  # fmt: skip
    accounts.execute(
        "INSERT INTO second_factor (account_id, secret, closed_with, begun_at, confirmed_at, last_step)"
        " VALUES (:id, :secret, :ring, :now, :now, 7)",
        id=AOKI, secret=ring.close(SECRET, AOKI), ring=ring.name, now=NOW,
    )  # fmt: skip
    accounts.execute(
        "INSERT INTO sign_in_step (step, account_id, started_at, user_agent) VALUES ('x', :id, :now, '')",
        id=AOKI, now=NOW,
    )  # fmt: skip
    released(made)
    yield made
    made.close()


@pytest.fixture
def target(machine):
    made = machine.fresh()
    yield made
    made.close()


def test_they_are_encrypted_anew_with_the_instances_own_keys(source, target, tmp_path):
    backup = back_up(source, tmp_path / "架空市.backup")

    code, told = command(target, "restore", str(backup))

    assert code == 0, told
    [row] = target.database("accounts").rows("SELECT secret, closed_with, last_step FROM second_factor")
    assert ring_of(target).open(row["secret"], AOKI) == SECRET
    assert (row["closed_with"], row["last_step"]) == (ring_of(target).name, 7)
    with pytest.raises(Unreadable):
        ring_of(source).open(row["secret"], AOKI)
    assert target.database("accounts").scalar("SELECT count(*) FROM sign_in_step") == 0


def test_without_their_keys_no_backup_is_made(source, tmp_path):
    path = source.instance.folder / "keys" / "accounts" / key_rings.FILE
    kept = path.rename(path.with_suffix(".away"))

    code, told = command(source, "backup", str(tmp_path / "架空市.backup"))

    kept.rename(path)
    assert code == 1
    assert "second_factor.keys, which second factors need, cannot be read" in told
    assert list(tmp_path.iterdir()) == []


def test_without_keys_of_its_own_nothing_is_restored(source, target, tmp_path):
    backup = back_up(source, tmp_path / "架空市.backup")
    path = target.instance.folder / "keys" / "accounts" / key_rings.FILE
    path.write_text("broken\n")

    code, told = command(target, "restore", str(backup))

    assert (code, "second factors cannot be restored" in told) == (1, True)
    assert target.database("accounts").scalar("SELECT count(*) FROM account") == 0
