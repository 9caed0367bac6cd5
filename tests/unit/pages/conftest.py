"""A request of Aoki's, with names that are known."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from flask import Flask, g
from flask_babel import Babel

from chassis.auth import Caller
from gateway.pages.routes import load

PEOPLE = {"aoki": "青木 一", "baba": "馬場 二", "chief": "千葉 長"}
OFFICES = {"care": {"name": "ケアプランさくら"}, "desk": {"name": "連携支援センター"}}


def _known(table):
    return lambda ids: {id_: table[id_] for id_ in ids if id_ in table}


@pytest.fixture
def request_of_aoki() -> Iterator[None]:
    app = Flask("pages")
    Babel(app, default_locale="ja")
    names = SimpleNamespace(people=_known(PEOPLE), offices=_known(OFFICES))
    app.extensions["tsunagi"] = SimpleNamespace(names=names)
    app.add_url_rule("/handoffs/<handoff_id>", "pages.handoff")
    app.add_url_rule("/stays/<stay_id>/note", "pages.note")
    with app.test_request_context():
        caller = Caller(account_id="aoki", name="青木 一", office_id="care", role="care_manager")
        g.person = SimpleNamespace(caller=caller)
        yield


@pytest.fixture
def in_english() -> Iterator[None]:
    """A request of somebody who has chosen English."""
    app = Flask("gateway")
    Babel(app, default_locale="en")
    with app.test_request_context():
        yield


@pytest.fixture(scope="session", autouse=True)
def _all_pages() -> None:
    load()
