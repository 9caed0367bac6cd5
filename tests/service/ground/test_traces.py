"""One trace holds all that a sent note has caused; without a collector nothing is even loaded."""

import re
import subprocess
import sys

import pytest

from tests.support.collector import Collector
from tests.support.eventually import eventually
from tests.support.people import a_note, a_stay, settle_city, sign_in
from tests.support.stack import Stack
from tsunagi.parts import PROCESSES

SENT = "POST /api/handoffs"
FAMILY, GIVEN = "追跡", "千代"


@pytest.fixture(scope="module")
def collector():
    running = Collector().start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def stack(machine, mail, collector):
    made = machine.fresh(TSUNAGI_SMTP_URL=mail.url, TSUNAGI_TRACES_URL=collector.url)
    settle_city(made)
    running = Stack(made, PROCESSES).start()
    made.broker.settle()
    yield running
    running.throw_away()
    made.close()


@pytest.fixture(scope="module")
def spans(stack, collector):
    """All spans of the trace of one note, once its last ones have come."""
    planner, care_manager = sign_in(stack, "tanaka"), sign_in(stack, "sato")
    stay_id = a_stay(planner, care_manager, family_name=FAMILY, given_name=GIVEN)
    planner.post("/api/handoffs", {"stay_id": stay_id, "content": a_note(planner, stay_id)})

    def is_whole():
        """Each process tells its spans by itself, some seconds later."""
        told = collector.trace_of(SENT)
        names = {SENT, "letter by email", "hint", "sharing.on_alert_raised"}
        return names <= {span.name for span in told} and processes(stack) <= {span.service for span in told}

    eventually(is_whole, 40)
    stack.broker.settle()
    return collector.trace_of(SENT)


def processes(stack):
    return {"all"} if stack.home.is_embedded else {"gateway", "sharing", "notify", "accounts"}


def named(spans, name):
    return next(span for span in spans if span.name == name)


def test_every_span_but_the_request_hangs_on_another_of_its_trace(spans):
    ids = {span.id for span in spans}

    loose = {span.name for span in spans if span.parent not in ids}

    assert loose == {SENT}
    assert len(ids) == len(spans)


def test_the_way_of_a_note_is_in_its_trace(spans):
    def parent_of(span):
        return next(other for other in spans if other.id == span.parent)

    noted = named(spans, "notify.on_discharge_noted")
    way = [noted]
    while way[-1].parent:
        way.append(parent_of(way[-1]))

    assert [(span.kind, span.name) for span in reversed(way)] == [
        ("server", SENT),
        ("client", "sharing.send_note"),
        ("server", "sharing.send_note"),
        ("producer", "publish sharing.discharge_noted.v1"),
        ("consumer", "notify.on_discharge_noted"),
    ]
    assert parent_of(named(spans, "letter by email")) == noted
    assert parent_of(named(spans, "accounts.get_contact")).name in ("letter by email", "accounts.get_contact")


def test_the_processes_are_told_apart(stack, spans):
    assert {span.service for span in spans} == processes(stack)


def test_spans_say_how_it_went_and_nothing_of_a_person(stack, spans, collector):
    told = "\n".join(f"{span.name} {span.attributes}" for span in collector.spans)

    assert named(spans, SENT).attributes == {
        "http.request.method": "POST",
        "http.route": "/api/handoffs",
        "http.response.status_code": "201",
    }
    assert {(span.name, str(span.attributes)) for span in spans if span.is_failed} == set()
    assert all(span.took_ns >= 0 for span in spans)
    assert not re.search(r"[ぁ-ヿ一-龯@]", told)
    assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-", told)


def test_without_a_collector_the_library_is_not_even_imported():
    code = (
        "from chassis import green; green.patch()\n"
        "import sys\nfrom chassis import runner, tracing, trace\nfrom chassis.config import Settings\n"
        "tracing.set_up(Settings('sharing'))\n"
        "print(trace.is_recorded(), [name for name in sys.modules if name.startswith('opentelemetry')])"
    )

    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert said.stdout.strip() == "False []"
