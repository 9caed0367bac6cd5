"""Somebody with a guide in one hand: each word that it quotes has to be met at the screen, in its order."""

import re
from collections import defaultdict
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser.people import password_of
from tests.support.stack import Stack
from tsunagi import catalogue
from tsunagi.catalogue import words
from tsunagi.vendor import ROOT

GUIDES = ROOT / "docs" / "guides"
WIDTH, _HIGHEST = 960, 1100
_PICTURE = r"<!-- picture: (?P<picture>[\w-]+) \|"
_QUOTES = {
    "ja": re.compile(rf"「(?P<quote>[^」]+)」|{_PICTURE}"),
    "en": re.compile(rf"\*\*(?P<quote>[^*]+)\*\*|{_PICTURE}"),
}


@cache
def _english() -> dict[str, set[str]]:
    """Return every way in which a Japanese word of the pages is said in English."""
    known: dict[str, set[str]] = defaultdict(set)
    for message in catalogue.read(catalogue.CATALOGUES / "en" / "LC_MESSAGES" / "messages.po"):
        if isinstance(message.id, str):
            known[message.id].update(words(message))
    return known


class Walk:
    """One guide in one language, and who follows it. Steps are named by their Japanese words."""

    def __init__(self, stack: Stack, open_as: Callable[..., Page], language: str, name: str) -> None:
        self.stack, self.language = stack, language
        self._open_as, self._pictures = open_as, Path()
        text = (GUIDES / language / f"{name}.md").read_text("utf-8")
        self._left = [" ".join((m["quote"] or f"picture {m['picture']}").split())
                      for m in _QUOTES[language].finditer(text)]  # fmt: skip
        self.page: Any = None

    def keep_pictures(self, folder: Path) -> None:
        """Save what `picture` takes into a folder."""
        self._pictures = folder

    def as_(self, login: str, path: str = "") -> None:
        """Go on as somebody else, signed in, on a path or their first page."""
        how = {"width": WIDTH, "language": self.language, "color_scheme": "light"}
        self.page = self._open_as(login, **how)
        self.page.goto(path or ("/" if login else "/sign-in"))

    def password(self, login: str) -> str:
        """Return somebody's password."""
        return password_of(self.stack, login)

    def reads(self, word: str) -> str:
        """Return the quoted word of the guide that comes now; AssertionError when it is another."""
        here = next((i for i, left in enumerate(self._left) if not left.startswith("picture ")), None)
        assert here is not None, f"the guide ends before {word}"
        quoted = self._left.pop(here)
        assert quoted in ({word} if self.language == "ja" else _english()[word]), f"{quoted} is not {word}"
        return quoted

    def ends(self) -> None:
        """Hold that no word of the guide is left."""
        assert [left for left in self._left if not left.startswith("picture ")] == []

    def goes(self, word: str) -> None:
        """Press an entry of the rail."""
        self.page.locator("nav.rail").get_by_role("link", name=_beginning(self.reads(word))).first.click()

    def presses(self, word: str) -> None:
        """Press a button, a link or what unfolds, in the page itself."""
        self.touch(self.reads(word)).click()

    def touch(self, quoted: str) -> Locator:
        """Return the first thing on the page that can be pressed and begins with these words."""
        main, name = self.page.locator("main"), _beginning(quoted)
        found = main.get_by_role("button", name=name).or_(main.get_by_role("link", name=name))
        return found.or_(main.locator("summary", has_text=name)).first

    def sees(self, word: str) -> None:
        """Find it written somewhere on the page."""
        expect(self.page.get_by_text(self.reads(word)).locator("visible=true").first).to_be_visible()

    def fills(self, word: str, value: str) -> None:
        """Type into the field of that name; of one with a day and a time into the day."""
        name = _beginning(self.reads(word))
        group = self.page.locator("fieldset", has=self.page.locator("legend", has_text=name))
        field = group.locator("input").or_(self.page.get_by_label(name)).first
        field.fill(value)

    def chooses(self, word: str, value: str | None = None) -> None:
        """Choose in the list of that name, by value; the last one unless said otherwise."""
        field = self.page.get_by_label(_beginning(self.reads(word))).first
        field.select_option(value or field.locator("option").last.get_attribute("value"))

    def picture(self, name: str) -> None:
        """Take the picture that the guide asks for, of the page as it is now."""
        full = name if self.language == "ja" else f"{name}-en"
        assert f"picture {full}" in self._left
        if self._pictures.name:
            shoot(self.page, self._pictures / f"{full}.png")


def _beginning(quoted: str) -> re.Pattern[str]:
    return re.compile(rf"^\s*{re.escape(quoted)}")


def shoot(page: Page, target: Path) -> None:
    """Save the upper part of a page, legible in the text's column."""
    height = min(page.evaluate("document.documentElement.scrollHeight"), _HIGHEST)
    page.set_viewport_size({"width": WIDTH, "height": height})
    page.screenshot(path=target)
