"""The caller's side: has a running instance carry a command out, and waits for its end."""

import socket
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from chassis.socket_names import address
from tsunagi import obstacles
from tsunagi.admin import wire
from tsunagi.instance import places


def carry_out(folder: Path, words: Sequence[str], files: Mapping[str, int]) -> int | None:
    """Return the exit code of a command that the instance in `folder` has carried out, None if it rests.

    What the command says comes out here, and what it reads is this process's. Ctrl-C interrupts it there.
    Raises Obstacle when the instance ends meanwhile, or belongs to somebody else.
    """
    line = _connected(folder)
    if line is None:
        return None
    sys.stdout.flush()
    with line, line.makefile("rb") as lines:
        try:
            wire.ask(line, words, files)
            return _awaited(line, lines)
        except (OSError, ValueError) as error:
            raise obstacles.ended_meanwhile(folder) from error


def _connected(folder: Path) -> socket.socket | None:
    line = socket.socket(socket.AF_UNIX)
    try:
        line.connect(address(places.admin_socket(folder)))
    except (FileNotFoundError, ConnectionRefusedError):
        line.close()
        return None
    except PermissionError as error:
        line.close()
        raise obstacles.of_somebody_else(folder) from error
    return line


def _awaited(line: socket.socket, lines: IO[bytes]) -> int | None:
    while True:
        try:
            told = wire.read(lines)
        except KeyboardInterrupt:
            wire.say(line, {"interrupt": True})
            continue
        if told is None:
            raise ConnectionError("the instance has gone")
        # Refused is who comes while it is about to end.
        return told.get("ended")
