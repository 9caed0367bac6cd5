"""Signing in and out, roles, invitations, and what a stranger finds."""

import re

from playwright.sync_api import expect

from tests.browser.people import password_of, sign_in
from tests.support.eventually import eventually
from tests.support.people import sign_in as sign_in_at_api


def test_a_wrong_password_is_told_and_the_id_kept(open_as):
    page = open_as()

    sign_in(page, "sato", "not this one")

    expect(page.get_by_role("alert")).to_contain_text("利用者IDかパスワードが違います")
    expect(page.get_by_label("利用者ID")).to_have_value("sato")
    expect(page.get_by_label("パスワード", exact=True)).to_have_value("")


def test_the_switch_works_without_scripts_and_stays_on_the_page(open_as):
    page = open_as(java_script_enabled=False)
    page.goto("/search?text=架空")
    japanese = page.url

    page.get_by_role("button", name="English").click()

    expect(page.get_by_role("button", name="日本語")).to_be_visible()
    expect(page.get_by_role("link", name="Staff sign-in")).to_be_visible()
    assert page.url == japanese


def test_each_role_begins_at_its_own_page(open_as):
    firsts = {
        "tanaka": "/board",
        "sato": "/inbox",
        "takahashi": "/inbox/office",
        "kobayashi": "/desk",
        "ishida": "/operator",
        "kansa": "/audit",
    }

    found = {login: open_as(login).url.removeprefix("http://").partition("/")[2] for login in firsts}

    assert {login: f"/{path}" for login, path in found.items()} == firsts


def test_the_wanted_page_comes_after_the_sign_in(open_as, stack):
    page = open_as()
    page.goto("/persons?page=1")
    expect(page.get_by_role("heading", name="サインイン")).to_be_visible()

    page.get_by_label("利用者ID").fill("tanaka")
    page.get_by_label("パスワード", exact=True).fill(password_of(stack, "tanaka"))
    page.get_by_role("button", name="サインインする").click()

    expect(page).to_have_url(re.compile(r"/persons\?page=1"))
    expect(page.get_by_role("link", name="鈴木 一郎 様")).to_be_visible()


def test_nobody_is_led_to_another_site(open_as, stack):
    for bad in ("https://evil.example/", "//evil.example/", "/\\evil.example"):
        page = open_as()
        page.goto(f"/sign-in?next={bad}")

        page.get_by_label("利用者ID").fill("sato")
        page.get_by_label("パスワード", exact=True).fill(password_of(stack, "sato"))
        page.get_by_role("button", name="サインインする").click()

        expect(page).to_have_url(re.compile(f"^{stack.url}/"))


def test_signing_out_closes_every_page(open_as):
    page = open_as("sato")

    page.locator(".acting summary").click()
    page.get_by_role("button", name="サインアウト").click()
    expect(page.get_by_role("heading", name="サインイン")).to_be_visible()
    page.goto("/inbox")

    expect(page).to_have_url(re.compile("/sign-in"))


def test_an_invitation_changes_nothing_until_the_password_is_set(open_as, stack):
    manager = open_as("takahashi")
    manager.goto("/office/staff/new")
    manager.get_by_label("名前必須").fill("山口 さくら")
    manager.get_by_label("利用者ID必須").fill("yamaguchi")
    manager.get_by_role("button", name="職員を加える").click()
    link = manager.locator("dd.mono", has_text="/invitation/").inner_text()

    guest = open_as()
    guest.goto(link)
    guest.goto(link)
    guest.get_by_label("新しいパスワード").fill("korewa-nagai-aikotoba-7")
    guest.get_by_label("もう一度、同じパスワード").fill("chigau")
    guest.get_by_role("button", name="このパスワードに決める").click()
    expect(guest.get_by_text("2つのパスワードが違います")).to_be_visible()
    guest.get_by_label("新しいパスワード").fill("korewa-nagai-aikotoba-7")
    guest.get_by_label("もう一度、同じパスワード").fill("korewa-nagai-aikotoba-7")
    guest.get_by_role("button", name="このパスワードに決める").click()
    expect(guest.get_by_role("heading", name="サインイン")).to_be_visible()
    sign_in(guest, "yamaguchi", "korewa-nagai-aikotoba-7")

    expect(guest).to_have_url(re.compile("/inbox"))


def test_suspension_shuts_out_at_once(open_as, stack):
    member = open_as("nakamura")
    manager = sign_in_at_api(stack, "takahashi")
    staff = manager.get("/api/staff")["staff"]
    membership = next(one["membership_id"] for one in staff if one["name"] == "中村 健")

    manager.post(f"/api/staff/{membership}/suspension")

    # At once, as `tests/service` measures; here it counts where the person ends up.
    eventually(lambda: member.goto("/inbox") and "/sign-in" in member.url)
    page = open_as("takahashi")
    page.goto(f"/office/staff/{membership}")
    page.get_by_role("button", name="また使えるようにする").click()
    expect(page.get_by_text("また使えるようにしました。")).to_be_visible()


def test_a_role_sees_its_own_pages_only(open_as):
    page = open_as("ishida")

    answer = page.goto("/persons")

    assert answer.status == 403
    expect(page.get_by_role("heading", level=1)).to_have_text("この操作はできません")
