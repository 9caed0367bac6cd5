"""An inbox by keys, on a phone, and what it says aside."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser import axe
from tests.browser.test_every_page import OVERFLOW
from tests.support.people import a_note, a_stay

# How many sounds were begun, and by how many devices.
COUNTED = """
window.counted = { devices: 0, sounds: 0 };
const Real = window.AudioContext;
window.AudioContext = class extends Real {
  constructor() { super(); window.counted.devices += 1; }
  createOscillator() { window.counted.sounds += 1; return super.createOscillator(); }
};
"""
HEAR = """async ([kind, id]) => {
  const { showLive } = await import("/static/js/live.js");
  showLive().heard(kind, { handoff_id: id }, false);
  // The line speaks by a timer that was set before this one.
  await new Promise((resolve) => setTimeout(resolve, 50));
  return document.querySelector("[data-live]").hidden;
}"""
TELL = """async (ids) => {
  const { tellAside } = await import("/static/js/notices.js");
  await Promise.all(ids.map((id) => tellAside({ handoff_id: id })));
  return window.counted;
}"""


@pytest.fixture
def sent(stack, planner, care_manager):
    """Two handoffs that wait for 佐藤."""
    made = []
    for _ in range(2):
        stay_id = a_stay(planner, care_manager)
        note = {"stay_id": stay_id, "content": a_note(planner, stay_id)}
        made.append(planner.post("/api/handoffs", note)["handoff_id"])
    stack.broker.settle()
    return made


def item(page, handoff_id):
    return page.locator(f'[data-row="{handoff_id}"]')


def press_on(row, key):
    """Press a key on a row, once the page listens to keys."""
    row.page.wait_for_load_state()
    row.locator("h3 a").focus()
    row.page.keyboard.press(key)


def test_keys_go_through_the_list_and_open(open_as, sent):
    page = open_as("sato")
    rows = page.locator("[data-item]")

    page.keyboard.press("j")
    expect(rows.nth(0).locator("h3 a")).to_be_focused()
    page.keyboard.press("j")
    expect(rows.nth(1).locator("h3 a")).to_be_focused()
    page.keyboard.press("k")
    expect(rows.nth(0).locator("h3 a")).to_be_focused()
    target = rows.nth(0).locator("h3 a").get_attribute("href")
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile(f"{target}$"))


def test_keys_mark_as_unread_and_take(open_as, sent):
    page = open_as("sato")
    row = item(page, sent[0])
    row.get_by_role("button", name="既読にする").click()
    expect(row.get_by_text("既読", exact=True)).to_be_visible()

    press_on(row, "u")
    expect(row.get_by_text("未読", exact=True)).to_be_visible()
    press_on(row, "t")

    expect(row.get_by_text("対応中")).to_be_visible()


def test_a_question_mark_opens_the_list_of_keys(open_as):
    page = open_as("sato")
    expect(page.locator("#keys dl")).to_be_hidden()

    page.keyboard.press("?")

    expect(page.locator("#keys dl")).to_be_visible()
    expect(page.locator("#keys summary")).to_be_focused()


def test_enter_on_a_tick_box_marks_nothing(open_as, sent):
    page = open_as("sato")
    posted = []
    page.on("request", lambda request: posted.append(request.url) if request.method == "POST" else None)

    item(page, sent[1]).locator("input[type=checkbox]").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Space")

    expect(item(page, sent[1]).locator("input[type=checkbox]")).to_be_checked()
    assert posted == []


def test_the_form_that_narrows_fits_a_phone(open_as, sent):
    page = open_as("sato", width=390, bypass_csp=True)
    page.goto("/inbox/office?show=all&urgency=today&arrived_from=2026-11-01")

    expect(page.get_by_label("届いた日（この日から）")).to_be_visible()
    assert page.evaluate(OVERFLOW) <= 0
    assert axe.violations(page) == []


def test_a_board_that_names_nobody_counts_no_holding(open_as, sent):
    board, inbox = open_as("tanaka"), open_as("sato")

    assert board.locator(f'[data-row="{sent[0]}"]').count() == 1
    assert board.evaluate(HEAR, ["holding", sent[0]]) is True
    assert inbox.evaluate(HEAR, ["holding", sent[0]]) is False


def test_a_burst_of_alerts_rings_once(open_as):
    page = open_as("sato")
    page.add_init_script(COUNTED)
    page.goto("/inbox")
    page.locator("h1").click()
    page.evaluate("document.body.dataset.device = 'sound'")

    assert page.evaluate(TELL, ["one", "two", "three"]) == {"devices": 1, "sounds": 1}
