"""Municipalities of Japan: codes with check digit, wards of designated cities, where their offices are.

Source: 全国地方公共団体コード, as listed with office positions by code4fukui/localgovjp (CC0);
浜松市's wards of 2024 are added, its former ones stay for older lists.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from services.directory.normalise import matching_text

_WEIGHTS = (6, 5, 4, 3, 2)
_DISTRICT = re.compile(r"^.{1,5}?郡")


@dataclass(frozen=True)
class Municipality:
    """One municipality or ward; `designated_city` is the code of the city that a ward belongs to."""

    code: str
    prefecture: str
    name: str
    designated_city: str
    latitude: float
    longitude: float


@cache
def by_code() -> dict[str, Municipality]:
    """Return every municipality and ward by its 6-digit code."""
    table = files("services.directory").joinpath("data/municipalities.csv").read_text(encoding="utf-8")
    return {
        row["code"]: Municipality(
            row["code"],
            row["prefecture"],
            row["name"],
            row["designated_city"],
            float(row["latitude"]),
            float(row["longitude"]),
        )
        for row in csv.DictReader(table.splitlines())
    }


def with_wards(code: str) -> tuple[str, ...]:
    """Return the code and, for a designated city, the codes of its wards."""
    return (code, *_wards().get(code, ()))


def with_city(code: str) -> tuple[str, ...]:
    """Return the code, its wards and, for a ward, its city: whoever is responsible there."""
    place = by_code().get(code)
    city = place.designated_city if place else ""
    return (*with_wards(code), city) if city else with_wards(code)


def check_digit(five: str) -> str:
    """Return the sixth digit of a 5-digit municipality code."""
    total = sum(int(digit) * weight for digit, weight in zip(five, _WEIGHTS, strict=True))
    return str((11 - total % 11) % 10)


def complete_code(text: str) -> str:
    """Return the 6-digit code that `text` can only mean, or "".

    A code of 6 digits must pass its check digit. A shorter one passes when the zero that a
    spreadsheet took from its front makes it pass.
    """
    digits = matching_text(text)
    if not digits.isascii() or not digits.isdigit():
        return ""
    six = digits.zfill(6)
    if len(digits) not in (5, 6) or check_digit(six[:5]) != six[5]:
        return ""
    return six


def code_of_parts(prefecture: str, municipality: str) -> str:
    """Return the 6-digit code of a 2-digit prefecture and a 3-digit municipality (医療情報ネット), or ""."""
    five = prefecture.zfill(2) + municipality.zfill(3)
    if not re.fullmatch(r"\d{5}", five, re.ASCII) or not municipality:
        return ""
    code = five + check_digit(five)
    return code if code in by_code() else ""


def code_in_address(address: str) -> str:
    """Return the code of the municipality at the beginning of an address with its prefecture, or "".

    The longest name wins, so that a ward is found before its city. 郡 may be written or not, ヶ and ケ
    are the same, and a prefecture written twice counts once.
    """
    text = matching_text(address)
    for prefecture, names in _names().items():
        if text.startswith(prefecture):
            rest = re.sub(f"^({re.escape(prefecture)})+", "", text)
            return _longest(rest, names) or _longest(_DISTRICT.sub("", rest), names)
    return ""


def _longest(rest: str, names: dict[str, str]) -> str:
    longest = max(map(len, names))
    for length in range(min(longest, len(rest)), 1, -1):
        if code := names.get(rest[:length]):
            return code
    return ""


@cache
def _wards() -> dict[str, tuple[str, ...]]:
    wards: dict[str, tuple[str, ...]] = {}
    for place in _places():
        if place.designated_city:
            wards[place.designated_city] = (*wards.get(place.designated_city, ()), place.code)
    return wards


@cache
def _names() -> dict[str, dict[str, str]]:
    names: dict[str, dict[str, str]] = {}
    for place in _places():
        names.setdefault(matching_text(place.prefecture), {})[matching_text(place.name)] = place.code
    return names


def _places() -> Iterator[Municipality]:
    return iter(by_code().values())
