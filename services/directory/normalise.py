"""Text of lists made comparable: for matching only. What is shown stays as it was written.

Every function returns the value to keep and a code for what is wrong with it ("" when nothing is).
"""

import math
import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import urlsplit

import jaconv

# Hyphen-likes stand for each other in addresses and names, the long vowel mark included.
_HYPHENS = dict.fromkeys(map(ord, "-‐‑‒–—―−⁻₋ーｰ－~～〜"), "-")
# Old and new forms of one character that occur in names of places and facilities, and radicals
# (U+2E80 ff.) that NFKC leaves alone but that some tools write for the character itself.
_VARIANTS = str.maketrans(
    "ヶヵ竈髙﨑邊邉齋齊澤廣濵濱國德眞惠榮學櫻萬龍嶋鷗繫檮鰺籠⻘⻑⻄⺠⻝⻲⻨⻩⻭⻯⻤",
    "ケカ釜高崎辺辺斉斉沢広浜浜国徳真恵栄学桜万竜島鴎繋梼鯵篭青長西民食亀麦黄歯竜鬼",
)
_SPACES = re.compile(r"\s+")
_CANONICAL_PHONE = re.compile(r"0\d{1,4}-\d{1,4}-\d{3,4}", re.ASCII)
_PHONE_SIGNS = re.compile(r"[\d\s()+.:-]+", re.ASCII)
_SHORT_PHONE = re.compile(r"\d{1,4}-?\d{4}", re.ASCII)
_EDGES = " \t\r\n\u00a0\u3000\u200b\ufeff"


def clean(text: str) -> str:
    """Return the text as shown: without space at its ends; `（改行）` stands for a line break."""
    return text.replace("（改行）", "\n").strip(_EDGES)


def matching_text(text: str) -> str:
    """Return the form in which two spellings of one name are equal.

    NFKC (full and half width, radicals), katakana for hiragana, one kind of hyphen, common old
    characters as new ones, lower case, no spaces.
    """
    text = unicodedata.normalize("NFKC", text.translate(_HYPHENS)).translate(_VARIANTS)
    text = jaconv.hira2kata(text).translate(_HYPHENS).casefold()
    return _SPACES.sub("", text)


def search_terms(text: str) -> list[str]:
    """Return the words of a search, each in its matching form."""
    return [term for word in text.split() if (term := matching_text(word))]


def grams(term: str) -> set[str]:
    """Return the pieces that every text with this word has: each two neighbours, or the one character.

    The same as the database's function `search_grams` makes of stored texts.
    """
    return {term[at : at + 2] for at in range(len(term) - 1)} or {term}


def text_of_number(text: str) -> str:
    """Return an office's number in ASCII capitals and digits, its zeros kept."""
    return unicodedata.normalize("NFKC", text).strip(_EDGES).upper()


def restore_zero(number: str, prefecture: str) -> str:
    """Return the number with the zero that a spreadsheet took from its front, if it is proved.

    Numbers begin with the 2-digit prefecture code. Digits only that begin with the second digit of
    a prefecture 01–09 have lost the first; numbers with letters were never numbers to a spreadsheet.
    """
    lost = prefecture[:1] == "0" and number.isdigit() and not number.startswith("0")
    return "0" + number if lost and number[0] == prefecture[1] else number


def phone(text: str) -> tuple[str, str]:
    """Return a Japanese phone number as `03-1234-5678`, or as written with what is wrong with it."""
    written = clean(text)
    plain = unicodedata.normalize("NFKC", written).translate(_HYPHENS).strip()
    if not plain or _CANONICAL_PHONE.fullmatch(plain):
        return plain, ""
    if _SHORT_PHONE.fullmatch(plain) or plain.startswith("〒"):
        return written, "phone_without_area_code"
    # Words in the cell (（仮設）, （代）, two numbers) mean something: nobody but a reader can drop them.
    if not _PHONE_SIGNS.fullmatch(plain):
        return written, "not_a_phone"
    return _parsed_phone(written, plain)


def _parsed_phone(written: str, plain: str) -> tuple[str, str]:
    # Imported late: the tables of all countries, of use only while numbers are entered.
    import phonenumbers

    try:
        number = phonenumbers.parse(plain, "JP")
    except phonenumbers.NumberParseException:
        return written, "not_a_phone"
    if not phonenumbers.is_valid_number_for_region(number, "JP"):
        return written, "not_a_phone"
    national = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
    lost_zero = re.sub(r"\D", "", plain)[:1] != "0" and not plain.startswith("+")
    return national, "phone_zero_restored" if lost_zero else ""


def link(text: str) -> tuple[str, str]:
    """Return the text when it is an http or https address that can become a link, else ""."""
    written = clean(text)
    if not written:
        return "", ""
    if re.match(r"www\.", written, re.IGNORECASE):
        return "", "url_without_scheme"
    return (written, "") if _is_link(written) else ("", "not_a_url")


def _is_link(text: str) -> bool:
    if text.count("://") != 1 or re.search(r"[\s<>\"'\\]", text):
        return False
    try:
        parts = urlsplit(text)
        parts.port  # noqa: B018  (raises for a port that is no number)
    except ValueError:
        return False
    host = parts.hostname or ""
    return parts.scheme in ("http", "https") and _is_host(host) and "@" not in parts.netloc


def _is_host(host: str) -> bool:
    return "." in host and all(host.split("."))


@dataclass(frozen=True)
class Position:
    """Where a pin goes; without coordinates `placement` says why there is none."""

    latitude: float | None
    longitude: float | None
    placement: str


# Farther from its town hall than any real office of a municipality on one landmass (釧路市: 56 km).
_FAR_KM = 60.0


def position(latitude: str, longitude: str, town_hall: tuple[float, float] | None) -> Position:
    """Return the position of two cells of a list, or why it is not believed.

    0 means that nobody knew; a geocoder that did not understand an address answers with Ireland,
    with a wrapped longitude or with a place of the same name elsewhere.
    """
    try:
        north, east = (float(clean(cell) or 0) for cell in (latitude, longitude))
    except ValueError:
        return Position(None, None, "not_a_number")
    if north == 0 or east == 0:
        return Position(None, None, "no_coordinates")
    if not (20 <= north <= 46 and 122 <= east <= 154):
        return Position(None, None, "outside_japan")
    if town_hall and _km_between((north, east), town_hall) > _FAR_KM:
        return Position(None, None, "far_from_municipality")
    return Position(round(north, 6), round(east, 6), "placed")


def _km_between(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return the distance on a flat map, good to a percent within Japan."""
    north = (one[0] - other[0]) * 111.2
    east = (one[1] - other[1]) * 111.2 * math.cos(math.radians(one[0]))
    return math.hypot(north, east)
