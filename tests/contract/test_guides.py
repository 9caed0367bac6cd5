"""What a guide quotes is what the pages say: each 「label」, and in English guides each **label**."""

import re
from pathlib import Path

import pytest

from tsunagi import catalogue
from tsunagi.catalogue import words
from tsunagi.vendor import ROOT

GUIDES = ROOT / "docs" / "guides"
JAPANESE = sorted((GUIDES / "ja").glob("*.md"))
ENGLISH = sorted((GUIDES / "en").glob("*.md"))


def name(path: Path) -> str:
    return path.relative_to(GUIDES).as_posix()


@pytest.fixture(scope="module")
def japanese() -> set[str]:
    return {
        one for m in catalogue.extracted() if m.id for one in (m.id if isinstance(m.id, tuple) else [m.id])
    }


@pytest.fixture(scope="module")
def english() -> set[str]:
    read = catalogue.read(catalogue.CATALOGUES / "en" / "LC_MESSAGES" / "messages.po")
    return {text for message in read if message.id for text in words(message)}


@pytest.mark.parametrize("path", JAPANESE, ids=name)
def test_a_japanese_guide_quotes_words_of_the_pages(path: Path, japanese: set[str]) -> None:
    quoted = set(re.findall(r"「([^」]+)」", path.read_text("utf-8")))

    assert quoted
    assert quoted - japanese == set()


@pytest.mark.parametrize("path", ENGLISH, ids=name)
def test_an_english_guide_quotes_words_of_the_pages(path: Path, english: set[str]) -> None:
    quoted = {" ".join(words.split()) for words in re.findall(r"\*\*([^*]+)\*\*", path.read_text("utf-8"))}

    assert quoted
    assert quoted - english == set()
