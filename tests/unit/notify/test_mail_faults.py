import smtplib

import pytest

from contracts.errors import Permanent, Transient
from services.notify.channels.email import Mailbox, _sorted_faults
from services.notify.channels.way import NoServer


def refused(code, words=b""):
    return smtplib.SMTPRecipientsRefused({"aoki@example.jp": (code, words)})


@pytest.mark.parametrize(
    ("fault", "kind", "reason"),
    [
        (refused(550), Permanent, "mailbox_refused"),
        (refused(550, b"5.1.1 No such user"), Permanent, "mailbox_refused"),
        (refused(554, b"5.7.1 Relay access denied"), Permanent, "mail_refused"),
        (refused(450), Transient, "mailbox_busy"),
        (smtplib.SMTPDataError(554, b""), Permanent, "mail_refused"),
        (smtplib.SMTPDataError(451, b""), Transient, "server_busy"),
        (smtplib.SMTPNotSupportedError(), Permanent, "mailbox_refused"),
        (smtplib.SMTPServerDisconnected(), NoServer, "no_mail_server"),
        (smtplib.SMTPAuthenticationError(535, b""), NoServer, "no_mail_server"),
        (smtplib.SMTPSenderRefused(550, b"", "tsunagi"), NoServer, "no_mail_server"),
        (TimeoutError(), NoServer, "no_mail_server"),
        (ConnectionResetError(), NoServer, "no_mail_server"),
    ],
)
def test_faults_are_sorted_into_passing_and_lasting_ones(fault, kind, reason):
    with pytest.raises(kind, match=reason) as caught, _sorted_faults():
        raise fault
    assert type(caught.value) is kind


def test_a_mail_server_that_is_not_there_is_a_passing_fault():
    mailbox = Mailbox("smtp://127.0.0.1:1", "tsunagi@example.jp")

    with pytest.raises(NoServer):
        mailbox._connected()
    mailbox.close()
