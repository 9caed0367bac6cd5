"""What a report of a mail server says, and which letter it is about."""

from email import message_from_bytes, message_from_string
from email.message import EmailMessage

import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st

from chassis.ids import new_id
from chassis.key_ring import KeyRing
from services.notify.channels.bounces import read
from services.notify.channels.return_path import ReturnPath
from tests.support.bounces import a_report, an_answer

PATH = ReturnPath("bounce+{token}@mail.example.jp", KeyRing([Fernet.generate_key().decode()]))


def reason_of(action, status):
    bounce = read(a_report("bounce@mail.example.jp", action=action, status=status))
    return bounce and bounce.reason


@pytest.mark.parametrize(
    ("action", "status", "reason"),
    [
        ("failed", "5.1.1", "bounced"),
        ("failed", "5.0.0", "bounced"),
        ("failed", "5.2.2 (mailbox full)", "bounced"),
        ("Failed", "5.4.4", "bounced"),
        ("failed", "5.7.1", "mail_refused"),
        ("failed", "5.6.0", "mail_refused"),
        ("failed", "4.4.7", "mail_expired"),
        ("failed", "", "mail_expired"),
        ("delayed", "4.2.2", None),
    ],
)
def test_a_report_tells_the_end_from_a_delay_and_a_dead_mailbox_from_a_rule(action, status, reason):
    assert reason_of(action, status) == reason


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded", "", "none"])
def test_a_report_of_something_else_is_none(action):
    assert read(a_report("bounce@mail.example.jp", action=action, status="2.0.0")) is None


def test_the_worst_of_several_recipients_counts():
    report = a_report("bounce@mail.example.jp", action="delayed", status="4.2.0")
    report.get_payload()[1].get_payload().append(message_from_string("Action: failed\nStatus: 5.1.1\n\n"))

    assert read(report).reason == "bounced"


def test_answers_of_machines_and_people_report_nothing():
    receipt = a_report("bounce@mail.example.jp", action="failed", status="5.1.1")
    receipt.set_param("report-type", "disposition-notification")

    assert read(an_answer("bounce@mail.example.jp")) is None
    assert read(receipt) is None


@given(st.binary(max_size=400))
def test_no_mail_whatever_breaks_the_reader(raw):
    read(message_from_bytes(raw))
    read(
        message_from_bytes(b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\n" + raw)
    )


def test_a_letter_is_named_by_the_address_however_it_is_written():
    letter_id = new_id()
    address = PATH.address_of(PATH.token_of(letter_id))

    assert len(address.partition("@")[0]) <= 64
    assert PATH.letter_in([f"<{address.upper()}>"], []) == letter_id
    assert PATH.letter_in([address.replace("mail.", "other.")], []) is None


def test_a_letter_is_named_by_its_own_header_where_there_are_no_sub_addresses():
    plain, letter_id = ReturnPath("bounce@mail.example.jp", PATH.ring), new_id()
    report = a_report("bounce@mail.example.jp", token=plain.token_of(letter_id))

    assert plain.address_of("x") == "bounce@mail.example.jp"
    assert plain.letter_in(["bounce@mail.example.jp"], read(report).tokens) == letter_id


@pytest.mark.parametrize("with_whole_letter", [True, False])
def test_the_header_is_found_in_the_letter_or_in_its_headers_alone(with_whole_letter):
    report = a_report("bounce@mail.example.jp", token="abc", with_whole_letter=with_whole_letter)

    assert read(report).tokens == ("abc",)


def test_a_token_that_another_key_has_signed_names_nothing():
    other, letter_id = ReturnPath(PATH.pattern, KeyRing([Fernet.generate_key().decode()])), new_id()
    token = PATH.token_of(letter_id)

    assert other.letter_of(token) is None
    assert PATH.letter_of(("b" if token[0] == "a" else "a") + token[1:]) is None
    assert [PATH.letter_of(wrong) for wrong in ("", "a" * 41, "ä" * 42, token[:-1], token + "a")] == [
        None
    ] * 5


def test_a_header_of_the_report_itself_names_no_letter():
    letter_id = new_id()
    report = EmailMessage()
    report["X-Tsunagi-Letter"] = PATH.token_of(letter_id)

    assert read(report) is None
