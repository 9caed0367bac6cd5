"""The pictures that guides ask for, of real pages: `python -m tests.browser.guide_pictures`.

It starts an instance of its own with the fictional city. `make docs` puts the pictures into the guides.
"""

import re
from typing import Any

from playwright.sync_api import Browser

from tests.browser.filled_city import filled_city
from tests.browser.people import Door
from tests.browser.visits import Visit
from tsunagi.site.sources import PICTURES
from tsunagi.vendor import ROOT

GUIDES = ROOT / "docs" / "guides"
_ASKED = re.compile(r"^<!-- picture: ([\w-]+) \| .+ -->$", re.MULTILINE)
_ENGLISH = "-en"
# Legible in the text's column, and no longer than what a guide talks of.
_WIDTH, _HIGHEST = 960, 1100


def asked() -> set[str]:
    """Return the names of all pictures that guides ask for; those in English end in `-en`."""
    return {name for path in GUIDES.rglob("*.md") for name in _ASKED.findall(path.read_text("utf-8"))}


def take(browser: Browser, stack: Any, visits: list[Visit], target: Any = PICTURES) -> None:
    """Save <target>/<name>.png for each; KeyError for one of no page."""
    known = {visit.name: visit for visit in visits}
    door = Door(browser, stack)
    target.mkdir(parents=True, exist_ok=True)
    for name in sorted(asked()):
        visit = known[name.removesuffix(_ENGLISH)]
        language = "en" if name.endswith(_ENGLISH) else ""
        page = door.open_as(visit.login, width=_WIDTH, language=language, color_scheme="light")
        page.goto(visit.path)
        height = min(page.evaluate("document.documentElement.scrollHeight"), _HIGHEST)
        page.set_viewport_size({"width": _WIDTH, "height": height})
        page.screenshot(path=target / f"{name}.png")
    assert door.close() == []


def main() -> None:
    """Take them all on an instance that lives as long as this takes."""
    with filled_city() as city:
        take(city.browser, city.stack, city.visits)
    print(f"Pictures of the guides: {PICTURES.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
