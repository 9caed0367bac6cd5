"""What is right about a person's entry, and how names are compared."""

import re
import unicodedata
from datetime import date
from typing import Any

from contracts.errors import Invalid
from contracts.forms import codes

_HIRAGANA = re.compile("[ぁ-ゖ]")
_KANA = re.compile("[ァ-ヺー・ ]+")


def in_katakana(text: str) -> str:
    """Return kana as full-width katakana, other characters as they are."""
    wide = unicodedata.normalize("NFKC", text)
    return _HIRAGANA.sub(lambda match: chr(ord(match.group()) + 0x60), wide)


def new_person(request: dict[str, Any], today: date) -> dict[str, Any]:
    """Return the fields of a new person with kana made alike. Invalid says what cannot be."""
    person = request | {key: in_katakana(request[key]) for key in ("family_kana", "given_kana")}
    errors = {key: ["not_kana"] for key in ("family_kana", "given_kana") if not _KANA.fullmatch(person[key])}
    if not date(1890, 1, 1) <= person["birth_date"] <= today:
        errors["birth_date"] = ["out_of_range"]
    levels = {choice.code for choice in codes("care_level")}
    if person["care_level"] and person["care_level"] not in levels:
        errors["care_level"] = ["not_a_choice"]
    if errors:
        raise Invalid("person", errors)
    return person
