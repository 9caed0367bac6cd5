"""Pages on which it is seen that mail does not arrive, and the address is put right."""

from collections.abc import Callable

import pytest

from contracts.errors import Conflict, Invalid
from tests.unit.gateway.conftest import Answers, Client

DOUBTED = "2026-11-24T01:00:00+00:00"
MEMBER = {
    "membership_id": "m1", "account_id": "baba", "name": "Baba", "kana": "", "role": "care_manager",
    "is_manager": False, "state": "active", "deputy_id": None, "away": [], "login": "baba",
    "email": "baba@example.jp", "email_doubted_at": DOUBTED,
    "last_signed_in_at": None, "invitation_mail": None, "has_second_factor": False,
}  # fmt: skip


@pytest.fixture
def chief(somebody: Callable[..., Client], answers: Answers) -> Client:
    answers.by_method["list_staff"] = {"office": {"office_id": "office-1", "name": "x"}, "staff": [MEMBER]}
    return somebody(role="office_manager")


def post(chief: Client, email: str):
    return chief.browser.post("/office/staff/m1/email", data={"csrf_token": chief.token, "email": email})


def test_the_list_and_the_members_page_say_that_mail_does_not_arrive(chief: Client) -> None:
    assert "メールが届きません" in chief.get("/office").text
    page = chief.get("/office/staff/m1").text

    assert "このメールアドレスには届きませんでした" in page
    assert 'value="baba@example.jp"' in page
    assert page.count('id="email"') == 1


@pytest.mark.parametrize(("typed", "asked"), [(" b@example.jp ", "b@example.jp"), ("  ", None)])
def test_a_manager_puts_it_right(chief: Client, answers: Answers, typed: str, asked: str | None) -> None:
    answers.by_method["change_email"] = MEMBER | {"email": asked, "email_doubted_at": None}

    done = post(chief, typed)

    assert done.headers["Location"] == "/office/staff/m1"
    assert answers.of("change_email")[0].request == {"membership_id": "m1", "email": asked}


@pytest.mark.parametrize(
    ("refusal", "status"),
    [(Invalid("invalid", {"email": ["not_an_email"]}), 422), (Conflict("address_is_theirs"), 409)],
)
def test_what_was_typed_stays_when_it_is_refused(
    chief: Client, answers: Answers, refusal: Exception, status: int
) -> None:
    answers.by_method["change_email"] = refusal

    page = post(chief, "b at example.jp")

    assert page.status_code == status
    assert 'value="b at example.jp"' in page.text


@pytest.fixture
def reader(somebody: Callable[..., Client], answers: Answers) -> Callable[[str], Client]:
    """Return somebody in a role whose mail does not arrive."""

    def made(role: str) -> Client:
        mine = MEMBER | {"account_id": "aoki-1", "role": role}
        answers.by_method["list_staff"] = {"office": {"office_id": "office-1", "name": "x"}, "staff": [mine]}
        answers.by_method["list_channels"] = {"channels": [], "ranks": [], "devices": [], "push_key": None}
        answers.by_method["list_keys"] = {"keys": []}
        return somebody(role=role)

    return made


@pytest.mark.parametrize("role", ["care_manager", "desk", "discharge_planner"])
def test_whose_mail_does_not_arrive_reads_it_in_their_own_settings(
    reader: Callable[[str], Client], role: str
) -> None:
    page = reader(role).get("/settings").text

    assert "このメールアドレスには届きませんでした" in page
    assert 'action="/settings/email"' in page
    assert page.count('id="email"') == 1


def test_everybody_puts_their_own_right_with_their_password(
    reader: Callable[[str], Client], answers: Answers
) -> None:
    client = reader("desk")
    answers.by_method["set_own_email"] = {}
    typed = {"csrf_token": client.token, "email": "a@example.jp", "email_present": "word"}

    done = client.browser.post("/settings/email", data=typed)

    assert done.headers["Location"] == "/settings#mail"
    assert answers.of("set_own_email")[0].request == {"email": "a@example.jp", "present": "word"}


def test_a_wrong_password_is_told_at_its_field_and_the_address_stays(
    reader: Callable[[str], Client], answers: Answers
) -> None:
    client = reader("care_manager")
    answers.by_method["set_own_email"] = Invalid("invalid", {"present": ["wrong_password"]})

    page = client.browser.post("/settings/email", data={"csrf_token": client.token, "email": "n@example.jp"})

    assert page.status_code == 422
    assert 'id="email_present-e"' in page.text
    assert 'value="n@example.jp"' in page.text
    assert 'id="present-e"' not in page.text
