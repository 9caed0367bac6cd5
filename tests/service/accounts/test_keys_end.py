"""What ends a key besides its withdrawal: its person is suspended, or comes in by a new invitation."""

from hashlib import sha256

import pytest

from contracts.errors import NotSignedIn
from tests.service.accounts.conftest import PASSWORD


def a_key(town, member):
    """Make a key that acts as this member, to which they have agreed; returns its hash."""
    town.database.execute("DELETE FROM api_key")
    wanted = {"name": "記録", "membership_id": member.membership_id, "scopes": ["inbox:read"]}
    made = town.ask("make_key", wanted, town.takahashi.caller())
    town.ask("agree_to_key", {"key_id": made["key"]["key_id"]}, member.caller())
    return sha256(made["secret"].encode()).hexdigest()


def state(town):
    return town.ask("list_keys", {}, town.takahashi.caller())["keys"][0]["state"]


def test_a_suspension_ends_it_for_good(town, hints):
    key = a_key(town, town.aoki)
    member = {"membership_id": town.aoki.membership_id}

    town.ask("suspend_staff", member, town.takahashi.caller())
    town.ask("restore_staff", member, town.takahashi.caller())

    assert state(town) == "withdrawn"
    with pytest.raises(NotSignedIn, match="key_not_valid"):
        town.ask("get_key", {"key_hash": key})
    assert "key_withdrawn" in [hint["event"] for hint in hints()]


def test_what_an_older_version_left_at_a_suspension_does_not_open_again(town):
    key = a_key(town, town.aoki)
    member = {"membership_id": town.aoki.membership_id}
    town.ask("suspend_staff", member, town.takahashi.caller())
    town.database.execute("UPDATE api_key SET withdrawn_at = NULL, withdrawn_by = NULL")

    town.ask("restore_staff", member, town.takahashi.caller())

    assert state(town) == "withdrawn"
    with pytest.raises(NotSignedIn, match="key_not_valid"):
        town.ask("get_key", {"key_hash": key})


def test_after_a_password_by_invitation_it_waits_for_its_person(town, hints):
    key = a_key(town, town.aoki)
    town.database.execute("UPDATE account SET email = NULL WHERE account_id = :id", id=town.aoki.account_id)
    asked = {"membership_id": town.aoki.membership_id}
    code = town.ask("invite_staff", asked, town.takahashi.caller())["invitation"]

    town.ask("set_password", {"code": code, "password": "Yama-to-hashi 77"})

    with pytest.raises(NotSignedIn, match="key_waits"):
        town.ask("get_key", {"key_hash": key})
    assert "key_withdrawn" in [hint["event"] for hint in hints()]
    keys = town.ask("list_keys", {}, town.aoki.caller())["keys"]
    town.ask("agree_to_key", {"key_id": keys[0]["key_id"]}, town.aoki.caller())
    assert town.ask("get_key", {"key_hash": key})["name"] == "Aoki"


def test_a_password_that_its_person_changes_leaves_it(town):
    key = a_key(town, town.baba)
    caller = town.baba.caller(town.session_of("baba"))

    town.ask("set_password", {"present": PASSWORD, "password": "Hashi-to-kawa 88"}, caller)

    assert town.ask("get_key", {"key_hash": key})["name"] == "Baba"
