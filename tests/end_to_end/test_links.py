"""Machines open every link of every mail: nothing changes by that. Somebody presses the button once."""

import re

import pytest
import requests

from tests.support.eventually import eventually
from tests.support.people import a_note, a_stay

LINK = re.compile(r"https?://\S+")


@pytest.fixture
def handoff(rested, planner, care_manager):
    stay_id = a_stay(planner, care_manager, family_name="鷗外")
    body = {"stay_id": stay_id, "content": a_note(planner, stay_id), "urgency": "urgent"}
    return planner.post("/api/handoffs", body)


@pytest.fixture
def link(stack, mail, handoff):
    letter = eventually(lambda: next((m for m in mail.messages if handoff["code"] in m["Subject"]), None))
    (found,) = LINK.findall(letter.get_content())
    stack.broker.settle()
    return found


def state_of_all(stack, planner, handoff):
    """What people see of a handoff, and how many rows notify has of anything."""
    about = f"/api/handoffs/{handoff['handoff_id']}"
    counted = {
        table: stack.database("notify").scalar(f"SELECT count(*) FROM {table}")
        for table in ("alert", "delivery", "inbox_item", "link", "receipt", "unreached")
    }
    used = stack.database("notify").scalar("SELECT count(*) FROM link WHERE used_at IS NOT NULL")
    return planner.get(about), planner.get(f"{about}/ladder"), counted, used


def pressed(link):
    """Open the page in a browser of one's own and press its button."""
    browser = requests.Session()
    page = browser.get(link, timeout=15).text
    fields = dict(re.findall(r'name="(csrf_token|form_key)" value="([^"]+)"', page))
    return browser.post(link, data=fields, timeout=15)


def test_a_fetcher_that_opens_every_link_changes_nothing(stack, planner, care_manager, mail, link, handoff):
    before = state_of_all(stack, planner, handoff)
    session = requests.Session()
    ways = [{}, {"Sec-Purpose": "prefetch"}, {"Purpose": "prefetch"}, {"User-Agent": "mail scanner"}]

    for letter in mail.messages:
        for found in LINK.findall(letter.get_content()):
            for headers in ways * 2:
                session.get(found, headers=headers, timeout=15)
                session.head(found, headers=headers, timeout=15)
    stack.broker.settle()

    assert state_of_all(stack, planner, handoff) == before


def test_the_page_says_office_kind_and_code_and_has_one_button(link, handoff):
    page = requests.get(link, timeout=15)

    assert page.status_code == 200
    main = page.text.partition("<main")[2].partition("</main>")[0]
    assert main.count("<button") == 1
    assert "事業所に届いたことを知らせる" in main
    for told in ("架空総合病院", "退院・退所の連絡", handoff["code"]):
        assert told in main
    for word in ("鷗外", "千代", "佐藤", "田中", "肺炎"):
        assert word not in page.text


def test_the_button_tells_the_sender_that_the_office_has_it_and_works_once(planner, link, handoff):
    first, again = pressed(link), pressed(link)

    assert (first.status_code, "事業所に届いたことを知らせました" in first.text) == (200, True)
    assert "もう受け取っています" in again.text
    ladder = planner.get(f"/api/handoffs/{handoff['handoff_id']}/ladder")
    told = [one for one in ladder["deliveries"] if one["channel"] == "link"]
    assert [(one["state"], one["account_id"]) for one in told] == [("received", None)]
    assert planner.get(f"/api/handoffs/{handoff['handoff_id']}")["state"] == "delivered"


def test_without_the_form_token_the_button_does_nothing(stack, planner, link, handoff):
    before = state_of_all(stack, planner, handoff)

    refused = requests.post(link, timeout=15)

    assert refused.status_code == 400
    assert state_of_all(stack, planner, handoff) == before


def test_a_link_that_was_cut_off_says_so(link):
    page = requests.get(link[:-5], timeout=15)

    assert page.status_code == 404
    assert "アドレスが途中で切れているようです" in page.text
