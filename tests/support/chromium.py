"""Debian's Chromium for the tests of pages, with a font that has Japanese letters."""

import shutil
from pathlib import Path

import pytest

from tsunagi.servers import packages

# The shell draws pages and nothing else: a new window costs it half of what the whole browser needs.
PACKAGES = ["chromium-headless-shell", "fonts-noto-cjk"]
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


def program() -> Path:
    """Return the browser's program; root on Debian gets it installed, others are told what to install."""
    if _found() is None and packages.can_install():
        packages.install(PACKAGES, print)
    found = _found()
    if found is None:
        pytest.skip(f"no Chromium: sudo apt-get install {' '.join(PACKAGES)}")
    return found


def _found() -> Path | None:
    return next((Path(path) for path in map(shutil.which, NAMES) if path), None)
