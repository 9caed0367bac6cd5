"""当番表 on a phone and without scripts: the manager sets duties, two colleagues swap one."""

import pytest
from playwright.sync_api import expect

from tests.browser import axe
from tests.browser.test_every_page import OVERFLOW

PATH = "/office/rota"
PHONE = {"width": 390, "java_script_enabled": False}


@pytest.fixture
def manager(open_as):
    """The manager at a rota that is empty, and leaves it so."""
    page = open_as("takahashi", **PHONE)
    page.goto(PATH)
    clear(page)
    yield page
    page.goto(PATH)
    clear(page)


def clear(page):
    remove = page.get_by_role("button", name="消す")
    while remove.count():
        remove.first.click()


def put_on_duty(page, weekday, name, begins="17:30", ends="08:30"):
    page.locator("#weekly_weekday").select_option(weekday)
    page.locator("#weekly_begins").fill(begins)
    page.locator("#weekly_ends").fill(ends)
    page.locator("#weekly_account_id").select_option(name)
    page.get_by_role("button", name="毎週の当番を加える").click()


def test_a_manager_sets_duties_and_two_colleagues_swap_one(manager, open_as):
    manager.goto("/menu")
    manager.get_by_role("main").get_by_role("link", name="当番表").click()
    for weekday in ("mon", "wed"):
        put_on_duty(manager, weekday, "佐藤 恵")
    expect(manager.get_by_role("status")).to_contain_text("毎週の当番を加えました")
    manager.get_by_role("link", name="次の週").click()
    week = manager.locator("table").first
    expect(week).to_contain_text("17:30–翌8:30")
    expect(week).to_contain_text("当番がいません")
    expect(manager.get_by_role("heading", name="当番のいない時間があります")).to_be_visible()
    put_on_duty(manager, "tue", "中村 健", begins="08:00", ends="09:00")
    expect(manager.locator("#problems")).to_contain_text("毎週のほかの当番と、時間が重なっています")

    sato = open_as("sato", **PHONE)
    sato.goto(PATH)
    sato.get_by_label("交代を頼む人").last.select_option("中村 健")
    sato.get_by_role("button", name="交代を頼む").last.click()
    expect(sato.get_by_role("status")).to_contain_text("交代を頼みました")

    nakamura = open_as("nakamura", **PHONE)
    nakamura.goto("/inbox")
    nakamura.get_by_role("link", name="当番表で返事する").click()
    expect(nakamura.get_by_role("heading", name="佐藤 恵 さんが、交代を頼んでいます")).to_be_visible()
    expect(nakamura.get_by_text("佐藤 恵 さんが当番のままです。")).to_be_visible()
    nakamura.get_by_role("button", name="引き受ける").click()
    expect(nakamura.get_by_role("status")).to_contain_text("当番を引き受けました")
    expect(nakamura.get_by_role("region", name="あなたの当番")).to_contain_text("17:30–翌8:30")

    manager.goto(PATH)
    swaps = manager.get_by_role("table", name="交代の申し出")
    expect(swaps).to_contain_text("佐藤 恵 → 中村 健")
    expect(swaps).to_contain_text("引き受けました")
    sato.goto("/inbox")
    expect(sato.get_by_role("link", name="当番表で返事する")).to_have_count(0)


def test_the_rota_can_be_read_by_everybody(manager, open_as):
    put_on_duty(manager, "fri", "佐藤 恵")
    found = {}
    for language in ("", "en"):
        for login in ("takahashi", "sato"):
            page = open_as(login, language=language, bypass_csp=True, reduced_motion="reduce")
            page.goto(PATH)
            for scheme, width in (("light", 1280), ("dark", 390), ("light", 320)):
                page.emulate_media(color_scheme=scheme)
                page.set_viewport_size({"width": width, "height": 4000})
                over, wrong = page.evaluate(OVERFLOW), axe.violations(page)
                if over > 0 or wrong:
                    found[language, login, scheme, width] = over, wrong

    assert found == {}
