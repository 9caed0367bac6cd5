"""The running API is what `/api/openapi.json` says: every status, media type and field of an answer.

Schemathesis makes requests from the document. `TSUNAGI_CASES` is how many good and bad ones of each
operation every role sends.
"""

import os
from collections.abc import Iterator

import pytest

from tests.support import api_document
from tests.support.api_cases import send_everything
from tests.support.embedded import EmbeddedMachine
from tests.support.machine import TestInstance
from tests.support.people import settle_city
from tests.support.stack import Stack
from tests.support.whole_api import use_everything
from tsunagi.parts import PROCESSES

CASES = int(os.environ.get("TSUNAGI_CASES", "20"))


@pytest.fixture(scope="module", params=["embedded", pytest.param("node", marks=pytest.mark.long)])
def home(request: pytest.FixtureRequest) -> Iterator[TestInstance]:
    embedded = EmbeddedMachine().start() if request.param == "embedded" else None
    made = (embedded or request.getfixturevalue("machine")).fresh()
    yield made
    made.close()
    if embedded:
        embedded.stop()


@pytest.fixture(scope="module")
def stack(home: TestInstance) -> Iterator[Stack]:
    settle_city(home)
    running = Stack(home, PROCESSES).start()
    home.broker.settle()
    yield running
    running.throw_away()


def ids_of(stack: Stack) -> list[str]:
    """Return ids of things that are there."""
    columns = {
        "sharing": ("person.person_id", "stay.stay_id", "handoff.handoff_id", "consent.consent_id"),
        "directory": ("facility.facility_id",),
        "accounts": ("account.account_id", "membership.membership_id"),
    }
    return [
        str(row["id"])
        for service, names in columns.items()
        for name in names
        for row in stack.database(service).rows(f"SELECT {name} AS id FROM {name.split('.')[0]} LIMIT 5")
    ]


def test_every_operation_succeeds_and_answers_what_the_document_says(stack: Stack) -> None:
    schema = api_document.load(stack)
    witness = api_document.Witness(schema)

    use_everything(stack, lambda login: witness.sign_in(stack, login))

    assert "\n".join(witness.faults) == ""
    assert witness.successes == {each.label for each in api_document.operations(schema)}


def test_whatever_is_sent_is_answered_as_the_document_says(stack: Stack) -> None:
    faults = send_everything(stack, api_document.load(stack), ids_of(stack), examples=1, always_same=True)

    assert "\n".join(faults) == ""


@pytest.mark.long
@pytest.mark.timeout(900)
def test_whatever_is_sent_in_plenty_is_answered_as_the_document_says(stack: Stack) -> None:
    faults = send_everything(stack, api_document.load(stack), ids_of(stack), examples=CASES)

    assert "\n".join(faults) == ""
