"""The clock moves in demonstrations and tests only, by operators nearby."""

from pathlib import Path

import pytest

from chassis.clock import Clock
from chassis.config import Settings
from gateway.app import create_app
from gateway.hub import Hub
from gateway.sessions import Sessions
from tests.unit.gateway.conftest import Answers, Client, a_session


def an_operator(answers: Answers, settings: Settings) -> Client:
    answers.by_method["get_session"] = a_session("operator")
    return Client(create_app(answers, settings, Hub(), Sessions(answers, Clock())))


def test_a_real_instance_has_no_such_clock(answers: Answers, tmp_path: Path) -> None:
    settings = Settings("gateway", instance="real", secret_key="s" * 40, clock_file=tmp_path / "clock")
    operator = an_operator(answers, settings)

    answer = operator.post("/api/demo/clock", {"advance_s": 60})

    assert answer.status_code == 404
    assert not (tmp_path / "clock").exists()


def test_nobody_from_afar_moves_it(answers: Answers, settings: Settings) -> None:
    operator = an_operator(answers, settings)
    operator.browser.environ_base["REMOTE_ADDR"] = "8.8.8.8"

    assert operator.post("/api/demo/clock", {"advance_s": 60}).status_code == 404


@pytest.mark.parametrize(
    ("asked", "field", "code"),
    [
        ({"advance_s": 1e300}, "advance_s", "out_of_range"),
        ({"advance_s": True}, "to", "not_a_moment"),
        ({"to": "2026-11-24T10:00:00"}, "to", "not_a_moment"),
        ({"to": 7}, "to", "not_a_moment"),
        ({"by": 60}, "by", "unknown_field"),
    ],
)
def test_a_strange_time_is_refused(
    answers: Answers, settings: Settings, asked: dict[str, object], field: str, code: str
) -> None:
    answer = an_operator(answers, settings).post("/api/demo/clock", asked)

    assert answer.json["fields"][field][0]["code"] == code


def test_moves_add_up(answers: Answers, settings: Settings) -> None:
    operator = an_operator(answers, settings)

    operator.post("/api/demo/clock", {"advance_s": 600})
    answer = operator.post("/api/demo/clock", {"advance_s": 60.5})

    assert answer.json["offset_s"] == 660.5
