"""Pages at both widths, small and side by side on a few sheets: docs/pictures/pages-<whose>.webp."""

import base64
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.browser.visits import Visit
from tsunagi.vendor import ROOT

PICTURES = ROOT / "docs" / "pictures"
SCREENS = ROOT / "var" / "screens"
_TAKEN = SCREENS / "ja"
_WIDTH, _QUALITY = 880, 45
_LOOK = """<style>
body { margin: 0; padding: 8px; background: #767676; display: grid; grid-template-columns: 1fr 1fr; gap: 8px }
div { display: grid; grid-template-columns: 310px 1fr; gap: 6px; height: 218px; overflow: hidden }
img { width: 100%; display: block; background: #fff }
</style>"""


# Whose pages stand together on a sheet.
SHEETS = {
    "visitors": ("",),
    "planners": ("tanaka",),
    "care-managers": ("sato",),
    "managers": ("takahashi",),
    "desk-and-operation": ("kobayashi", "ishida", "kansa"),
}


def write_all(browser: Browser, visits: list[Visit]) -> None:
    """Write every sheet."""
    for whose, logins in SHEETS.items():
        names = [visit.name for visit in visits if visit.login in logins]
        write(browser, names, PICTURES / f"pages-{whose}.webp")


def write(browser: Browser, names: list[str], target: Path) -> None:
    """Save one sheet with the upper parts of these pages."""
    page = browser.new_page(viewport={"width": _WIDTH, "height": 226 * ((len(names) + 1) // 2) + 8})
    page.set_content(_LOOK + "".join(_tile(name) for name in names))
    page.wait_for_function("[...document.images].every(image => image.complete)")
    target.write_bytes(_as_webp(page))
    page.close()


def _tile(name: str) -> str:
    pictures = (_TAKEN / f"light-{width}" / f"{name}.png" for width in (1280, 390))
    return f"<div>{''.join(_image(picture) for picture in pictures)}</div>"


def _image(picture: Path) -> str:
    told = base64.b64encode(picture.read_bytes()).decode()
    return f'<img src="data:image/png;base64,{told}">'


def _as_webp(page: Page) -> bytes:
    """Playwright itself saves PNG and JPEG only; WebP needs half of their room."""
    asked = {"format": "webp", "quality": _QUALITY}
    taken = page.context.new_cdp_session(page).send("Page.captureScreenshot", asked)
    return base64.b64decode(taken["data"])
