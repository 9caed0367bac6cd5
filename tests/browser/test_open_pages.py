"""Pages that stay open: many in one browser, without a network for a while, at a server that starts anew."""

import re

import pytest
from playwright.sync_api import expect

from tests.support.eventually import eventually
from tests.support.people import a_note, a_stay

TABS = 8


@pytest.fixture
def send(stack, planner, care_manager):
    def act():
        stay_id = a_stay(planner, care_manager)
        note = {"stay_id": stay_id, "content": a_note(planner, stay_id)}
        return planner.post("/api/handoffs", note)["handoff_id"]

    return act


def unread(page):
    """The number in the title, in front of it."""
    found = re.match(r"\((\d+)\)", page.title())
    return int(found[1]) if found else 0


def is_listening(page):
    """Count the browser's tabs that hold the lock, or wait for it, as [held, waiting]."""
    asked = page.evaluate("async () => await navigator.locks.query()")
    return [len(asked["held"]), len(asked["pending"])]


def assert_all_hear(tabs, send):
    before = unread(tabs[0])
    send()
    for tab in tabs:
        eventually(lambda tab=tab: unread(tab) > before, 20)


def test_eight_tabs_of_one_browser_live_by_one_stream(open_as, send):
    first = open_as("sato")
    tabs = [first]
    for _ in range(TABS - 1):
        tabs.append(first.context.new_page())
        tabs[-1].goto(first.url)
    eventually(lambda: is_listening(first) == [1, TABS - 1], 20)

    assert_all_hear(tabs, send)
    assert "svg" in first.locator('link[rel="icon"]').get_attribute("href")

    # The one that listened is closed: another takes over.
    first.close()
    eventually(lambda: is_listening(tabs[1]) == [1, TABS - 2], 20)
    assert_all_hear(tabs[1:], send)


@pytest.mark.complains("Failed to load resource: net::ERR_INTERNET_DISCONNECTED")
def test_what_came_while_there_was_no_network_is_shown_when_it_is_back(open_as, send):
    page = open_as("sato")
    eventually(lambda: is_listening(page) == [1, 0], 20)
    before = unread(page)

    page.context.set_offline(True)
    expect(page.locator("[data-live]")).to_contain_text("自動の更新が止まっています", timeout=30_000)
    send()
    page.context.set_offline(False)

    eventually(lambda: unread(page) > before, 30)


@pytest.mark.complains("Failed to load resource: the server responded with a status of 503")
def test_a_stream_that_was_refused_is_asked_for_again(open_as, send):
    page = open_as("sato")
    refused = []

    def refuse(route):
        refused.append(route.request.url)
        route.fulfill(status=503, body="")

    page.context.route("**/api/stream*", refuse, times=1)
    page.reload()
    # Asking the page lets the route answer.
    eventually(lambda: page.title() and refused, 20)
    before = unread(page)

    send()

    eventually(lambda: unread(page) > before, 30)


def test_a_page_whose_person_has_left_asks_for_no_stream_any_more(open_as):
    page = open_as("sato")
    asked = []

    def end(route):
        asked.append(route.request.url)
        route.fulfill(content_type="text/event-stream", body="event: over\ndata: {}\n\n")

    page.context.route("**/api/stream*", end)
    page.reload()
    expect(page.locator("[data-live]")).to_contain_text("自動の更新が止まっています", timeout=20_000)
    page.evaluate("() => { dispatchEvent(new Event('online')); }")
    page.evaluate("() => fetch('/api/session')")

    assert len(asked) == 1


@pytest.mark.complains("Failed to load resource: net::ERR_INTERNET_DISCONNECTED")
def test_a_desk_is_told_that_its_list_may_have_changed_while_it_heard_nothing(open_as):
    page = open_as("takahashi")
    eventually(lambda: is_listening(page) == [1, 0], 20)

    page.context.set_offline(True)
    expect(page.locator("[data-live]")).to_contain_text("自動の更新が止まっています", timeout=30_000)
    page.context.set_offline(False)

    expect(page.locator("[data-live]")).to_contain_text("内容が変わっているかもしれません", timeout=30_000)


def test_a_tab_takes_over_from_one_that_fell_asleep(open_as, send):
    page = open_as("sato")
    eventually(lambda: is_listening(page) == [1, 0], 20)
    asleep = page.context.new_page()
    asleep.goto(page.url)
    # A tab that holds the lock and says nothing any more, as one that its browser has put to sleep.
    page.goto("about:blank")
    eventually(lambda: is_listening(asleep) == [1, 0], 20)
    asleep.evaluate("() => { BroadcastChannel.prototype.postMessage = () => {}; }")
    awake = page.context.new_page()
    awake.clock.install()
    awake.goto(asleep.url)
    eventually(lambda: is_listening(awake) == [1, 1], 20)

    awake.clock.fast_forward(60_000)

    assert_all_hear([awake], send)
