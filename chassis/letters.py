"""Texts to people from files `<name>.<language>.txt`: a subject, an empty line, a body with `${places}`."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from string import Template

from contracts.texts import LANGUAGES, MAY_SAY


@dataclass(frozen=True)
class Letter:
    """A subject and a body."""

    subject: str
    body: str


class Texts:
    """The texts of one folder. Each is there in every language and asks for nothing beyond MAY_SAY."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def names(self) -> list[str]:
        """Return the names of the texts, without language."""
        return sorted({file.name.split(".")[0] for file in self._folder.glob("*.txt")})

    def write(self, name: str, language: str, /, **words: str) -> Letter:
        """Return a text with `words` at its places. KeyError when one of them is missing."""
        subject, body = self._read[name, language]
        # A subject is one line, whatever an office calls itself.
        return Letter(" ".join(subject.substitute(words).split("\n")), body.substitute(words))

    @cached_property
    def _read(self) -> dict[tuple[str, str], tuple[Template, Template]]:
        """Return all of them. Raises ValueError when one is missing in a language or asks for too much."""
        return {(name, code): self._parts(name, code) for name in self.names for code in LANGUAGES}

    def _parts(self, name: str, language: str) -> tuple[Template, Template]:
        file = self._folder / f"{name}.{language}.txt"
        if not file.is_file():
            raise ValueError(f"there is no {file.name}")
        subject, gap, body = file.read_text(encoding="utf-8").partition("\n\n")
        parts = Template(subject), Template(body)
        asked = {place for part in parts for place in part.get_identifiers()}
        if not gap or not all(part.is_valid() for part in parts) or asked - MAY_SAY:
            raise ValueError(f"{file.name} has no subject, or asks for what no text may say")
        return parts
