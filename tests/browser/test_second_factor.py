"""Turning the second factor on, signing in with it and turning it off: on a phone, without scripts."""

import re

import pyotp
from playwright.sync_api import Page, expect

from tests.browser import axe
from tests.browser.people import password_of, sign_in

OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
LOGIN = "nakamura"


def looks_well(page: Page) -> None:
    assert axe.violations(page) == []
    assert page.evaluate(OVERFLOW) <= 0
    expect(page.locator("h1")).to_have_count(1)


def test_a_phone_without_scripts_goes_all_the_way(open_as, stack):
    password = password_of(stack, LOGIN)
    page = open_as(LOGIN, width=390, bypass_csp=True)
    page.goto("/settings")
    page.get_by_role("link", name="二段階認証の設定").click()
    looks_well(page)
    page.get_by_label("いまのパスワード").fill(password)
    page.get_by_role("button", name="設定をはじめる").click()
    looks_well(page)
    drawn = page.get_by_role("img", name=re.compile("認証アプリで読み取る図"))
    assert drawn.evaluate("image => image.complete && image.naturalWidth > 100")
    secret = page.locator("p.mono").inner_text().replace(" ", "")
    page.get_by_label("確認コード").fill("12345")
    page.get_by_role("button", name="確かめて、使いはじめる").click()
    expect(page.get_by_text("コードが違います")).to_be_visible()
    looks_well(page)
    page.get_by_label("確認コード").fill(pyotp.TOTP(secret).at(stack.clock.now()))
    page.get_by_role("button", name="確かめて、使いはじめる").click()
    codes = page.locator("pre").inner_text().split()
    looks_well(page)
    page.goto("/settings/second-factor")
    looks_well(page)

    phone = open_as(width=390, java_script_enabled=False)
    sign_in(phone, LOGIN, password)
    expect(phone.get_by_role("heading", name="確認コードを入れる")).to_be_visible()
    phone.get_by_label("確認コード").fill(codes[0].lower())
    phone.get_by_role("button", name="サインインする").click()
    expect(phone).to_have_url(re.compile("/inbox"))

    step = open_as(width=390, bypass_csp=True)
    sign_in(step, LOGIN, password)
    looks_well(step)
    step.goto("/inbox")
    expect(step).to_have_url(re.compile("/sign-in"))

    phone.goto("/settings/second-factor")
    expect(phone.get_by_text("9個")).to_be_visible()
    last = phone.locator("section", has=phone.get_by_role("heading", name="二段階認証をやめる"))
    last.get_by_label("いまのパスワード").fill(password)
    last.get_by_label("確認コード").fill(codes[1])
    last.get_by_role("button", name="二段階認証をやめる").click()
    expect(phone.get_by_text("二段階認証をやめました。")).to_be_visible()
