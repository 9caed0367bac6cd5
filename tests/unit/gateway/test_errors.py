"""How refusals and faults are told."""

import logging

import pytest

from contracts import errors
from gateway.errors import STATUS
from tests.unit.gateway.conftest import Answers, Client


@pytest.mark.parametrize(
    ("problem", "status"),
    [
        (errors.NotSignedIn("session_ended"), 401),
        (errors.AccessDenied("role"), 403),
        (errors.NotFound(), 404),
        (errors.Conflict("draft_changed"), 409),
        (errors.Invalid(), 422),
        (errors.TooMany(), 429),
        (errors.Unavailable(), 503),
        (errors.Problem("failed"), 500),
    ],
)
def test_each_refusal_has_its_status(
    aoki: Client, answers: Answers, problem: errors.Problem, status: int
) -> None:
    answers.by_method["get_handoff"] = problem

    answer = aoki.get("/api/handoffs/h1")

    assert answer.status_code == status
    assert answer.json["status"] == status
    assert answer.mimetype == "application/problem+json"


def test_the_table_knows_every_refusal() -> None:
    known = {kind for kind in errors.ERRORS.values() if kind.__module__ == "contracts.errors"}

    assert known == set(STATUS)


def test_fields_are_told_in_words_where_they_are(aoki: Client, answers: Answers) -> None:
    fields = {"content.meal": ["required"], "log": {"0": {"on": ["not_a_date"]}}}
    answers.by_method["send_note"] = errors.Invalid("note", fields)

    answer = aoki.post("/api/handoffs", {"stay_id": "s"})

    assert answer.json == {
        "type": "urn:tsunagi:problem:note",
        "title": "入力を確かめてください",
        "status": 422,
        "detail": "書いた内容を確かめてください。",
        "reason": "note",
        "fields": {
            "content.meal": [{"code": "required", "message": "入力してください。"}],
            "log.0.on": [{"code": "not_a_date", "message": "日付を入れてください（例：2026-11-24）。"}],
        },
    }


def test_absent_and_forbidden_look_the_same(aoki: Client, answers: Answers) -> None:
    answers.by_method["get_handoff"] = errors.NotFound("handoff")
    absent = aoki.get("/api/handoffs/h1")
    answers.by_method["get_handoff"] = errors.NotFound("not_on_the_team")
    forbidden = aoki.get("/api/handoffs/h2")

    assert absent.data == forbidden.data


def test_a_fault_has_a_number_and_the_log_has_it_without_personal_data(
    aoki: Client, answers: Answers, caplog: pytest.LogCaptureFixture
) -> None:
    answers.by_method["get_handoff"] = ValueError("鈴木 一郎")

    with caplog.at_level(logging.ERROR):
        answer = aoki.get("/api/handoffs/h1")

    assert answer.status_code == 500
    assert "鈴木" not in answer.text
    fault = next(record for record in caplog.records if record.message == "fault")
    assert fault.request_id == answer.json["fault_id"]
    assert fault.path == "/api/handoffs/<handoff_id>"


def test_the_log_has_the_route_and_not_what_was_typed(
    aoki: Client, answers: Answers, caplog: pytest.LogCaptureFixture
) -> None:
    answers.by_method["list_persons"] = {"persons": []}

    with caplog.at_level(logging.INFO):
        aoki.get("/api/persons?text=鈴木")
        aoki.post("/api/persons/search", {"text": "鈴木"})
        aoki.get("/api/鈴木")

    assert "鈴木" not in str([vars(record) for record in caplog.records])


def test_an_unknown_path_and_method_are_told_as_problems(aoki: Client) -> None:
    unknown = aoki.get("/api/nothing")
    wrong_method = aoki.browser.delete("/api/persons", headers={"X-CSRF-Token": aoki.token})

    assert unknown.json["reason"] == "not_found"
    assert wrong_method.json["reason"] == "method_not_allowed"
    assert "POST" in wrong_method.headers["Allow"]
