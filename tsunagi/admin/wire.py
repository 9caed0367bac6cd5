"""What goes over `admin.sock`: the open files of the caller, then one JSON object a line.

The caller's first: {"words": […], "files": […]}, the names of the files that come after its standard input,
output and error. Later {"interrupt": true}. The answer: {"ended": exit code} or {"refused": why}.
"""

import json
import os
import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any

MOST_FILES = 16
_LONGEST_LINE = 1_000_000


@dataclass(frozen=True)
class Asked:
    """A command: its words, the caller's standard streams, its further files by name; all are open."""

    words: tuple[str, ...]
    streams: tuple[int, int, int]
    files: dict[str, int]


def ask(line: socket.socket, words: Sequence[str], files: Mapping[str, int]) -> None:
    """Send a command with the standard streams of this process. Raises OSError."""
    # Files travel beside a byte, and a long text may be cut there: so alone, before it.
    socket.send_fds(line, [b"\n"], [0, 1, 2, *files.values()])
    say(line, {"words": list(words), "files": list(files)})


@contextmanager
def heard(line: socket.socket, lines: IO[bytes]) -> Iterator[Asked]:
    """Give what was asked; its files are open inside the block. Raises OSError, or ValueError."""
    _, received, _, _ = socket.recv_fds(line, 1, MOST_FILES)
    try:
        told = read(lines)
        if told is None or len(received) != 3 + len(told["files"]):
            raise ValueError("no command")
        first, second, third, *others = received
        files = dict(zip(told["files"], others, strict=True))
        yield Asked(tuple(told["words"]), (first, second, third), files)
    finally:
        for each in received:
            os.close(each)


def say(line: socket.socket, content: dict[str, Any]) -> None:
    """Send one object. Raises OSError."""
    line.sendall(json.dumps(content).encode() + b"\n")


def read(lines: IO[bytes]) -> dict[str, Any] | None:
    """Return the next object, or None when the other side has gone. Raises OSError, or ValueError."""
    text = lines.readline(_LONGEST_LINE)
    return json.loads(text) if text.endswith(b"\n") else None
