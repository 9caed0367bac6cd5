"""Which passwords are accepted.

Source: 医療情報システムの安全管理に関するガイドライン 第6.0版 Q&A シQ-54: 13 characters or more, letters,
figures and signs mixed, hard to guess. No periodic change is asked for.
"""

import re
import unicodedata

SHORTEST = 13
LONGEST = 200
_FEWEST_DIFFERENT = 6

# The stems of the most common passwords; figures and signs around them make them no better.
_COMMON_STEMS = """
password passwort passcode pass word admin administrator root user guest test login welcome letmein
iloveyou sunshine princess dragon monkey football baseball superman batman master hello secret
changeme default qwerty qwertyuiop qwertyui asdfgh asdfghjkl zxcvbn zxcvbnm qazwsx qazwsxedc abc abcdef
abcdefg abcdefgh abcdefghijklm sakura arigatou konnichiwa tsunagi renkei kaigo iryou byouin hospital
caremanager
"""
COMMON = frozenset(_COMMON_STEMS.split())
_ROUND_ABOUT = re.compile(r"\A[\W\d_]+|[\W\d_]+\Z")
_LOOKS_LIKE = str.maketrans(
    {"0": "o", "1": "l", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i"}
)


def faults(password: str, login: str) -> list[str]:
    """Return what is wrong with a new password, as codes; an empty list means that it is accepted."""
    checks = {
        "too_short": len(password) < SHORTEST,
        "too_long": len(password) > LONGEST,
        "not_mixed": not _is_mixed(password),
        "too_common": _is_common(password),
        "contains_login": _holds(password, login),
    }
    return [code for code, is_wrong in checks.items() if is_wrong]


def _is_mixed(password: str) -> bool:
    has_letter = any(character.isalpha() for character in password)
    has_figure = any(character.isdigit() for character in password)
    has_sign = any(not character.isalnum() for character in password)
    return has_letter and has_figure and has_sign


def _is_common(password: str) -> bool:
    if len(set(password)) < _FEWEST_DIFFERENT:
        return True
    core = _ROUND_ABOUT.sub("", _fold(password))
    return any(_is_repeated(_letters(text)) for text in (core, core.translate(_LOOKS_LIKE)))


def _is_repeated(letters: str) -> bool:
    """Return whether `letters` are nothing but common stems, one after the other."""
    reached = {0}
    for end in range(1, len(letters) + 1):
        if any(letters[start:end] in COMMON for start in reached):
            reached.add(end)
    return bool(letters) and len(letters) in reached


def _holds(password: str, login: str) -> bool:
    return bool(login) and _fold(login) in _fold(password)


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _letters(text: str) -> str:
    return re.sub(r"[\W\d_]+", "", text)
