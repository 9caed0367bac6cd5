"""The mailbox of bounces is gone through whatever lies in it."""

import pytest

from services.notify.channels import returned_mail
from services.notify.channels.returned_mail import DONE, LATER, OTHERS, Unread, look
from tests.support.bounces import ReturnedMail, an_answer


@pytest.fixture(scope="module")
def server():
    running = ReturnedMail()
    yield running
    running.stop()


@pytest.fixture
def box(server):
    server.clear()
    return server


def test_what_is_done_goes_what_is_others_stays_and_what_is_for_later_comes_again(box):
    for _ in range(3):
        box.put(an_answer("bounce@mail.example.jp"))
    answers = iter([DONE, OTHERS, LATER])

    assert look(box.url, lambda mail: next(answers)) == 3

    assert [was_seen for _, was_seen in box.left()] == [True, False]
    assert look(box.url, lambda mail: OTHERS) == 1


def test_a_mail_that_cannot_be_read_keeps_no_other_from_being_read(box):
    box.put(an_answer("broken@mail.example.jp"))
    box.put(an_answer("bounce@mail.example.jp"))

    def take(mail):
        if mail["To"] == "broken@mail.example.jp":
            raise RecursionError
        return DONE

    assert look(box.url, take) == 2
    assert [was_seen for _, was_seen in box.left()] == [True]


def test_what_is_too_long_to_be_a_report_is_not_fetched(box, monkeypatch):
    monkeypatch.setattr(returned_mail, "_LONGEST", 50)
    box.put(an_answer("bounce@mail.example.jp"))

    assert look(box.url, lambda mail: DONE) == 0


@pytest.mark.parametrize(
    ("there", "instead"), [("secret", "wrong"), ("127.0.0.1", "127.0.0.1:1"), ("@", "@x")]
)
def test_a_mailbox_that_does_not_open_is_told_as_such(box, there, instead):
    url = box.url.replace(there, instead) if ":1" not in instead else "imap://bounce:secret@127.0.0.1:1"

    with pytest.raises(Unread):
        look(url, lambda mail: DONE)
