"""Whoever's way of signing in has changed is told by mail, too."""

import pytest

from tests.service.accounts.apps import App
from tests.service.accounts.conftest import PASSWORD
from tests.support.eventually import eventually

AOKI = "aoki@example.test"


@pytest.fixture
def app(town, mail):
    town.stack.clock.set("2026-11-24 10:00")
    for table in ("notice", "recovery_code", "second_factor_move", "second_factor", "sign_in_attempt"):
        town.database.execute(f"DELETE FROM {table}")
    mail.clear()
    return App(town, town.aoki)


def texts(mail):
    return [message.get_content() for message in mail.to(AOKI)]


def hears(mail, words):
    return eventually(lambda: next((text for text in texts(mail) if words in text), None))


def test_each_change_is_told_with_a_link_and_nobodys_name(town, mail, app):
    hears(mail, "使われるようになりました")
    app.answer(app.codes[0])
    hears(mail, "回復コードを使って")
    wanted = {"name": "記録", "membership_id": town.aoki.membership_id, "scopes": ["inbox:read"]}
    town.ask("make_key", wanted, town.takahashi.caller())
    hears(mail, "鍵（APIキー）が作られました")
    town.ask("reset_second_factor", {"membership_id": town.aoki.membership_id}, town.takahashi.caller())

    told = hears(mail, "管理者によって解除されました")

    assert f"{town.stack.instance.public_url}/settings/second-factor" in told
    for text in texts(mail):
        assert not [name for name in ("Aoki", "aoki", "Takahashi", "記録") if name in text]
    eventually(lambda: town.database.scalar("SELECT count(*) FROM notice") == 0)


def test_what_the_mail_server_does_not_take_now_comes_later(town, mail, app):
    hears(mail, "使われるようになりました")
    mail.refuse = "451 try later"
    app.ask("end_second_factor", {"present": PASSWORD, "code": app.code()})
    eventually(lambda: town.database.scalar("SELECT max(tries) FROM notice") == 1)
    mail.refuse = ""

    town.stack.clock.advance(minutes=6)

    assert hears(mail, "使われなくなりました")
