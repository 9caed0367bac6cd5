"""Mails as mail servers and machines send them back, and a real mailbox to read them from (pymap)."""

import socket
import subprocess
import sys
import time
from email import message_from_bytes
from email.message import EmailMessage, Message
from urllib.parse import urlsplit

from chassis.mail_inbox import open_mailbox
from tsunagi.servers.process import free_ports

_REPORT = """\
From: Mail Delivery System <MAILER-DAEMON@mail.example.jp>
To: {to}
Date: {at}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b0"

--b0
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--b0
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.jp
X-Postfix-Queue-ID: 4ABC

Final-Recipient: rfc822; nobody@example.jp
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 User unknown

--b0
Content-Description: Undelivered Message
Content-Type: {kind}

Subject: test
{header}To: nobody@example.jp

{body}
--b0--
"""


def a_report(
    to: str,
    *,
    action: str = "failed",
    status: str = "5.1.1",
    token: str = "",
    at: str = "Tue, 24 Nov 2020 10:00:00 +0900",
    with_whole_letter: bool = True,
) -> Message:
    """Return a report as Postfix writes it (RFC 3464), about a letter that names itself by `token`."""
    kind, body = ("message/rfc822", "text") if with_whole_letter else ("text/rfc822-headers", "")
    header = f"X-Tsunagi-Letter: {token}\n" if token else ""
    text = _REPORT.format(to=to, at=at, action=action, status=status, kind=kind, header=header, body=body)
    return message_from_bytes(text.encode())


def an_answer(to: str) -> Message:
    """Return what a mailbox answers by itself while its owner is away."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "aoki@example.jp", to, "不在のお知らせ"
    mail["Auto-Submitted"] = "auto-replied"
    mail.set_content("ただいま不在にしております。550 5.1.1")
    return message_from_bytes(mail.as_bytes())


class ReturnedMail:
    """A mailbox on 127.0.0.1 that is read by IMAP, kept by a server of its own (pymap)."""

    def __init__(self) -> None:
        (self._port,) = free_ports(1)
        self.url = f"imap://bounce:secret@127.0.0.1:{self._port}"
        self._server = self._started()

    def _started(self) -> "subprocess.Popen[bytes]":
        program = [sys.executable, "-c", "from pymap.main import main; main()"]
        place = ["--host", "127.0.0.1", "--port", str(self._port), "--no-tls"]
        owner = ["dict", "--demo-user", "bounce", "--demo-password", "secret"]
        server = subprocess.Popen([*program, *place, *owner], stderr=subprocess.DEVNULL)
        until = time.monotonic() + 20
        while server.poll() is None and time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", self._port), 1).close()
                # Signing in costs its server a hash on purpose: once is enough.
                self._box = open_mailbox(urlsplit(self.url), 5)
                return server
            except OSError:
                time.sleep(0.05)
        raise RuntimeError("no IMAP server")

    def start(self) -> None:
        """Listen once more after a stop, at the same port."""
        self._server = self._started()

    def stop(self) -> None:
        """End the server; its mails are gone with it."""
        self._server.kill()
        self._server.wait()

    def put(self, mail: Message) -> None:
        """Let a mail arrive."""
        self._box.append(mail.as_bytes())

    def left(self) -> list[tuple[str, bool]]:
        """Return the subjects of the mails that are there, and whether each was looked at."""
        # Only then this session hears what others have done.
        self._box.folder.set("INBOX")
        found = self._box.fetch(mark_seen=False, bulk=True)
        return [(mail.subject, "\\Seen" in mail.flags) for mail in found]

    def clear(self) -> None:
        """Remove every mail."""
        self._box.delete(self._box.uids())
