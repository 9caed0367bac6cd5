"""The first handoff at an instance that just started: `python -m tests.browser.first_handoff FOLDER`.

It presses what a person would press, types nothing but the two passwords, and says when what was seen.
"""

import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from playwright.sync_api import Page, expect, sync_playwright

from tests.browser.conftest import ARGUMENTS
from tests.browser.people import Door
from tests.support import chromium
from tsunagi import instance as instances

PERSON = "鈴木 一郎 様"


def hand_over(open_as: Callable[..., Page], say: Callable[[str], None]) -> None:
    """Send the note of one person of the demonstration and acknowledge it; AssertionError when it fails."""
    planner = open_as("tanaka")
    expect(planner.get_by_role("heading", name="退院支援ボード")).to_be_visible()
    say("田中（病院）がサインインし、ボードを見る")
    planner.get_by_role("row", name=PERSON).get_by_role("link", name="退院情報を書く").click()
    planner.get_by_role("button", name="空欄のまま、確かめる画面へ").first.click()
    planner.locator("form.answer .btn-main").click()
    planner.wait_for_url(re.compile("/handoffs/"))
    say(f"{PERSON}の退院情報を送る")

    care = open_as("sato")
    care.locator("li", has_text=PERSON).get_by_role("link", name="開いて返事する").click()
    say("佐藤（ケアマネジャー）がサインインし、受信箱から開く")
    care.get_by_role("button", name="受け取りました").click()
    expect(care.get_by_text("受け取りを記録しました")).to_be_visible()
    expect(planner.get_by_text("受け取り済み").first).to_be_visible()
    say("「受け取りました」を押す。病院の画面が「受け取り済み」になる")


def main(folder: Path) -> None:
    """Do it at the instance in `folder`, and print each step with the seconds since the beginning."""
    began = time.monotonic()
    instance = instances.load(folder)
    at: Any = SimpleNamespace(instance=instance, url=instance.public_url)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.program(), args=ARGUMENTS)
        door = Door(browser, at)
        hand_over(door.open_as, lambda what: print(f"{time.monotonic() - began:5.1f} s  {what}", flush=True))
        complaints = door.close()
        browser.close()
    if complaints:
        sys.exit("\n".join(complaints))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
