"""No field of a person, a note or staff gets out by any channel, into a fact, a log or notify's tables.

Every field of the contracts that can hold words holds a word of its own, which is looked for everywhere.
"""

import json
from contextlib import closing

import pytest
import requests
from sqlalchemy import inspect

from chassis.topology import SERVICES
from contracts import forms
from contracts.accounts import AddStaff
from contracts.keys import MakeKey
from contracts.sharing.consents import GrantConsent
from contracts.sharing.handoffs import DISCHARGE_NOTE, DeclineHandoff, RecallHandoff
from contracts.sharing.persons import NewPerson
from contracts.sharing.stays import AdmitPerson
from contracts.webhooks import TOLD
from tests.service.notify.conftest import link_in
from tests.support.eventually import eventually
from tests.support.marked import Marks
from tests.support.people import sign_in
from tests.support.push_service import Browser, PushService
from tests.support.receiver import Receiver

EMAIL = "atarashii@example.jp"


@pytest.fixture(scope="module")
def push():
    with closing(PushService()) as running:
        yield running


@pytest.fixture(scope="module")
def other_system():
    with closing(Receiver()) as running:
        yield running


@pytest.fixture(scope="module")
def broadcast(stack):
    """What is told to open pages."""
    with stack.home.connect() as connection:
        channel = connection.channel()
        queue = channel.queue_declare("live-heard-by-a-test", exclusive=True).queue
        channel.queue_bind(queue, "live")

        def heard():
            told = []
            while (message := channel.basic_get(queue, no_ack=True)) is not None:
                told.append(str(message.body))
            return told

        yield heard


@pytest.fixture(scope="module")
def marks():
    return Marks()


@pytest.fixture(scope="module")
def browser():
    return Browser()


@pytest.fixture(scope="module")
def friday(stack):
    """So late that what is for today is still its first reader's on Monday morning."""
    stack.clock.set("2026-11-27 17:30")


@pytest.fixture(scope="module")
def out(stack, friday, mail, push, other_system, broadcast, marks, browser, planner, care_manager):
    """What has gone out by each way, after a day on which everything was told by everything."""
    manager, desk = sign_in(stack, "takahashi"), sign_in(stack, "kobayashi")
    care_manager.post("/api/devices", {"endpoint": f"{push.origin}/sato", **browser.keys})
    care_manager.put("/api/wishes", {"digest_at": "08:30"})
    manager.post("/api/webhooks", {"url": other_system.url, "states": list(TOLD)})
    _invite(manager, marks)
    stay_id = _admit(planner, care_manager, marks)
    content = marks.content(forms.load(DISCHARGE_NOTE))
    declined = _send(stack, planner, stay_id, content)
    _read(care_manager, declined, marks)
    refusal = marks.request(DeclineHandoff, handoff_id=declined["handoff_id"], reason="full")
    care_manager.post(f"/api/handoffs/{declined['handoff_id']}/refusal", _without(refusal, "handoff_id"))
    recalled = _send(stack, planner, stay_id, content)
    recall = marks.request(RecallHandoff, handoff_id=recalled["handoff_id"])
    planner.post(f"/api/handoffs/{recalled['handoff_id']}/recall", _without(recall, "handoff_id"))
    left = _send(stack, planner, stay_id, content)
    papers = _by_paper_and_telephone(stack, desk, left)
    _send(stack, planner, _admit(planner, care_manager, marks), content, urgency="today")
    first = declined["code"]
    letter = eventually(lambda: next((each for each in mail.messages if first in each["Subject"]), None))
    papers["page of a link"] = requests.get(link_in(letter), timeout=15).text
    _let_a_day_begin(stack, mail)
    return {
        **papers,
        "mail": [_whole(each) for each in mail.messages],
        "push": [f"{one.path} {one.headers} {browser.read(one.body).decode()}" for one in push.to("/sato")],
        "webhook": [f"{one.headers} {one.body.decode()}" for one in other_system.told],
        "facts": _rows(stack, SERVICES, "outbox"),
        "live hints": broadcast(),
        "logs": [part.log.read_text("utf-8", "replace") for part in stack.supervisor.parts.values()],
        "queues": list(stack.home.queue_depths()),
        "tables of notify": _tables(stack, "notify"),
        "tables of events": _tables(stack, "events"),
    }


def _invite(manager, marks):
    asked = marks.request(AddStaff, email=EMAIL, role="care_manager", language="en", office_id=None)
    manager.post("/api/staff", _without(asked, "office_id"))
    own = manager.session["acting"]["membership_id"]
    key = marks.request(MakeKey, membership_id=own, scopes=["inbox:read"])
    manager.post("/api/keys", key)


def _admit(planner, care_manager, marks):
    person = marks.request(NewPerson, sex="female", municipality="999997", care_level="22")
    person_id = planner.post("/api/persons", person)["person_id"]
    valid = {"valid_from": "2020-01-01", "valid_until": "2099-12-31", "purpose": "home_care_coordination"}
    consent = marks.request(GrantConsent, person_id=person_id, given_by="self", **valid)
    planner.post(f"/api/persons/{person_id}/consents", _without(consent, "person_id"))
    acting = care_manager.session["acting"]
    chosen = {"office_id": acting["office_id"], "account_id": care_manager.account_id}
    planner.put(f"/api/persons/{person_id}/care-manager", chosen)
    stay = marks.request(AdmitPerson, person_id=person_id, admitted_at="2026-11-02T10:00:00+09:00")
    stay_id = planner.post("/api/stays", stay)["stay_id"]
    planner.post(f"/api/stays/{stay_id}/plan", {"planned_at": "2026-11-27T10:30:00+09:00"})
    return stay_id


def _send(stack, planner, stay_id, content, urgency="urgent"):
    prefilled = planner.get(f"/api/stays/{stay_id}/note")["draft"]["content"]
    body = {"stay_id": stay_id, "content": {**prefilled, **content}, "urgency": urgency}
    made = planner.post("/api/handoffs", body)
    stack.broker.settle()
    return made


def _read(care_manager, handoff, marks):
    """What was marked is what a reader who may see it sees: else nothing could be found elsewhere, either."""
    seen = json.dumps(care_manager.get(f"/api/handoffs/{handoff['handoff_id']}"), ensure_ascii=False)
    hidden = {path for path in marks.given.values() if path not in marks.leaks(seen)}
    labels = {path for word, path in marks.given.items() if not word.isascii()}
    assert {
        path for path in hidden - labels if path.startswith(("note.", "NewPerson.", "AdmitPerson."))
    } == set()


def _by_paper_and_telephone(stack, desk, handoff):
    """Let a note reach nobody, print its cover sheet and open the page with what to say by telephone."""
    notify = stack.database("notify")
    about = {"id": handoff["handoff_id"], "now": stack.clock.now()}
    notify.execute("UPDATE alert SET current = 2 WHERE handoff_id = :id", id=about["id"])
    alert_id = notify.scalar("SELECT alert_id FROM alert WHERE handoff_id = :id", id=about["id"])
    notify.execute("UPDATE delivery SET state = 'failed' WHERE alert_id = :id", id=alert_id)
    statement = "INSERT INTO unreached (alert_id, rung, since) VALUES (:id, 1, :now)"
    notify.execute(statement, id=alert_id, now=about["now"])
    asked, page = {"headers": {"Cookie": desk.cookies}, "timeout": 15}, f"{stack.url}/handoffs/{about['id']}"
    sheet = requests.post(f"{page}/fax-sheet", data={"csrf_token": desk.csrf}, **asked)
    call = requests.get(f"{stack.url}/unreached/{alert_id}", **asked)
    assert (sheet.status_code, call.status_code) == (200, 200)
    return {"cover sheet": sheet.text, "call": call.text}


def _let_a_day_begin(stack, mail):
    """Let the letters of a day go out, and all that climbs meanwhile."""
    for moment, words in (("08:30", "返事を待っている連絡"), ("09:00", "返事のない連絡")):
        stack.clock.set(f"2026-11-30 {moment}")
        eventually(lambda words=words: [each for each in mail.messages if words in each["Subject"]], 20)
    eventually(lambda: [each for each in mail.messages if EMAIL in each["To"]])
    stack.broker.settle()


def _whole(letter):
    return "\n".join([*(f"{name}: {value}" for name, value in letter.items()), letter.get_content()])


def _tables(stack, service):
    names = inspect(stack.database(service).engine).get_table_names()
    return [row for name in names for row in _rows(stack, [service], name)]


def _rows(stack, services, table):
    return [
        str(row) for service in services for row in stack.database(service).rows(f"SELECT * FROM {table}")
    ]


def _without(request, name):
    return {key: value for key, value in request.items() if key != name}


def test_no_word_of_a_person_is_found_anywhere(out, marks):
    leaks = {
        place: marks.leaks(text if isinstance(text, str) else "\n".join(text)) for place, text in out.items()
    }

    assert {place: found for place, found in leaks.items() if found} == {}
    assert len(marks.given) > 50


def test_each_way_has_told_something(out):
    assert {place for place, text in out.items() if not text} == set()
