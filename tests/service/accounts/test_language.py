"""Everybody is written to in the language they have chosen; who is new, in the one their manager chose."""

import pytest

from contracts.errors import AccessDenied, Invalid
from tests.service.accounts.test_signing_in import signer_of
from tests.support.calls import a_service
from tests.support.eventually import eventually


@pytest.fixture(autouse=True)
def empty_mailbox(mail):
    mail.clear()


def language_of(town, account_id):
    asked = {"account_id": account_id}
    return town.ask("get_contact", asked, a_service("notify"), signer=signer_of(town, "notify"))["language"]


def subject_to(mail, address):
    return str(eventually(lambda: mail.to(address))[0]["Subject"])


def test_a_choice_is_told_with_the_address_and_with_the_session(town):
    session = town.session_of("baba")
    assert language_of(town, town.baba.account_id) is None

    town.ask("set_language", {"language": "en"}, town.baba.caller(session))

    assert language_of(town, town.baba.account_id) == "en"
    assert town.ask("get_session", {"session": session})["language"] == "en"
    assert language_of(town, town.aoki.account_id) is None


def test_there_are_two_languages(town):
    with pytest.raises(Invalid):
        town.ask("set_language", {"language": "fr"}, town.baba.caller())


@pytest.mark.parametrize(
    ("language", "subject"), [("en", "Tsunagi: your invitation"), (None, "つなぎ：利用のご案内")]
)
def test_an_invitation_is_in_the_language_that_the_manager_chose(town, mail, language, subject):
    login = f"nomura.{language or 'ja'}"

    town.add_staff(login, email=f"{login}@example.test", language=language)

    assert subject_to(mail, f"{login}@example.test") == subject


def test_a_change_of_sign_in_is_told_in_the_readers_language(town, mail):
    town.ask("set_language", {"language": "en"}, town.takahashi.caller())
    own = {"name": "x", "membership_id": town.takahashi.membership_id, "scopes": ["inbox:read"]}

    town.ask("make_key", own, town.takahashi.caller())

    assert subject_to(mail, "takahashi@example.test") == "Tsunagi: about the way you sign in"


def test_texts_are_shown_to_those_who_run_the_system(town):
    texts = town.ask("list_texts", {}, town.ishida.caller())["texts"]

    assert {one["text"] for one in texts if one["language"] == "en"} >= {"invitation", "notice.reset"}
    with pytest.raises(AccessDenied):
        town.ask("list_texts", {}, town.aoki.caller())


def test_a_second_role_leaves_the_language_as_it_was(town):
    town.add_staff("okada", language="en")
    again = town.add_staff("okada", role="care_worker", language="ja")["staff"]

    assert language_of(town, again["account_id"]) == "en"
