"""From the planner's keyboard to the care manager's name, in browsers."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.support.people import a_note, a_stay


@pytest.fixture
def stay_id(planner, care_manager):
    """A stay whose note is written and only waits to be confirmed."""
    stay_id = a_stay(planner, care_manager)
    planner.put(f"/api/stays/{stay_id}/note", {"content": a_note(planner, stay_id)})
    return stay_id


def send(page: Page, stay_id: str) -> str:
    """Confirm and send a note; returns the handoff's id."""
    page.goto(f"/stays/{stay_id}/note")
    page.get_by_role("button", name="確かめて送る").first.click()
    expect(page.get_by_role("heading", name="確かめて送る")).to_be_visible()
    page.get_by_role("button", name="佐藤 恵 様 へ送る").click()
    page.wait_for_url(re.compile("/handoffs/"))
    return page.url.rpartition("/")[2]


def test_a_note_shows_up_live_and_its_answer_turns_the_board_green(open_as, stay_id):
    care, planner, board = open_as("sato"), open_as("tanaka"), open_as("tanaka")
    expect(care.get_by_role("heading", level=1)).to_contain_text("待って")

    handoff_id = send(planner, stay_id)

    line = care.locator("[data-live]")
    expect(line).to_contain_text("新しい連絡が1件あります")
    expect(care.locator(f'[data-row="{handoff_id}"]')).to_have_count(0)
    line.get_by_role("link", name="表示する").click()
    care.locator(f'[data-row="{handoff_id}"]').get_by_role("link", name=re.compile("開いて返事する")).click()
    board.goto("/board")
    badge = board.locator(f'[data-state-of="{handoff_id}"]')
    expect(badge).to_have_text("開封")

    care.get_by_role("button", name="受け取りました").click()

    expect(care.locator(".note", has_text="受け取りを記録しました")).to_be_focused()
    expect(badge).to_have_text("受け取り済み")
    expect(badge).to_have_class(re.compile("st-acknowledged"))
    board.reload()
    row = board.locator(f'[data-row="{handoff_id}"]')
    expect(row).to_contain_text("佐藤 恵 様")


@pytest.mark.parametrize(
    "how",
    [{"java_script_enabled": False}, {"width": 390}, {"java_script_enabled": False, "width": 390}],
    ids=["without JavaScript", "on a phone", "on a phone without JavaScript"],
)
def test_the_main_job_works(open_as, stay_id, how):
    care, planner = open_as("sato", **how), open_as("tanaka", **how)

    handoff_id = send(planner, stay_id)
    care.goto("/inbox")
    care.locator(f'[data-row="{handoff_id}"]').get_by_role("link", name=re.compile("開いて返事する")).click()
    care.get_by_role("button", name="受け取り、担当します").click()

    expect(care.get_by_text("お引き受けを記録しました")).to_be_visible()
    planner.goto("/board")
    expect(planner.locator(f'[data-state-of="{handoff_id}"]')).to_have_text("お引き受け")


def test_a_refusal_asks_for_a_reason_and_keeps_the_words(open_as, stay_id):
    care, planner = open_as("sato"), open_as("tanaka")
    handoff_id = send(planner, stay_id)

    care.goto(f"/handoffs/{handoff_id}")
    care.get_by_text("お受けできません").click()
    care.get_by_label("ひとこと").fill("12月から受けられます")
    care.get_by_role("button", name="お断りを送る").click()
    expect(care.get_by_text("理由を選んでください。")).to_be_visible()
    expect(care.get_by_label("ひとこと")).to_have_value("12月から受けられます")
    care.get_by_label("受け入れの余裕がない").check()
    care.get_by_role("button", name="お断りを送る").click()

    expect(care.get_by_role("heading", name="お断りを送りました")).to_be_visible()
    planner.goto(f"/handoffs/{handoff_id}")
    expect(planner.get_by_text("12月から受けられます").first).to_be_visible()
    expect(planner.get_by_role("link", name="担当を選び直す")).to_be_visible()


def test_a_recall_says_who_had_opened_it(open_as, stay_id):
    care, planner = open_as("sato"), open_as("tanaka")
    handoff_id = send(planner, stay_id)
    care.goto(f"/handoffs/{handoff_id}")

    planner.goto(f"/handoffs/{handoff_id}")
    planner.get_by_role("link", name="取り消す").click()
    expect(planner.get_by_role("row", name=re.compile("佐藤 恵"))).to_be_visible()
    planner.get_by_label("取り消す理由").fill("別の方の内容でした")
    planner.get_by_role("button", name="取り消す").click()

    expect(planner.get_by_role("heading", name=re.compile("取り消しました"))).to_be_visible()
    care.goto(f"/handoffs/{handoff_id}")
    expect(care.get_by_role("heading", name=re.compile("取り消しました"))).to_be_visible()
    expect(care.locator(".doc")).to_have_count(0)


def test_the_keyboard_alone_is_enough(open_as, stay_id):
    care, planner = open_as("sato"), open_as("tanaka")
    handoff_id = send(planner, stay_id)
    care.goto("/inbox")

    press_until(care, f"a[href='/handoffs/{handoff_id}']")
    care.keyboard.press("Enter")
    care.wait_for_url(f"**/handoffs/{handoff_id}")
    press_until(care, ".answer .btn-main")
    care.keyboard.press("Enter")

    expect(care.locator(".note", has_text="受け取りを記録しました")).to_be_focused()


def press_until(page: Page, selector: str) -> None:
    """Press Tab until the first element of `selector` has the focus, which must be seen."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            assert page.evaluate("getComputedStyle(document.activeElement).outlineWidth") == "4px"
            return
    raise AssertionError(f"Tab does not lead to {selector}")


def test_a_code_leads_to_its_handoff(open_as, planner, stay_id):
    page = open_as("tanaka")
    handoff_id = send(page, stay_id)
    code = planner.get(f"/api/handoffs/{handoff_id}")["code"]

    care = open_as("sato")
    care.goto(f"/h/{code}")

    care.wait_for_url(f"**/handoffs/{handoff_id}")


def test_the_note_prints_on_one_sheet(open_as, stay_id):
    planner = open_as("tanaka")
    handoff_id = send(planner, stay_id)

    planner.goto(f"/handoffs/{handoff_id}/print")
    sheet = planner.pdf(prefer_css_page_size=True)

    assert len(re.findall(rb"/Type\s*/Page\b", sheet)) == 1
