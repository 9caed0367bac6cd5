"""Every sentence for people has its English: none is missing, none is doubtful, none is left over."""

import re

import pytest
from babel.messages import Catalog, Message

from tsunagi import catalogue
from tsunagi.catalogue import words

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}")


@pytest.fixture(scope="module")
def said() -> Catalog:
    """What code, templates and sheets say."""
    return catalogue.extracted()


@pytest.fixture(scope="module")
def english() -> Catalog:
    return catalogue.read(catalogue.CATALOGUES / "en" / "LC_MESSAGES" / "messages.po")


def key(message: Message) -> tuple[str, str]:
    return str(message.id), message.context or ""


def messages(found: Catalog) -> dict[tuple[str, str], Message]:
    return {key(message): message for message in found if message.id}


def test_every_sentence_has_its_english(said: Catalog, english: Catalog) -> None:
    known = messages(english)
    missing = [
        one
        for one in messages(said)
        if one not in known or not all(text.strip() for text in words(known[one]))
    ]

    assert len(said) > 900
    assert missing == [], "run `make words`, then translate what is new"


def test_no_translation_is_doubtful(english: Catalog) -> None:
    assert [key(message) for message in english if message.id and message.fuzzy] == []


def test_no_translation_is_left_over(said: Catalog, english: Catalog) -> None:
    left = messages(english).keys() - messages(said).keys()

    assert left == set(), "run `make words`"
    assert english.obsolete == {}


def test_a_translation_has_the_placeholders_of_its_sentence(english: Catalog) -> None:
    wrong = [
        key(message)
        for message in english
        if message.id
        and any(placeholders(text) != placeholders(singular(message)) for text in words(message))
    ]

    assert wrong == []


def singular(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def placeholders(text: str) -> list[str]:
    return sorted(PLACEHOLDER.findall(text))


def test_no_translation_speaks_japanese(english: Catalog) -> None:
    japanese = re.compile(r"[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]")

    assert [key(message) for message in english if japanese.search("".join(words(message)))] == []
