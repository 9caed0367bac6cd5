"""Pictures of every page in both languages, light and dark, at both widths: `make pictures`.

They lie in var/screens as <language>/<scheme>-<width>/<page>.png. With `--sheets` they are also put, small,
onto the sheets that docs/pages.md shows.
"""

import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.browser import sheets
from tests.browser.filled_city import FilledCity, filled_city
from tests.browser.people import Door
from tests.browser.sheets import SCREENS
from tsunagi.vendor import ROOT

LANGUAGES = ("ja", "en")
SCHEMES = ("light", "dark")
WIDTHS = (1280, 390)


def main() -> None:
    """Take them all; complain of what the browsers complained of."""
    complaints: list[str] = []
    with filled_city() as city:
        for language in LANGUAGES:
            complaints += take(city, SCREENS / language, language)
        if "--sheets" in sys.argv:
            sheets.write_all(city.browser, city.visits)
    print(f"Pictures of every page: {SCREENS.relative_to(ROOT)}")
    if complaints:
        sys.exit("\n".join(sorted(set(complaints))))


def take(city: FilledCity, target: Path, language: str) -> list[str]:
    """Save <target>/<scheme>-<width>/<page>.png of each page; returns what went wrong on the pages."""
    door = Door(city.browser, city.stack)
    logins = {visit.login for visit in city.visits}
    pages = {login: door.open_as(login, language=language, reduced_motion="reduce") for login in logins}
    for visit in city.visits:
        page = pages[visit.login]
        page.goto(visit.path)
        _take_each_way(page, target, f"{visit.name}.png")
    return door.close()


def _take_each_way(page: Page, target: Path, name: str) -> None:
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate("scrollTo(0, 0)")
        for scheme in SCHEMES:
            _show(page, scheme)
            page.screenshot(path=target / f"{scheme}-{width}" / name, full_page=True)


def _show(page: Page, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")


if __name__ == "__main__":
    main()
