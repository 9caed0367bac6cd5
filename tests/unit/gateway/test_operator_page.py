"""The operator's page: one sentence says whether all is well, and each trouble what to do."""

import re

import pytest

from contracts.errors import Unavailable
from tests.contract.test_alert_rules import anchor
from tsunagi.vendor import ROOT

QUEUE = "notify.on_discharge_noted"


def a_status(service: str, **more):
    depth = {"ready": 0, "waiting": 0, "dead": 0, "consumers": 1, "missing": False}
    status = {
        "service": service,
        "version": "0.1.0",
        "started_at": "2026-11-27T00:00:00+00:00",
        "heard_at": None,
        "faults": [],
        "outbox": 0,
        "outbox_oldest_s": 0.0,
        "relay_is_well": True,
        "figures": {},
        "queues": {QUEUE: depth | more.pop("queue", {})} if service == "notify" else {},
    }
    return status | more


@pytest.fixture
def page_with(somebody, answers):
    """`page_with(notify={...})` returns the page on which that service stands so."""

    def open_page(language: str = "", **wrong) -> str:
        def status(request):
            name = SERVICES[len(answers.of("get_status")) - 1]
            how = wrong.get(name, {})
            return how if isinstance(how, Unavailable) else a_status(name, **how)

        answers.by_method["get_status"] = status
        operator = somebody(role="operator")
        if language:
            operator.browser.set_cookie("tsunagi_language", language)
        answers.asked.clear()
        return operator.get("/operator").text

    return open_page


SERVICES = ("accounts", "directory", "sharing", "events", "notify")


def sentence(page: str) -> tuple[str, str]:
    """Return the colour's class and the words of the first sentence."""
    found = re.search(r'<div class="note note-(\w+) gap" id="all">.*?<b>(.*?)</b>', page, re.DOTALL)
    assert found is not None
    return found[1], found[2]


def test_all_is_well_in_one_sentence(page_with):
    assert sentence(page_with()) == ("ok", "すべて正常です。することはありません。")


def test_it_says_so_in_english_too(page_with):
    assert sentence(page_with("en")) == ("ok", "All is well. There is nothing to do.")


@pytest.mark.parametrize(
    ("name", "wrong", "runbook"),
    [
        ("sharing", {"figures": {"handoff_untold_s": 121}}, "a-handoff-that-nobody-was-told-of"),
        ("notify", {"figures": {"ladder_late_s": 61}}, "a-ladder-that-is-late"),
        ("notify", {"figures": {"delivery_oldest_s": 901}}, "mail-that-does-not-go-out"),
        ("notify", {"figures": {"disk_free_bytes": 1e9}}, "disk"),
        ("notify", {"queue": {"dead": 2}}, "dead-letters"),
        ("notify", {"queue": {"consumers": 0}}, "facts-that-wait"),
        ("notify", {"queue": {"missing": True}}, "facts-that-wait"),
        ("sharing", {"outbox": 3, "outbox_oldest_s": 61.0}, "facts-that-wait"),
        ("events", {"faults": ["database:OperationalError"]}, "when-something-is-wrong"),
        ("directory", Unavailable("no_answer"), "a-part-that-is-away"),
    ],
)
def test_what_may_keep_a_message_from_somebody_is_red_and_says_what_to_do(page_with, name, wrong, runbook):
    page = page_with(**{name: wrong})

    assert sentence(page)[0] == "stop"
    assert re.findall(r"docs/operating\.md#([\w-]+)", page) == [runbook]


@pytest.mark.parametrize(
    ("name", "wrong", "runbook"),
    [
        ("sharing", {"outbox": 1, "outbox_oldest_s": 11.0}, "facts-that-wait"),
        ("sharing", {"relay_is_well": False}, "facts-that-wait"),
        ("notify", {"figures": {"deliveries_failed": 1}}, "mail-that-does-not-go-out"),
        ("notify", {"figures": {"alerts_overdue": 1}}, "a-ladder-that-is-late"),
        ("accounts", {"figures": {"access_log_oldest_s": 61}}, "the-access-log"),
        ("directory", {"figures": {"job_oldest_s": 901}}, "jobs-that-wait"),
        ("notify", {"figures": {"disk_free_bytes": 4e9}}, "disk"),
        ("notify", {"queue": {"ready": 100}}, "facts-that-wait"),
    ],
)
def test_what_can_wait_for_the_day_is_amber(page_with, name, wrong, runbook):
    page = page_with(**{name: wrong})

    assert sentence(page)[0] == "warn"
    assert re.findall(r"docs/operating\.md#([\w-]+)", page) == [runbook]


def test_the_worst_stands_first(page_with):
    page = page_with(sharing={"relay_is_well": False}, notify={"queue": {"dead": 1}})

    assert re.findall(r"docs/operating\.md#([\w-]+)", page) == ["dead-letters", "facts-that-wait"]


def test_every_hint_at_the_handbook_leads_there():
    code = (ROOT / "gateway" / "pages" / "standing.py").read_text(encoding="utf-8")
    handbook = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    headings = {anchor(heading) for heading in re.findall(r"^#+ (.+)$", handbook, re.MULTILINE)}

    named = set(re.findall(r'"([a-z]+(?:-[a-z]+)+|disk)"', code))

    assert named
    assert named - headings == set()
