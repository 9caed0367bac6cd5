"""Brings the catalogues to what the code says: `python -m tsunagi.catalogue`, or `make words`.

New sentences come in without a translation, those that nobody says any more go. Write what is new into
gateway/translations/<language>/LC_MESSAGES/messages.po; a test finds what was forgotten.
"""

from pathlib import Path

from babel.messages import Catalog, Message, frontend
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from tsunagi.vendor import ROOT

CATALOGUES = ROOT / "gateway" / "translations"
# Where sentences for people are.
_FOLDERS = ("contracts/forms", "gateway")
_KEYWORDS = {"later": None}
_WIDTH = 100


def main() -> None:
    """Refresh every catalogue and say how much is to be translated."""
    for path in catalogues():
        catalogue = read(path)
        catalogue.update(extracted(), no_fuzzy_matching=True, update_creation_date=False)
        catalogue.obsolete.clear()
        with path.open("wb") as file:
            write_po(file, catalogue, width=_WIDTH, sort_by_file=True, include_lineno=False)
        untranslated = [message for message in catalogue if message.id and not all(words(message))]
        print(f"{path.relative_to(ROOT)}: {len(untranslated)} to translate")


def catalogues() -> list[Path]:
    """Return the catalogue of every language but Japanese, in which the code itself speaks."""
    return sorted(CATALOGUES.glob("*/LC_MESSAGES/messages.po"))


def read(path: Path) -> Catalog:
    """Return a catalogue as it stands in the tree."""
    with path.open("rb") as file:
        return read_po(file)


def words(message: Message) -> list[str]:
    """Return a translation, in each of its plural forms; empty text where there is none."""
    return list(message.string) if isinstance(message.string, tuple | list) else [message.string]


def extracted() -> Catalog:
    """Return every sentence for people that code, templates and sheets hold."""
    methods, options = _configuration()
    found = Catalog(charset="utf-8")
    keywords = {**frontend.DEFAULT_KEYWORDS, **_KEYWORDS}
    lines = extract_from_dir(ROOT, methods, options, keywords, directory_filter=_is_ours)
    for name, _line, message, comments, context in lines:
        found.add(message, locations=[(name, 0)], auto_comments=comments, context=context)
    return found


def _configuration() -> tuple[list[tuple[str, str]], dict[str, dict[str, str]]]:
    with (ROOT / "gateway" / "babel.cfg").open() as file:
        methods, options = frontend.parse_mapping_cfg(file)
    return methods, options


def _is_ours(folder: str) -> bool:
    """Tell whether a folder is one of those with sentences, or on the way to one."""
    path = Path(folder).relative_to(ROOT).as_posix()
    return any(f"{one}/".startswith(f"{path}/") or f"{path}/".startswith(f"{one}/") for one in _FOLDERS)


if __name__ == "__main__":
    main()
