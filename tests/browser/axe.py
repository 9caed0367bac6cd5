"""axe-core in an open page, as the interface guide asks for it: WCAG 2.2 AA and best practice."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tsunagi.vendor import ROOT

_PROGRAM = ROOT / "node_modules" / "axe-core" / "axe.min.js"
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Every rule runs on every element; what passed is counted but not described one by one.
_RUN = "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}, resultTypes: ['violations']})"


def program() -> Path:
    """Return axe's program, which `make test` fetches by npm."""
    if not _PROGRAM.exists():
        pytest.fail("axe-core is missing: run `make development`", pytrace=False)
    return _PROGRAM


def violations(page: Page) -> list[str]:
    """Return what axe finds, one line each: rule, page, element."""
    if not page.evaluate("'axe' in window"):
        page.add_script_tag(path=program())
    found = page.evaluate(_RUN, _RULES)["violations"]
    return [f"{each['id']}: {node['html'][:200]}" for each in found for node in each["nodes"]]
