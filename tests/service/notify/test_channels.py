"""Everybody can see whether letters reach them, and nobody can make the mail server send without end."""

import socket
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest

from chassis.ids import new_id
from contracts.errors import TooMany
from tests.service.notify.conftest import address
from tests.support.eventually import eventually


def a_test_sent(town, account_id):
    return town.stack.ask("notify", "test_channel", {"channel": "email"}, caller=town.caller(account_id))


def mail_of(town, account_id):
    found = town.stack.ask("notify", "list_channels", {}, caller=town.caller(account_id))["channels"]
    return [one for one in found if one["channel"] == "email"]


def test_a_test_goes_to_oneself_and_is_about_nothing(town, mail):
    town.add_accounts(town.aoki)

    told = a_test_sent(town, town.aoki)

    assert (told["is_on"], told["reason"]) == (True, None)
    (letter,) = mail.to(address(town.aoki))
    assert str(letter["Subject"]) == "【つなぎ】メールが届くかを確かめています"
    assert "http" not in letter.get_content()
    assert mail_of(town, town.aoki) == [told]


def test_a_second_test_has_to_wait_a_minute(town, mail):
    town.add_accounts(town.aoki)
    a_test_sent(town, town.aoki)

    with pytest.raises(TooMany) as refusal:
        a_test_sent(town, town.aoki)
    town.stack.clock.advance(seconds=61)
    a_test_sent(town, town.aoki)

    assert 1 <= refusal.value.fields["retry_after_s"] <= 60
    assert len(mail.to(address(town.aoki))) == 2


def test_why_a_test_did_not_go_is_told_and_kept(town, mail):
    town.add_accounts(town.aoki)
    mail.refuse_to(address(town.aoki), "550 no such mailbox")

    assert a_test_sent(town, town.aoki)["reason"] == "mailbox_refused"
    assert [one["reason"] for one in mail_of(town, town.aoki)] == ["mailbox_refused"]
    assert a_test_sent(town, town.baba)["reason"] == "unknown_account"


def test_a_mail_server_that_does_not_answer_holds_up_few(town, mail):
    people = [new_id() for _ in range(4)]
    town.add_accounts(*people)
    mail.stop()
    server = socket.create_server(("127.0.0.1", urlsplit(mail.url).port))
    open_lines = []
    try:
        with ThreadPoolExecutor(3) as waiting:
            tests = []
            for id in people[:3]:
                tests.append(waiting.submit(a_test_sent, town, id))
                open_lines.append(server.accept()[0])
            with pytest.raises(TooMany, match="too_fast"):
                a_test_sent(town, people[3])
            for line in open_lines:
                line.close()
            assert [test.result()["reason"] for test in tests] == ["no_mail_server"] * 3
    finally:
        for line in (*open_lines, server):
            line.close()
        mail.start()
    eventually(lambda: a_test_sent(town, people[3])["reason"] is None)
