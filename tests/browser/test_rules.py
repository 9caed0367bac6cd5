"""The desk changes a rule: without scripts, on a phone, and sees first what it would lead to."""

from playwright.sync_api import expect

from tests.browser import axe
from tests.browser.test_every_page import OVERFLOW

PATH = "/desk/rules/discharge_noted.today"


def test_a_rule_is_changed_without_scripts_and_put_back(open_as):
    page = open_as("kobayashi", width=390, java_script_enabled=False)
    page.goto("/desk/rules")
    page.get_by_role("link", name="退院情報（今日中）").click()

    page.get_by_role("button", name="2段目を消す").click()
    page.get_by_role("button", name="段を加える").click()
    page.get_by_role("group", name="2段目").get_by_label("待つ時間").fill("20")
    page.get_by_role("group", name="3段目").get_by_label("あて先").select_option("care_manager")
    page.get_by_role("button", name="きまりを記録する").click()
    expect(page.locator("#problems")).to_contain_text("前の段でもう知らせている")
    expect(page.locator("#target_2")).to_have_attribute("aria-invalid", "true")
    page.get_by_role("group", name="3段目").get_by_label("あて先").select_option("office")
    page.get_by_role("group", name="2段目").get_by_label("あて先").select_option("deputy")
    page.get_by_role("button", name="時間の流れを見る").click()
    expect(page.locator(".line")).to_contain_text("ケアマネジャー全員と管理者")
    page.get_by_role("button", name="きまりを記録する").click()

    expect(page.get_by_role("status")).to_contain_text("きまりを記録しました")
    expect(page.get_by_role("table", name="これまでのきまり")).to_contain_text("小林 由美")
    page.get_by_role("button", name="はじめのきまりに戻す").click()
    expect(page.get_by_role("status")).to_contain_text("はじめのきまりに戻しました")
    expect(page.get_by_text("はじめのきまりのままです")).to_be_visible()


def test_a_rule_can_be_read_by_everybody(open_as):
    found = {}
    for language in ("", "en"):
        page = open_as("kobayashi", language=language, bypass_csp=True, reduced_motion="reduce")
        for path in ("/desk/rules", PATH):
            page.goto(path)
            for scheme, width in (("light", 1280), ("dark", 390), ("light", 320)):
                page.emulate_media(color_scheme=scheme)
                page.set_viewport_size({"width": width, "height": 4000})
                over, wrong = page.evaluate(OVERFLOW), axe.violations(page)
                if over > 0 or wrong:
                    found[language, path, scheme, width] = over, wrong

    assert found == {}
