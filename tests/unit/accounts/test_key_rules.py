"""Whose name a key may act in, and when it opens something."""

from datetime import UTC, datetime, timedelta

import pytest

from chassis.auth import Caller
from contracts.errors import Conflict, Invalid, NotFound, NotSignedIn
from services.accounts import key_rules

NOW = datetime(2026, 11, 24, 1, tzinfo=UTC)
CHIEF = Caller(account_id="chief", office_id="sakura", role="office_manager")
AOKI = Caller(account_id="aoki", office_id="sakura", role="care_manager")


def a_member(**known):
    member = {
        "account_id": "aoki",
        "office_id": "sakura",
        "role": "care_manager",
        "suspended_at": None,
        "password_hash": "x",
    }
    return member | known


def a_key(**known):
    return (
        a_member()
        | {"key_id": "1", "agreed_at": NOW, "expires_at": NOW + timedelta(days=1), "withdrawn_at": None}
        | known
    )


def test_a_key_is_recognised_and_cannot_be_guessed():
    one, other = key_rules.new_key(), key_rules.new_key()

    assert one.startswith("tsu_")
    assert len(one) == 4 + 43  # 256 bits
    assert one != other
    assert key_rules.key_hash(one) != key_rules.key_hash(other)


@pytest.mark.parametrize(
    ("member", "code"),
    [
        (None, "not_a_member"),
        (a_member(office_id="ume"), "not_a_member"),
        (a_member(suspended_at=NOW), "not_active"),
        (a_member(password_hash=None), "not_active"),
        (a_member(role="operator"), "no_keys_in_this_role"),
        (a_member(role="auditor"), "no_keys_in_this_role"),
    ],
)
def test_no_key_acts_as_a_stranger_or_in_a_role_that_oversees(member, code):
    with pytest.raises(Invalid) as refusal:
        key_rules.check_may_make(CHIEF, member, 0)

    assert refusal.value.fields == {"membership_id": [code]}


def test_an_office_has_not_more_keys_than_it_can_oversee():
    key_rules.check_may_make(CHIEF, a_member(), key_rules.MOST - 1)

    with pytest.raises(Conflict, match="too_many_keys"):
        key_rules.check_may_make(CHIEF, a_member(), key_rules.MOST)


def test_only_the_person_agrees():
    assert key_rules.agreed_at(CHIEF, a_member(), NOW) is None
    assert key_rules.agreed_at(CHIEF, a_member(account_id="chief"), NOW) == NOW
    key_rules.check_may_agree(AOKI, a_key(agreed_at=None), NOW)
    with pytest.raises(NotFound):
        key_rules.check_may_agree(CHIEF, a_key(agreed_at=None), NOW)
    with pytest.raises(Conflict, match="key_is_over"):
        key_rules.check_may_agree(AOKI, a_key(withdrawn_at=NOW), NOW)


@pytest.mark.parametrize(
    ("known", "state"),
    [
        ({}, "active"),
        ({"agreed_at": None}, "waits"),
        ({"suspended_at": NOW}, "resting"),
        ({"expires_at": NOW}, "expired"),
        ({"withdrawn_at": NOW, "expires_at": NOW}, "withdrawn"),
    ],
)
def test_the_state_of_a_key(known, state):
    assert key_rules.state_of(a_key(**known), NOW) == state


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        (None, "key_not_valid"),
        (a_key(withdrawn_at=NOW), "key_not_valid"),
        (a_key(suspended_at=NOW), "key_not_valid"),
        (a_key(expires_at=NOW), "key_expired"),
        (a_key(agreed_at=None), "key_waits"),
    ],
)
def test_only_an_active_key_opens(key, reason):
    with pytest.raises(NotSignedIn, match=reason):
        key_rules.check_opens(key, NOW)


def test_a_report_of_use_tells_keys_from_sessions():
    later = NOW + timedelta(minutes=1)

    assert key_rules.told_apart({"ab12": NOW, "key:019a": later}) == ({"ab12": NOW}, {"019a": later})
