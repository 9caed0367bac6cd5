"""An address at which letters do not arrive is doubted until it is put right, by whoever may."""

from datetime import timedelta

import pytest

from contracts.errors import AccessDenied, Conflict, Invalid, NotFound
from contracts.notify import LetterReturned
from tests.service.accounts.conftest import PASSWORD
from tests.support.eventually import eventually


def tell_returned(town, member, sent_at):
    """Announce that a letter came back, and wait until it was heard."""
    handled = "SELECT count(*) FROM inbox WHERE handler = 'on_letter_returned'"
    before, at = town.database.scalar(handled), {"sent_at": sent_at, "returned_at": town.stack.clock.now()}
    town.stack.broker.publish(LetterReturned.happened(account_id=member.account_id, **at))
    eventually(lambda: town.database.scalar(handled) == before + 1)


def seen(town, member, caller):
    staff = town.ask("list_staff", {"office_id": member.office_id}, caller)["staff"]
    return next(one for one in staff if one["membership_id"] == member.membership_id)


def change(town, member, email, by=None):
    request = {"membership_id": member.membership_id, "email": email}
    return town.ask("change_email", request, (by or town.takahashi).caller())


def test_manager_and_person_see_it_until_the_address_is_put_right(town):
    now = town.stack.clock.now()

    tell_returned(town, town.aoki, now)
    for caller in (town.takahashi.caller(), town.aoki.caller()):
        assert seen(town, town.aoki, caller)["email_doubted_at"]
    assert "email_doubted_at" not in seen(town, town.aoki, town.baba.caller())

    changed = change(town, town.aoki, "aoki2@example.test")

    assert (changed["email"], changed["email_doubted_at"]) == ("aoki2@example.test", None)
    logged = "SELECT count(*) FROM access_log WHERE action = 'change_email'"
    assert town.database.scalar(logged) >= 1


def test_a_late_report_says_nothing_of_a_newer_address(town):
    before = town.stack.clock.now() - timedelta(hours=1)
    change(town, town.aoki, "aoki3@example.test")

    tell_returned(town, town.aoki, before)

    assert seen(town, town.aoki, town.takahashi.caller())["email_doubted_at"] is None


def test_saving_the_same_address_again_ends_the_doubt(town):
    tell_returned(town, town.baba, town.stack.clock.now())

    changed = change(town, town.baba, "baba@example.test")

    assert changed["email_doubted_at"] is None


def test_whoever_knows_their_password_puts_their_own_right(town):
    tell_returned(town, town.ota, town.stack.clock.now())
    caller = town.ota.caller()

    with pytest.raises(Invalid) as refusal:
        town.ask("set_own_email", {"present": "wrong", "email": "ota2@example.test"}, caller)
    assert refusal.value.fields == {"present": ["wrong_password"]}
    assert seen(town, town.ota, caller)["email_doubted_at"]
    town.ask("set_own_email", {"present": PASSWORD, "email": "ota2@example.test"}, caller)

    mine = seen(town, town.ota, caller)
    assert (mine["email"], mine["email_doubted_at"]) == ("ota2@example.test", None)


def test_only_the_offices_own_manager_changes_it_and_only_to_an_address(town):
    with pytest.raises(AccessDenied):
        change(town, town.aoki, "x@example.test", by=town.baba)
    with pytest.raises(NotFound):
        change(town, town.aoki, "x@example.test", by=town.ota)
    with pytest.raises(Invalid) as refusal:
        change(town, town.aoki, "x at example.test")

    assert refusal.value.fields == {"email": ["not_an_email"]}


def test_a_manager_takes_over_nobody_who_works_elsewhere_too(town):
    town.database.execute(
        "INSERT INTO membership (membership_id, account_id, office_id, municipality, role, created_at)"
        " VALUES ('019ab000-0000-7000-8000-00000000d0b7', :id, :office, '999997', 'care_manager', now())",
        id=town.baba.account_id,
        office=town.ume,
    )
    try:
        with pytest.raises(Conflict, match="address_is_theirs"):
            change(town, town.baba, "x@example.test")
    finally:
        town.database.execute(
            "DELETE FROM membership WHERE membership_id = '019ab000-0000-7000-8000-00000000d0b7'"
        )


def test_a_manager_puts_nobodys_own_address_right_without_the_password(town):
    with pytest.raises(Conflict, match="not_yourself"):
        change(town, town.takahashi, "elsewhere@example.test")
    request = {"membership_id": town.takahashi.membership_id}
    with pytest.raises(Conflict, match="not_yourself"):
        town.ask("invite_staff", request, town.takahashi.caller())
