import re

import pytest

from contracts.errors import NotFound
from tests.support.eventually import eventually

OTHER = "Yama-to-hashi 77"


@pytest.fixture(autouse=True)
def empty_mailbox(mail):
    mail.clear()


def code_in(message):
    return re.search(r"/invitation/(\S+)", message.get_content()).group(1)


def the_mail_to(mail, address):
    return eventually(lambda: mail.to(address))[0]


def mail_row(town, login):
    rows = town.database.rows(
        "SELECT m.* FROM invitation_mail m JOIN invitation i USING (invitation_id)"
        " JOIN account a USING (account_id) WHERE a.login = :login",
        login=login,
    )
    return rows[0]


def told(town, name):
    staff = town.ask("list_staff", {"office_id": town.sakura}, town.takahashi.caller())["staff"]
    return next(one["invitation_mail"] for one in staff if one["name"] == name)


def test_an_invitation_is_mailed_and_its_link_sets_the_password(town, mail):
    added = town.add_staff("chiba", email="chiba@example.test")

    assert added["invitation"] is None
    message = the_mail_to(mail, "chiba@example.test")
    town.ask("set_password", {"code": code_in(message), "password": OTHER})
    assert town.sign_in("chiba", OTHER)
    assert eventually(lambda: mail_row(town, "chiba")["sent_at"])
    assert told(town, "Chiba") is None  # nothing is open any more


def test_the_mail_names_the_office_and_nobody(town, mail):
    town.add_staff("doi", name="土井 花", email="doi@example.test")

    text = the_mail_to(mail, "doi@example.test").as_string() + the_mail_to(mail, "doi@").get_content()
    assert "ケアプランさくら" in text
    assert "土井" not in text
    assert "Takahashi" not in text


def test_a_mail_that_is_refused_for_now_is_tried_again(town, mail):
    mail.refuse = "451 try later"
    town.add_staff("endo", email="endo@example.test")
    eventually(lambda: mail_row(town, "endo")["reason"] == "mail_refused")
    assert told(town, "Endo") == "waiting"

    mail.clear()
    town.stack.clock.advance(seconds=61)

    town.ask(
        "set_password",
        {"code": code_in(the_mail_to(mail, "endo@example.test")), "password": OTHER},
    )
    assert mail_row(town, "endo")["tries"] == 2


def test_a_mailbox_that_does_not_exist_is_given_up_and_noted(town, mail):
    mail.refuse = "550 no such box"
    town.add_staff("fujita", email="fujita@example.test")

    eventually(lambda: mail_row(town, "fujita")["due_at"] is None)
    assert mail_row(town, "fujita")["reason"] == "mail_refused"
    assert told(town, "Fujita") == "failed"


def test_an_invitation_that_expired_meanwhile_is_not_mailed(town, mail):
    mail.refuse = "451 try later"
    town.add_staff("goto", email="goto@example.test")
    eventually(lambda: mail_row(town, "goto")["reason"] == "mail_refused")

    mail.clear()
    town.stack.clock.advance(days=15)

    eventually(lambda: mail_row(town, "goto")["reason"] == "expired")
    assert mail.to("goto@example.test") == []


def test_only_the_newest_mail_opens_the_door(town, mail):
    added = town.add_staff("hara", email="hara@example.test")
    older = code_in(the_mail_to(mail, "hara@example.test"))
    mail.clear()

    town.ask("invite_staff", {"membership_id": added["staff"]["membership_id"]}, town.takahashi.caller())

    newer = code_in(the_mail_to(mail, "hara@example.test"))
    with pytest.raises(NotFound):
        town.ask("set_password", {"code": older, "password": OTHER})
    town.ask("set_password", {"code": newer, "password": OTHER})
