"""Notices on a device: the settings offer them, and the worker shows them and leads to this site only."""

import json

import pytest
from playwright.sync_api import expect

from tests.browser import axe
from tests.browser.test_every_page import OVERFLOW
from tests.support.eventually import eventually
from tests.support.push_service import Browser as Subscriber

KEPT = """() => {
  self.shown = [];
  self.opened = [];
  self.registration.showNotification = async (title, more) => { self.shown.push({ title, ...more }); };
  self.clients.openWindow = async (url) => { self.opened.push(url); };
}"""
PRESS = """(link) => {
  const event = new ExtendableEvent("notificationclick");
  event.notification = { data: link, close() {} };
  self.dispatchEvent(event);
}"""


@pytest.fixture
def settings(open_as):
    """佐藤's settings on a phone whose browser allows notices."""
    page = open_as("sato", width=390, bypass_csp=True)
    page.context.grant_permissions(["notifications"])
    page.goto("/settings")
    return page


def test_the_settings_offer_notices_and_an_order(settings):
    button = settings.get_by_role("button", name="この端末で通知を受け取る")

    expect(button).to_be_visible()
    expect(settings.get_by_text("このブラウザーでは、通知を登録できません。")).to_be_hidden()
    assert settings.evaluate(OVERFLOW) <= 0
    assert axe.violations(settings) == []
    settings.locator("#urgent-push").select_option("1")
    settings.locator("#urgent-email").select_option("2")
    settings.get_by_role("button", name="順を記録する").click()
    expect(settings.get_by_role("status")).to_contain_text("知らせる順を記録しました。")
    expect(settings.locator("#urgent-email")).to_have_value("2")


def test_an_order_without_any_channel_is_refused_at_its_place(settings):
    settings.locator("#today-push").select_option("0")
    settings.locator("#today-email").select_option("0")

    settings.get_by_role("button", name="順を記録する").click()

    expect(settings.locator("#today-e")).to_have_text("1つは、使うものにしてください。")
    expect(settings.locator("#today-push")).to_have_value("0")
    assert axe.violations(settings) == []


def test_without_scripts_the_page_says_what_it_takes(open_as):
    page = open_as("sato", java_script_enabled=False)

    page.goto("/settings")

    expect(page.get_by_text("このブラウザーでは、通知を登録できません。")).to_be_visible()
    expect(page.get_by_role("button", name="この端末で通知を受け取る")).to_be_hidden()
    expect(page.get_by_role("button", name="順を記録する")).to_be_visible()


def test_a_browser_that_cannot_register_says_so_at_the_button(settings):
    settings.evaluate("() => { PushManager.prototype.subscribe = () => Promise.reject(new Error()); }")

    settings.get_by_role("button", name="この端末で通知を受け取る").click()

    expect(settings.get_by_role("alert").filter(has_text="登録できませんでした")).to_be_visible()


def test_what_the_browser_tells_is_registered_and_can_be_removed(settings):
    told = json.dumps({"endpoint": "https://push.example/sato", "keys": Subscriber().keys})
    # No push service can be reached from here; all else is the browser's own.
    settings.evaluate(
        f"() => {{ PushManager.prototype.subscribe = async () => ({{ toJSON: () => ({told}) }}); }}"
    )

    settings.get_by_role("button", name="この端末で通知を受け取る").click()

    expect(settings.get_by_role("status")).to_contain_text("この端末に通知します。")
    device = settings.get_by_role("listitem").filter(has_text="Chrome（Linux）")
    expect(device).to_be_visible()
    assert settings.evaluate(OVERFLOW) <= 0
    assert axe.violations(settings) == []
    device.get_by_role("button").click()
    expect(settings.get_by_role("status")).to_contain_text("もう通知しません。")
    expect(device).to_have_count(0)


# A browser that is registered already; it tells what was done with that registration.
REGISTERED = """([told, key]) => {
  const text = atob(key.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = Uint8Array.from(text, (one) => one.charCodeAt(0));
  const known = {
    options: { applicationServerKey: bytes.buffer },
    toJSON: () => told,
    unsubscribe: async () => console.log("unsubscribed"),
  };
  PushManager.prototype.getSubscription = async () => known;
  PushManager.prototype.subscribe = async () => ({ toJSON: () => told });
}"""


@pytest.mark.parametrize(("is_present", "done"), [(True, []), (False, ["unsubscribed"])])
def test_a_registration_is_kept_while_its_key_is_the_present_one(settings, is_present, done):
    told = {"endpoint": "https://push.example/again", "keys": Subscriber().keys}
    present = settings.locator("form[data-push]").get_attribute("data-push")
    said = []
    settings.on("console", lambda message: said.append(message.text))
    settings.evaluate(REGISTERED, [told, present if is_present else Subscriber().keys["p256dh"]])

    settings.get_by_role("button", name="この端末で通知を受け取る").click()

    expect(settings.get_by_role("status")).to_contain_text("この端末に通知します。")
    assert [text for text in said if text == "unsubscribed"] == done


@pytest.fixture
def worker(settings):
    """The worker of the pages; what it would show and open is kept, since nothing here can show a notice."""
    with settings.context.expect_event("serviceworker") as begun:
        settings.evaluate("() => { navigator.serviceWorker.register('/push-worker.js', { scope: '/' }); }")
    settings.evaluate("navigator.serviceWorker.ready.then(() => true)")
    begun.value.evaluate(KEPT)
    return begun.value


def test_the_worker_shows_what_was_pushed_and_nothing_empty(settings, worker, stack):
    deliver = delivering(settings, stack)
    link = f"{stack.url}/r/Zm9v"

    deliver("{}")
    deliver(json.dumps({"title": "【つなぎ】連絡", "body": "架空総合病院", "tag": "1", "link": link}))

    shown = {"title": "【つなぎ】連絡", "body": "架空総合病院", "tag": "1", "data": link}
    eventually(lambda: worker.evaluate("self.shown"))
    assert [{name: one.get(name) for name in shown} for one in worker.evaluate("self.shown")] == [shown]


@pytest.mark.parametrize(("link", "opened"), [("/r/Zm9v", "/r/Zm9v"), ("https://elsewhere.example/", "/")])
def test_a_pressed_notice_leads_to_this_site_only(worker, stack, link, opened):
    worker.evaluate(PRESS, stack.url + link if link.startswith("/") else link)

    assert [url.removeprefix(stack.url) for url in worker.evaluate("self.opened")] == [opened]


def delivering(page, stack):
    """Return what hands a message to the page's worker, as the browser does when its service has one."""
    session = page.context.new_cdp_session(page)
    found = []
    session.on("ServiceWorker.workerRegistrationUpdated", lambda event: found.extend(event["registrations"]))
    session.send("ServiceWorker.enable")
    page.wait_for_function("navigator.serviceWorker.controller !== undefined")
    (registration,) = [one for one in found if one["scopeURL"] == f"{stack.url}/"]
    about = {"origin": stack.url, "registrationId": registration["registrationId"]}
    return lambda data: session.send("ServiceWorker.deliverPushMessage", {**about, "data": data})
