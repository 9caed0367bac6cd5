"""The operators' handbook as what it has people type: command lines, and names in code spans."""

import re
import shlex
from collections.abc import Iterator

import click

from tsunagi.vendor import ROOT

HANDBOOK = ROOT / "docs" / "operating.md"
PROGRAM = "tsunagi"

_BLOCK = re.compile(r"^```\n(.*?)^```", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`([^`\n]+)`")
# What a span has to begin with to be something to type.
_TYPED = ("docker ", "make ", "tsunagi ", ".venv/", "python3.11 ", "chmod ")
# Words in capitals that stand for the reader's own.
OWN = {"COMMAND": "doctor", "FILE": "/tmp/file", "FOLDER": "/tmp/folder", "N": "8080"}


def command_lines() -> list[str]:
    """Return every command of the handbook, one a line: of its blocks, and of the code in its text."""
    text = HANDBOOK.read_text(encoding="utf-8")
    blocks = [block for block in _BLOCK.findall(text) if not block.startswith("{")]
    lines = [line for block in blocks for line in block.replace("\\\n", " ").splitlines() if line]
    spans = [span for span in spans_of(text) if span.startswith(_TYPED) or _is_ours(span)]
    return list(dict.fromkeys([*lines, *spans]))


def spans_of(text: str) -> list[str]:
    """Return the code in a text, without that of its blocks."""
    return [" ".join(span.split()) for span in _SPAN.findall(_BLOCK.sub("", text))]


def _is_ours(span: str) -> bool:
    from tsunagi.commands import COMMANDS

    first, _, more = span.partition(" ")
    return first in COMMANDS and bool(more)


def commands(line: str) -> Iterator[list[str]]:
    """Return the words of each command of a line, without comments, `sudo`, brackets and redirections."""
    words = shlex.split(re.sub(r"[\[\]…]|(?<=\s)[<>] \S+", " ", line), comments=True)
    command: list[str] = []
    for word in [*words, "&&"]:
        if word != "&&":
            command.append(OWN.get(word, word))
        elif command:
            yield command[command[0] == "sudo" :]
            command = []


def parse(command: click.Command, words: list[str], parent: click.Context | None = None) -> None:
    """Have the program read a command line and run nothing. Raises UsageError for what it does not know."""
    try:
        context = command.make_context(command.name, list(words), parent=parent)
    except click.MissingParameter:
        return  # a text may name a command without all that it needs
    except click.BadParameter as error:
        if "does not exist" in error.message:
            return  # a file of the reader's own
        raise
    if isinstance(command, click.Group):
        _, sub, rest = command.resolve_command(context, [*context._protected_args, *context.args])
        assert sub is not None
        parse(sub, rest, context)


def after_options(words: list[str], with_value: set[str]) -> tuple[list[str], list[str]]:
    """Return the options that come first, each without its value, and what comes after them."""
    options = []
    rest = list(words)
    while rest and rest[0].startswith("-"):
        options.append(rest.pop(0))
        if options[-1] in with_value:
            rest.pop(0)
    return options, rest
