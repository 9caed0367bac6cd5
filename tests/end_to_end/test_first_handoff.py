"""What `make run` starts, met by two people for the first time."""

from types import SimpleNamespace

import pytest
from playwright.sync_api import sync_playwright

from tests.browser.conftest import ARGUMENTS
from tests.browser.first_handoff import hand_over
from tests.browser.people import Door
from tests.support import chromium
from tests.support.embedded_run import Run
from tsunagi import instance as instances


@pytest.mark.long
def test_the_first_handoff_is_acknowledged_in_the_browser(tmp_path):
    said: list[str] = []
    with Run(tmp_path / "embedded") as running, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.program(), args=ARGUMENTS)
        at = SimpleNamespace(instance=instances.load(running.folder), url=running.url)
        door = Door(browser, at)

        hand_over(door.open_as, said.append)

        assert door.close() == []
    assert len(said) == 4
