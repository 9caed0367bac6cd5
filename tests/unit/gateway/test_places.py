"""Where a request comes from, and how somebody who has to wait is told."""

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from contracts.errors import TooMany
from gateway.places import network, place

PROXY = "10.0.0.2"


def have_settings(app: Flask, **changed: Any) -> None:
    parts = app.extensions["tsunagi"]
    app.extensions["tsunagi"] = replace(parts, settings=replace(parts.settings, **changed))


def seen_from(app: Flask, proxies: int, *forwarded: str, peer: str = PROXY) -> str:
    have_settings(app, proxies=proxies)
    headers = [("X-Forwarded-For", line) for line in forwarded]
    with app.test_request_context("/", headers=headers, environ_base={"REMOTE_ADDR": peer}):
        return place()


@pytest.mark.parametrize(
    ("address", "counts_as"),
    [
        ("192.0.2.7", "192.0.2.7"),
        (" 192.0.2.7 ", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::9", "2001:db8:1:2::/64"),
        ("unknown", ""),
        ("", ""),
    ],
)
def test_an_office_is_one_place(address: str, counts_as: str) -> None:
    assert network(address) == counts_as


def test_without_a_proxy_only_the_connection_counts(app: Flask) -> None:
    honest = seen_from(app, 0, peer="192.0.2.7")

    assert seen_from(app, 0, "198.51.100.1", peer="192.0.2.7") == honest


def test_behind_the_proxy_only_its_own_word_counts(app: Flask) -> None:
    honest = seen_from(app, 1, "192.0.2.7")

    assert seen_from(app, 1, "198.51.100.1, 192.0.2.7") == honest
    assert seen_from(app, 1, "198.51.100.1", "192.0.2.7") == honest
    assert seen_from(app, 1, "198.51.100.1") != honest


def test_of_two_proxies_the_first_saw_the_browser(app: Flask) -> None:
    assert seen_from(app, 2, "6.6.6.6, 192.0.2.7, 10.0.0.9") == seen_from(app, 1, "192.0.2.7")


def test_a_proxy_that_says_nothing_makes_nobody_wait_for_others(app: Flask) -> None:
    assert seen_from(app, 1) == ""


def test_the_name_of_a_place_holds_no_address(app: Flask) -> None:
    name = seen_from(app, 0, peer="192.0.2.7")

    assert len(name) == 64
    # Another instance calls it otherwise, so nobody can look it up in a list.
    have_settings(app, secret_key="t" * 40)
    assert seen_from(app, 0, peer="192.0.2.7") != name


@pytest.mark.parametrize(
    ("wait_s", "told"), [(6, "あと6秒で、もう一度試せます。"), (61, "から、もう一度試せます。")]
)
def test_the_page_says_when_to_try_again(app: Flask, answers: Any, wait_s: int, told: str) -> None:
    answers.by_method["sign_in"] = TooMany("too_many_here", {"retry_after_s": wait_s})
    browser = app.test_client()
    token = browser.get("/api/session").json["csrf_token"]

    page = browser.post("/sign-in", data={"csrf_token": token, "login": "aoki", "password": "x"})
    answer = browser.post(
        "/api/sign-in", json={"login": "aoki", "password": "x"}, headers={"X-CSRF-Token": token}
    )

    assert page.status_code == answer.status_code == 429
    assert "あなたの入力のせいとは限りません。" in page.text
    assert told in page.text
    assert told in answer.json["detail"]
    assert answer.headers["Retry-After"] == str(wait_s)
    assert answer.json["fields"] == {}


def test_accounts_are_told_the_place_and_not_the_address(app: Flask, answers: Any) -> None:
    browser = app.test_client()
    token = browser.get("/api/session").json["csrf_token"]

    browser.post("/api/sign-in", json={"login": "a", "password": "b"}, headers={"X-CSRF-Token": token})

    [asked] = answers.of("sign_in")
    assert len(asked.request["place"]) == 64
    assert "127.0.0.1" not in str(asked.request)
