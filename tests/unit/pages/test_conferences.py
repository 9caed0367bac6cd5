"""The proposed conferences on a board: the nearest, and how many there are besides."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask, render_template
from flask_babel import Babel

import gateway
from chassis.clock import Clock
from gateway.pages import filters


@pytest.fixture
def app():
    made = Flask("pages", template_folder=Path(gateway.__file__).parent / "templates")
    Babel(made, default_locale="ja")
    filters.install(made)
    made.extensions["tsunagi"] = SimpleNamespace(clock=Clock())
    with made.test_request_context():
        yield made


def table_of(count):
    one = {
        "stay": None,
        "hold_before": "2026-12-01T00:00:00+00:00",
        "proposed_at": "2026-11-24T00:00:00+00:00",
    }
    return render_template("parts/conferences.html", conferences=[one] * count)


@pytest.mark.usefixtures("app")
def test_as_many_as_one_can_look_through_and_the_others_are_counted():
    assert table_of(50).count("<time") == 50
    assert "ほかに" not in table_of(50)
    assert table_of(53).count("<time") == 50
    assert "ほかに 3 件あります" in table_of(53)
