"""The words of the sheets in `contracts/forms`, as Babel takes them up: `babel.cfg` names this.

`contracts` knows nothing of languages: a sheet says its words in Japanese, and the gateway translates them
(`gateway/pages/form_words.py`).
"""

import tomllib
from collections.abc import Iterator
from typing import IO, Any

# What stands behind a question that is answered by yes or no: the same words mean other things elsewhere.
YES_NO = "yes or no"

_PLAIN = ("title", "edition", "part", "hint", "label", "unit", "row_label")

# Line, function, message, comments; a message with its context is a pair.
Found = tuple[int, str, str | tuple[str, str], list[str]]


def forms(file: IO[bytes], keywords: Any, comment_tags: Any, options: Any) -> Iterator[Found]:
    """Yield every sentence of a sheet, or of the code lists that sheets share."""
    yield from _words(tomllib.loads(file.read().decode()))


def _words(raw: Any) -> Iterator[Found]:
    for name, value in raw.items():
        if name == "choices":
            yield from (_plain(label) for label in value.values())
        elif name in _PLAIN:
            yield _plain(value)
        elif name in ("section", "field", "column"):
            for each in value:
                yield from _words(each)
        elif name in ("yes", "no"):
            yield 0, "pgettext", (YES_NO, value), []
        elif isinstance(value, dict) and name != "only_if":
            yield from (_plain(label) for label in value.values())


def _plain(text: str) -> Found:
    return 0, "gettext", text, []
