"""The pictures that guides ask for, of real pages: `python -m tests.browser.guide_pictures`.

It starts an instance of its own with the fictional city, takes pages as they are, and follows every guide.
`make docs` puts the pictures into the guides.
"""

import re
import sys
from pathlib import Path

from playwright.sync_api import Browser

from tests.browser.filled_city import filled_city
from tests.browser.guides.roles import FOLLOWED, LANGUAGES
from tests.browser.guides.walk import GUIDES, WIDTH, Walk, shoot
from tests.browser.people import Door
from tests.browser.visits import Visit
from tests.support.stack import Stack
from tsunagi.site.sources import PICTURES
from tsunagi.vendor import ROOT

_ASKED = re.compile(r"^<!-- picture: ([\w-]+) \| .+ -->$", re.MULTILINE)
_ENGLISH = "-en"


def asked() -> set[str]:
    """Return the names of all pictures that guides ask for; those in English end in `-en`."""
    return {name for path in GUIDES.rglob("*.md") for name in _ASKED.findall(path.read_text("utf-8"))}


def take(browser: Browser, stack: Stack, visits: list[Visit], target: Path = PICTURES) -> None:
    """Save <target>/<name>.png for each: first of pages as they are, then on the way through the guides."""
    target.mkdir(parents=True, exist_ok=True)
    door = Door(browser, stack)
    known = {visit.name: visit for visit in visits}
    for name in sorted(asked()):
        visit = known.get(name.removesuffix(_ENGLISH))
        if visit:
            language = "en" if name.endswith(_ENGLISH) else ""
            page = door.open_as(visit.login, width=WIDTH, language=language, color_scheme="light")
            page.goto(visit.path)
            shoot(page, target / f"{name}.png")
    assert door.close() == []
    for language in LANGUAGES:
        for name in FOLLOWED:
            _follow(browser, stack, language, name, target)


def _follow(browser: Browser, stack: Stack, language: str, name: str, target: Path) -> None:
    door = Door(browser, stack)
    walk = Walk(stack, door.open_as, language, name)
    walk.keep_pictures(target)
    FOLLOWED[name](walk)
    walk.ends()
    assert door.close() == []


def main() -> None:
    """Take them all on an instance that lives as long as this takes; a picture of no page is an error."""
    with filled_city() as city:
        take(city.browser, city.stack, city.visits)
    missing = asked() - {path.stem for path in PICTURES.glob("*.png")}
    if missing:
        sys.exit(f"Nobody takes: {', '.join(sorted(missing))}")
    print(f"Pictures of the guides: {PICTURES.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
