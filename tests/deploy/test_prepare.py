"""The maker of passwords, keys and rights."""

import json
import subprocess
import sys

import pytest

from chassis.key_ring import KeyRing
from tests.deploy.files import ROOT, compose
from tsunagi.parts import PROCESSES


def prepare(folder, *options):
    command = [sys.executable, str(ROOT / "deploy" / "prepare.py"), str(folder), *options]
    subprocess.run(command, check=True, capture_output=True)
    return {
        path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()
    }


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    folder = tmp_path_factory.mktemp("instance") / "secrets"
    return folder, prepare(folder)


def test_it_makes_every_secret_that_the_containers_read(prepared):
    _, made = prepared

    named = {secret["file"].split("}/", 1)[1] for secret in compose()["secrets"].values()}

    assert named <= set(made)


def test_only_the_owner_enters_the_folder(prepared):
    folder, _ = prepared

    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / "passwords.json").stat().st_mode & 0o777 == 0o600


def test_a_second_run_changes_no_password_and_no_key(prepared):
    folder, made = prepared

    again = prepare(folder)

    # The broker's hashes are salted anew; their passwords are the same.
    made, again = dict(made), dict(again)
    assert made.pop("definitions.json")
    assert again.pop("definitions.json")
    assert again == made


def test_rotation_changes_every_password_and_key_but_the_administrators_of_the_database(tmp_path):
    before = prepare(tmp_path / "secrets")
    (tmp_path / "secrets" / "smtp_url").write_text("smtp://user:word@mail.example.jp")
    (tmp_path / "secrets" / "bounce_imap_url").write_text("imaps://user:word@mail.example.jp")

    after = prepare(tmp_path / "secrets", "--rotate")

    same = {name for name in before if before[name] == after[name]}
    assert same == {"postgres_admin_password"}
    assert after["smtp_url"] == "smtp://user:word@mail.example.jp"
    assert after["bounce_imap_url"] == "imaps://user:word@mail.example.jp"


def test_after_a_rotation_second_factors_are_still_read(tmp_path):
    before = prepare(tmp_path / "secrets")["keys/accounts/second_factor.keys"]

    after = prepare(tmp_path / "secrets", "--rotate")["keys/accounts/second_factor.keys"]

    assert after.splitlines()[1:] == before.splitlines()
    closed = KeyRing.of_text(before).close("secret", "aoki")
    assert KeyRing.of_text(after).open(closed, "aoki") == "secret"


def test_no_process_may_do_everything_at_the_broker(prepared):
    _, made = prepared
    definitions = json.loads(made["definitions.json"])

    almighty = {row["user"] for row in definitions["permissions"] if ".*" in (row["configure"], row["write"])}

    assert almighty == {"tsunagi_admin"}
    assert {row["name"] for row in definitions["users"]} == {"tsunagi_admin"} | {
        f"tsunagi_{name}" for name in PROCESSES
    }


def test_no_password_is_written_into_the_definitions(prepared):
    _, made = prepared
    passwords = json.loads(made["passwords.json"]).values()

    assert not [word for word in passwords if word in made["definitions.json"]]
