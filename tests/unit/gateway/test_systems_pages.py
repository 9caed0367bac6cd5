"""What a manager sees of keys and webhooks, and what is shown once."""

from collections.abc import Callable
from typing import Any

from tests.unit.gateway.conftest import Answers, Client

AT = "2026-11-24T01:00:00+00:00"
KEY = {
    "key_id": "k1",
    "name": "記録システム",
    "begins": "tsu_abcdef",
    "account_id": "aoki-1",
    "account_name": "Aoki",
    "role": "care_manager",
    "scopes": ["inbox:read"],
    "state": "waits",
    "expires_at": AT,
    "last_used_at": None,
}
HOOK = {
    "webhook_id": "w1",
    "url": "https://example.jp/hook",
    "states": ["sent"],
    "state": "on",
    "failing_since": AT,
    "last_sent_at": None,
    "waiting": 2,
}
FAILED = {
    "delivery_id": "d1",
    "what": "sent",
    "state": "queued",
    "status": 500,
    "reason": "refused",
    "attempts": 3,
    "queued_at": AT,
    "next_try_at": AT,
}


def pressed(client: Client, path: str, **fields: Any) -> Any:
    return client.browser.post(path, data={"csrf_token": client.token, **fields}, follow_redirects=True)


def a_manager(somebody: Callable[..., Client], answers: Answers) -> Client:
    answers.by_method |= {
        "list_keys": {"keys": [KEY]},
        "list_webhooks": {"webhooks": [HOOK]},
        "list_webhook_deliveries": {"webhook": HOOK, "deliveries": [FAILED]},
        "list_channels": {"channels": [], "ranks": [], "devices": [], "push_key": None},
        "list_staff": {"office": {"name": "ケアプランさくら"}, "staff": []},
    }
    return somebody(role="office_manager")


def test_the_page_shows_keys_and_webhooks_with_their_trouble(
    somebody: Callable[..., Client], answers: Answers
) -> None:
    page = a_manager(somebody, answers).get("/office/systems").text

    assert all(
        text in page
        for text in ("tsu_abcdef…", "本人の確認待ち", "受信箱を見る", HOOK["url"], "から届いていません")
    )


def test_the_last_messages_show_status_reason_and_tries(
    somebody: Callable[..., Client], answers: Answers
) -> None:
    page = a_manager(somebody, answers).get("/office/systems/webhooks/w1").text

    assert all(text in page for text in ("500", "断られました", "3日の間", "試しに送る"))


def test_a_test_says_what_was_answered(somebody: Callable[..., Client], answers: Answers) -> None:
    manager = a_manager(somebody, answers)
    answers.by_method["test_webhook"] = {"delivery": FAILED | {"state": "failed"}}

    page = pressed(manager, "/office/systems/webhooks/w1/test").text

    assert "届きましたが、500 と答えがありました（断られました）。" in page


def test_key_and_secret_are_shown_when_they_are_made(
    somebody: Callable[..., Client], answers: Answers
) -> None:
    manager = a_manager(somebody, answers)
    answers.by_method["make_key"] = {"key": KEY, "secret": "tsu_abcdef-the-rest"}
    answers.by_method["add_webhook"] = {"webhook": HOOK, "secret": "whsec_the-rest"}

    key = pressed(manager, "/office/systems/keys/new", name="x", membership_id="m", scopes=["inbox:read"])
    hook = pressed(manager, "/office/systems/webhooks/new", url=HOOK["url"], states=["sent"])

    assert "tsu_abcdef-the-rest" in key.text
    assert "whsec_the-rest" in hook.text
    assert answers.of("make_key")[0].request["scopes"] == ["inbox:read"]


def test_ones_own_keys_stand_under_the_settings(somebody: Callable[..., Client], answers: Answers) -> None:
    manager = a_manager(somebody, answers)
    answers.by_method["agree_to_key"] = KEY | {"state": "active"}
    assert "あなたの名前で動く鍵" in manager.get("/settings").text

    pressed(manager, "/settings/keys/k1", do="agree")

    assert answers.of("agree_to_key")[0].request == {"key_id": "k1"}
