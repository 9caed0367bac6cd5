"""How heavy pages are, and how soon a phone shows the first one."""

import re
import shutil
from collections.abc import Sequence
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import requests

from tsunagi.client import Client

# Without the API's description, a reference for those who write programs.
EVERYBODYS = ("/menu", "/search", "/help", "/settings", "/sign-in")
# A phone with 3G in a bad place, as browsers' own tools understand "slow 4G": bytes/s and ms.
_DOWN, _UP, _LATENCY_MS, _SLOWER = 1_600_000 / 8, 750_000 / 8, 150, 4
_MODULE = re.compile(r"""["'](\.{1,2}/[\w./-]+\.js)["']""")
_BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


def largest_kb(person: Client, paths: Sequence[str]) -> float:
    """Return what the heaviest page, with all that it names, takes on the wire at a first visit."""
    return max(_weight(person, path) for path in paths) / 1000


def _weight(person: Client, path: str) -> int:
    seen: dict[str, int] = {}
    waiting = [person.address + path]
    while waiting:
        address = waiting.pop()
        if address not in seen and urlsplit(address).netloc == urlsplit(person.address).netloc:
            answer = _fetched(person, address)
            seen[address] = _bytes(answer)
            waiting += [urljoin(answer.url, each).partition("#")[0] for each in _named_in(answer)]
    return sum(seen.values())


def _named_in(answer: requests.Response) -> list[str]:
    """Return the addresses of what a browser fetches because of a page, a script or a style sheet."""
    kind = answer.headers.get("Content-Type", "")
    if "html" in kind:
        parts = _Parts()
        parts.feed(answer.text)
        return parts.found
    return _MODULE.findall(answer.text) if "javascript" in kind else []


def _fetched(person: Client, address: str) -> requests.Response:
    headers = {"Cookie": person.cookies, "Accept-Encoding": "gzip"}
    answer = requests.get(address, headers=headers, timeout=15)
    answer.raise_for_status()
    return answer


def _bytes(answer: requests.Response) -> int:
    """Return how many bytes came: packed ones, where the length tells it."""
    return int(answer.headers.get("Content-Length", len(answer.content)))


class _Parts(HTMLParser):
    """Collects what a browser fetches with a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        is_linked = tag == "link" and known.get("rel") in ("stylesheet", "icon", "manifest", "preload")
        address = known.get("href") if is_linked or tag == "use" else known.get("src")
        if address and not address.startswith("data:"):
            self.found.append(address)


def first_view(person: Client) -> dict[str, float]:
    """Return after how many seconds a throttled phone has painted the inbox, with nothing in its cache.

    Nothing where there is no browser, or its driver, which only development installs.
    """
    program = next(filter(None, map(shutil.which, _BROWSERS)), None)
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        program = None
    if program is None:
        return {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        context = browser.new_context(
            **playwright.devices["Pixel 5"], extra_http_headers={"Cookie": person.cookies}
        )
        page = context.new_page()
        line = context.new_cdp_session(page)
        line.send("Network.enable")
        speed = {"downloadThroughput": _DOWN, "uploadThroughput": _UP, "latency": _LATENCY_MS}
        line.send("Network.emulateNetworkConditions", {"offline": False, **speed})
        line.send("Emulation.setCPUThrottlingRate", {"rate": _SLOWER})
        page.goto(f"{person.address}/inbox")
        painted_ms = page.evaluate(_PAINTED)
        browser.close()
    return {"first_view_s_phone": painted_ms / 1000}


_PAINTED = """() => new Promise(told => new PerformanceObserver((seen, watch) => {
    const first = seen.getEntriesByName("first-contentful-paint")[0];
    if (first) { watch.disconnect(); told(first.startTime); }
}).observe({type: "paint", buffered: true}))"""
