"""What `tsunagi doctor` calls well, doubtful and wrong of servers, processes, mail and holidays."""

import socketserver
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from chassis.topology import hearings
from tests.support.bounces import ReturnedMail
from tests.support.mail import MailCatcher
from tsunagi.doctor import broker, databases, outbox
from tsunagi.doctor.holidays import holidays
from tsunagi.doctor.mail import bounces, mail
from tsunagi.doctor.place import Place
from tsunagi.doctor.processes import process
from tsunagi.servers.process import free_ports

QUEUE = hearings()[0].queue


def test_an_old_postgresql_and_a_wrong_clock_are_faults():
    assert [len(list(databases.version_faults("d", each))) for each in (140011, 150000, 170002)] == [1, 0, 0]
    assert [len(list(databases.clock_faults("d", each))) for each in (0.0, 5.0, 5.1)] == [0, 0, 1]


def test_a_server_that_turns_us_away_is_told_apart_from_one_that_is_not_there(one):
    def says(port):
        url = f"postgresql+psycopg://u:password@127.0.0.1:{port}/db"
        return one(databases.database(Place({"TSUNAGI_DATABASE_URL_SHARING": url}), "sharing")).says

    with socketserver.TCPServer(("127.0.0.1", 0), socketserver.BaseRequestHandler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        turned_away = says(server.server_address[1])
        server.shutdown()

    assert turned_away == "the server answers, but does not let this login in"
    assert says(free_ports(1)[0]) == "the server cannot be reached"


@pytest.mark.parametrize(
    ("count", "age_s", "state"), [(0, 0.0, "ok"), (3, 60.0, "ok"), (3, 61.0, "warning"), (1, 1e6, "warning")]
)
def test_facts_may_wait_for_a_minute(count, age_s, state):
    assert outbox.judged("sharing", count, age_s).state == state


def test_queues_and_what_lies_in_them_are_judged(one):
    queues = {QUEUE: 9, f"{QUEUE}.wait.5000ms": 0, f"{QUEUE}.dead": 2, f"{QUEUE}.suspects": None}

    assert one(broker.missing(queues)).says == f"1 of 4 are missing: {QUEUE}.suspects"
    dead, suspects = broker.parked(queues)
    assert (dead.state, dead.says) == ("warning", f"2 lie in {QUEUE}.dead")
    assert suspects.state == "ok"


@pytest.mark.parametrize(
    ("today", "state"),
    [(date(2026, 4, 1), "ok"), (date(2098, 12, 31), "ok"), (date(2099, 1, 2), "failed")],
)
def test_the_holidays_of_the_next_year_have_to_be_known(place, today, state, one):
    assert one(holidays(place, today)).state == state


@pytest.fixture
def ready(made):
    """What a process answers to /ready, on the port of sharing."""
    answer = {"status": 200, "body": b"{}"}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(answer["status"])
            self.end_headers()
            self.wfile.write(answer["body"])

        def log_message(self, *words):
            pass

    server = HTTPServer(("127.0.0.1", made.ports["health_sharing"]), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield answer
    server.shutdown()
    server.server_close()


def test_a_process_that_does_not_run_is_doubtful_only(place, one):
    assert one(process(place, "sharing")).state == "warning"


def test_a_process_that_is_ready_is_well(place, ready, one):
    assert one(process(place, "sharing")).state == "ok"


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b'{"faults": ["broker:ConnectionRefusedError"]}', "it is not ready: broker:ConnectionRefusedError"),
        (b"<html>", "it is not ready: it answers 503; somebody else may have its port"),
    ],
)
def test_a_process_that_is_not_ready_is_wrong(place, ready, body, says, one):
    ready |= {"status": 503, "body": body}

    found = one(process(place, "sharing"))

    assert (found.state, found.says) == ("failed", says)


def at(url):
    return Place({"TSUNAGI_SMTP_URL": url})


@pytest.fixture
def catcher():
    running = MailCatcher().start()
    yield running
    running.stop()


def test_a_mail_server_is_greeted_and_sent_nothing(catcher, one):
    assert one(mail(at(catcher.url))).says == "the server greets"
    assert catcher.messages == []


def test_a_mail_server_without_what_is_set_is_wrong(catcher, one):
    assert one(mail(at(f"{catcher.url}?starttls=1"))).says == "the server offers no STARTTLS, which is set"
    assert one(mail(at(catcher.url.replace("smtp:", "smtps:")))).state == "failed"


def test_a_mail_server_that_is_away_is_wrong_and_one_that_is_not_set_is_left_out(one):
    assert one(mail(at(f"smtp://127.0.0.1:{free_ports(1)[0]}"))).says == "the server cannot be reached"
    assert list(mail(at(""))) == []


def mailbox_at(url):
    return Place({"TSUNAGI_BOUNCE_IMAP_URL": url})


def test_the_mailbox_of_bounces_is_opened(one):
    box = ReturnedMail()
    try:
        assert one(bounces(mailbox_at(box.url))).says == "the mailbox opens"
        wrong_word = one(bounces(mailbox_at(box.url.replace("secret", "other-word"))))
        assert (wrong_word.state, "other-word" in wrong_word.says) == ("failed", False)
    finally:
        box.stop()

    assert one(bounces(mailbox_at(box.url))).says == "the server of the mailbox cannot be reached"
    assert list(bounces(mailbox_at(""))) == []
