"""People at their browsers."""

import json
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response

from tests.support.stack import Stack

_EXPECTED = (
    # Chromium notes each 4xx answer, also of those pages that are meant to refuse.
    "Failed to load resource: the server responded with a status of 4",
    # The machine got or lost a network while the page was loading; no fault of the page.
    "Failed to load resource: net::ERR_NETWORK_CHANGED",
)
_WORN = ("stylesheet", "script", "image", "font")  # without these a page is not what it should be


class Door:
    """Signs people in, each in a browser of their own, and keeps what their consoles complain of."""

    def __init__(self, browser: Browser, stack: Stack) -> None:
        self._browser = browser
        self._stack = stack
        self._open: list[BrowserContext] = []
        self._complaints: list[str] = []

    def open_as(self, login: str = "", *, width: int = 1280, language: str = "", **known: Any) -> Page:
        """Return the first page of somebody; without `login` that of a visitor.

        `language` is what the browser has chosen; it counts from the next page on.
        """
        context = self._browser.new_context(
            base_url=self._stack.url,
            viewport={"width": width, "height": 900},
            locale="ja-JP",
            timezone_id="Asia/Tokyo",
            **known,
        )
        self._open.append(context)
        page = context.new_page()
        page.on("console", self._note)
        page.on("pageerror", lambda error: self._complaints.append(str(error)))
        page.on("response", self._note_missing)
        if login:
            sign_in(page, login, password_of(self._stack, login))
            page.wait_for_url(lambda url: "/sign-in" not in url)
        if language:
            context.add_cookies([{"name": "tsunagi_language", "value": language, "url": self._stack.url}])
        return page

    def close(self) -> list[str]:
        """Close every browser; returns what went wrong in their scripts or against the policy."""
        for context in self._open:
            context.close()
        return self._complaints

    def _note(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(_EXPECTED):
            self._complaints.append(message.text)

    def _note_missing(self, response: Response) -> None:
        if response.status >= 400 and response.request.resource_type in _WORN:
            self._complaints.append(f"{response.status} {response.url}")


def password_of(stack: Stack, login: str) -> str:
    """Return the password of somebody of the city."""
    passwords: dict[str, str] = json.loads((stack.instance.folder / "demo-accounts.json").read_text())
    return passwords[login]


def sign_in(page: Page, login: str, password: str) -> None:
    """Sign in by the form, as people do."""
    page.goto("/sign-in")
    page.get_by_label("利用者ID").fill(login)
    page.get_by_label("パスワード", exact=True).fill(password)
    page.get_by_role("button", name="サインインする").click()
