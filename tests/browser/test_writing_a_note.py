"""Writing a note: saved while typing, wrong values told at their field, nothing that was typed is lost."""

import re

import pytest
from playwright.sync_api import expect

from tests.support.eventually import eventually
from tests.support.people import a_note, a_stay


@pytest.fixture
def stay_id(planner, care_manager):
    return a_stay(planner, care_manager)


def content(planner, stay_id):
    return planner.get(f"/api/stays/{stay_id}/note")["draft"]["content"]


def test_what_is_typed_is_saved_by_itself(open_as, planner, stay_id):
    page = open_as("tanaka")
    page.goto(f"/stays/{stay_id}/note")

    page.get_by_label("〈本人〉退院後の生活に関する意向").fill("庭に出たい")
    page.get_by_label("シャワー浴").check()

    expect(page.locator("[data-save-state]")).to_contain_text("自動保存しました")
    expect(page.locator(".toc").get_by_role("link", name=re.compile("受け止め"))).to_contain_text("入力済み")
    # The first of the two may have been saved by itself before.
    eventually(lambda: content(planner, stay_id).get("bathing") == "shower")
    assert content(planner, stay_id)["person_wish"] == "庭に出たい"


def test_a_lost_connection_is_told_and_the_draft_saved_afterwards(open_as, planner, stay_id):
    page = open_as("tanaka")
    page.goto(f"/stays/{stay_id}/note")
    page.route("**/api/stays/**", lambda route: route.fulfill(status=429, body="{}"))

    page.get_by_label("認知・精神のようす").fill("夜は落ち着いています")
    state = page.locator("[data-save-state]")
    expect(state).to_contain_text("保存できていません")
    expect(state).to_have_role("alert")
    page.unroute("**/api/stays/**")

    expect(state).to_contain_text("自動保存しました", timeout=30_000)
    assert content(planner, stay_id)["mind_text"] == "夜は落ち着いています"


@pytest.mark.parametrize("java_script_enabled", [True, False])
def test_a_wrong_value_is_told_at_its_field_and_kept(open_as, planner, stay_id, java_script_enabled):
    page = open_as("tanaka", java_script_enabled=java_script_enabled)
    page.goto(f"/stays/{stay_id}/note")

    page.get_by_label("水分の目安（1日）").fill("1.2L")
    page.get_by_label("〈家族〉退院後の生活に関する意向").fill("夜が心配です")
    page.get_by_role("button", name="下書きを保存", exact=True).click()

    field = page.get_by_label("水分の目安（1日）")
    expect(page.get_by_role("heading", name="1項目を直してください")).to_be_visible()
    expect(field).to_have_value("1.2L")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description(re.compile("数字で入れてください"))
    saved = content(planner, stay_id)
    assert (saved.get("water_ml"), saved["family_wish"]) == (None, "夜が心配です")


def test_what_is_missing_leads_to_its_field(open_as, stay_id):
    page = open_as("tanaka")
    page.goto(f"/stays/{stay_id}/note")

    page.get_by_role("button", name="確かめて送る").first.click()
    box = page.locator("#missing")
    expect(box).to_be_focused()
    box.get_by_role("link", name=re.compile("入浴方法")).click()

    expect(page.locator("#bathing")).to_be_in_viewport()
    expect(page.locator("#bathing")).to_contain_text("選んでください。")


def test_gaps_can_be_sent_to_be_filled_later(open_as, stay_id):
    page = open_as("tanaka")
    page.goto(f"/stays/{stay_id}/note")

    page.get_by_role("button", name="空欄のまま、確かめる画面へ").click()
    expect(page.get_by_text("「あとで追記」として送ります")).to_be_visible()
    page.get_by_role("button", name="佐藤 恵 様 へ送る").click()

    expect(page.get_by_text("一部が空欄のまま送られました")).to_be_visible()


def test_a_prefilled_value_names_its_source_and_can_be_emptied(open_as, planner, stay_id):
    page = open_as("tanaka", java_script_enabled=False)
    page.goto(f"/stays/{stay_id}/note")
    expect(page.get_by_text("入院の登録").first).to_be_visible()

    page.get_by_role("button", name=re.compile("消す.*棟")).click()

    expect(page.get_by_label("棟任意")).to_have_value("")
    assert "ward" not in content(planner, stay_id)


def test_two_windows_never_overwrite_each_other_unasked(open_as, planner, stay_id):
    page = open_as("tanaka", java_script_enabled=False)
    page.goto(f"/stays/{stay_id}/note")
    planner.put(f"/api/stays/{stay_id}/note", {"content": {"sleep_poor": "3時に起きる", "sleep": "poor"}})

    page.get_by_label("看護の視点：内容").fill("術創は乾燥")
    page.get_by_role("button", name="下書きを保存", exact=True).click()

    expect(page.get_by_role("heading", name="まだ保存していません")).to_be_visible()
    expect(page.get_by_label("看護の視点：内容")).to_have_value("術創は乾燥")
    assert content(planner, stay_id)["sleep"] == "poor"


def test_pressing_send_twice_sends_once(open_as, planner, stay_id, stack):
    planner.put(f"/api/stays/{stay_id}/note", {"content": a_note(planner, stay_id)})
    page = open_as("tanaka")
    page.goto(f"/stays/{stay_id}/note/confirm")

    page.get_by_role("button", name="佐藤 恵 様 へ送る").dblclick()
    # The second press breaks off the answer to the first, which is no failure of the page.
    expect(page).to_have_url(re.compile("/handoffs/"))

    sent = "SELECT count(*) FROM handoff WHERE stay_id = :id"
    assert eventually(lambda: stack.database("sharing").scalar(sent, id=stay_id)) == 1
