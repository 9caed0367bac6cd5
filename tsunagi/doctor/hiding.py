"""Takes secrets out of words: a net under checks that break, whose errors were written by others."""

import contextlib
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from urllib.parse import unquote

from tsunagi.doctor.place import Place

_SECRET = (
    "TSUNAGI_DATABASE_URL",
    "TSUNAGI_AMQP_URL",
    "TSUNAGI_SMTP_URL",
    "TSUNAGI_BOUNCE_IMAP_URL",
    "TSUNAGI_SECRET_KEY",
)
_PASSWORD = re.compile(r"://[^:/@]*:(.+)@")
# A shorter one may be a word of any sentence.
_SHORTEST = 6


def hider(place: Place) -> Callable[[str], str]:
    """Return what puts … in the place of every password, key and address that the place's settings hold."""
    environments = [place.environment, *(each for _, each in place.environments())]
    found = {word for environment in environments for word in _secrets(environment)}
    found |= set(place.instance.passwords.values() if place.instance else ())
    # Longest first: an address holds its password.
    secrets = sorted((word for word in found if len(word) >= _SHORTEST), key=len, reverse=True)

    def hide(words: str) -> str:
        for secret in secrets:
            words = words.replace(secret, "…")
        return words

    return hide


def _secrets(environment: Mapping[str, str]) -> Iterator[str]:
    for name, value in environment.items():
        if name.startswith(_SECRET):
            text = _text_of(value) if name.endswith("_FILE") else value
            yield text
            if told := _PASSWORD.search(text):
                yield from (told[1], unquote(told[1]))


def _text_of(file: str) -> str:
    with contextlib.suppress(OSError, ValueError):
        return Path(file).read_text(encoding="utf-8").strip()
    return ""
