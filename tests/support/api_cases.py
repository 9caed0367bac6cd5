"""Requests that Schemathesis makes from the API's document, each sent by every role and by a visitor."""

from contextlib import suppress
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error

from tests.support.api_document import CHECKS, operations, told
from tests.support.people import sign_in
from tests.support.stack import Stack
from tsunagi.client import Client

VISITOR = ""
PEOPLE = (VISITOR, "tanaka", "sato", "takahashi", "kobayashi", "ishida", "kansa")
# It never ends; `tests/service/gateway/test_stream.py` reads it.
ENDLESS = "stream"
# Nothing is shrunk: the answer depends on all that was sent before.
_FEW = {
    "deadline": None,
    "database": None,
    "phases": [Phase.generate],
    "suppress_health_check": list(HealthCheck),
}


class Crowd:
    """Everybody of the city at the API; sessions that have ended are begun anew."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._clients: dict[str, Client] = {}

    def refresh(self) -> None:
        """Have everybody signed in, at the present time."""
        self._stack.clock.advance()
        for login in PEOPLE[1:]:
            client = self._clients.get(login)
            if client is None or not client.get("/api/session")["signed_in"]:
                self._clients[login] = sign_in(self._stack, login)

    def send(self, case: Case, login: str) -> list[str]:
        """Send a case as somebody; returns what is wrong with the answer."""
        headers = {"Referer": f"{self._stack.url}/"}
        if client := self._clients.get(login):
            headers |= {"Cookie": client.cookies, "X-CSRF-Token": client.csrf}
        answer = case.call(headers=headers, timeout=30)
        if answer.status_code == 503:
            # On a busy machine a service may be late once; what is sent must not look like that.
            self._stack.wait_ready()
            answer = case.call(headers=headers, timeout=30)
        try:
            case.validate_response(answer, checks=[not_a_server_error, *CHECKS])
        except BaseExceptionGroup as found:
            who = login or "visitor"
            return [f"{case.operation.label} as {who}: {told(each)}" for each in found.exceptions]
        return []


def send_everything(
    stack: Stack, schema: Any, ids: list[str], examples: int, *, always_same: bool = False
) -> list[str]:
    """Send `examples` good and as many bad cases of every operation as everybody; returns what is wrong.

    Ids in the cases are mostly those in `ids`; `always_same` makes the same cases in every run.
    """
    schemathesis.openapi.format("uuid", st.sampled_from(ids) | st.uuids().map(str))
    crowd = Crowd(stack)
    faults: list[str] = []
    for operation in operations(schema):
        if operation.definition.raw["operationId"] != ENDLESS:
            crowd.refresh()
            faults += _send_many(crowd, operation, examples, always_same)
    return faults


def _send_many(crowd: Crowd, operation: Any, examples: int, always_same: bool) -> list[str]:
    faults: list[str] = []
    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):

        @given(case=operation.as_strategy(generation_mode=mode))
        @settings(max_examples=examples, derandomize=always_same, **_FEW)
        def send(case: Case) -> None:
            for login in PEOPLE:
                faults.extend(crowd.send(case, login))

        # Where nothing is taken, nothing can be wrong.
        with suppress(Unsatisfiable):
            send()
    return faults
