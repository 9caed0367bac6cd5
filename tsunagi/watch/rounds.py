"""Rounds of looks: what is wrong now, what operators are told of it, and the sign of life.

A trouble is told once when two rounds in a row have found it, and once when two have not: a restart is
none. What could not be told is told in the next round.
"""

import json
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tsunagi import whole_files
from tsunagi.watch.looks import Look
from tsunagi.watch.trouble import Trouble, look_broke

LIMIT_S = 30.0
IN_A_ROW = 2


def look(
    looks: Mapping[str, Look], limit_s: float = LIMIT_S, hung: "dict[str, Looking] | None" = None
) -> list[Trouble]:
    """Return what is wrong, by all looks at once; one that breaks or hangs is a trouble itself.

    `hung` keeps those that hang from one round to the next: none is started while its predecessor lives.
    """
    hung = {} if hung is None else hung
    alive = {name: one for name, one in hung.items() if one.is_alive()}
    fresh = {name: Looking(each) for name, each in looks.items() if name not in alive}
    for one in fresh.values():
        one.start()
    running = {name: alive.get(name) or fresh[name] for name in looks}
    found = []
    until = time.monotonic() + limit_s
    for name, one in running.items():
        one.join(max(0.0, until - time.monotonic()))
        found += one.found if not one.is_alive() else [look_broke(name, f"{limit_s:g} s")]
        found += [look_broke(name, one.broke)] if one.broke else []
    hung.clear()
    hung.update({name: one for name, one in running.items() if one.is_alive()})
    return found


class Looking(threading.Thread):
    """A look that runs, and what came of it."""

    def __init__(self, each: Look) -> None:
        super().__init__(daemon=True)
        self._each = each
        self.found: list[Trouble] = []
        self.broke = ""

    def run(self) -> None:
        try:
            self.found = list(self._each())
        except Exception as error:
            self.broke = type(error).__name__


@dataclass
class Memory:
    """What was found how often in a row, and what was told. With `file` a restart forgets nothing."""

    file: Path | None = None
    found: dict[str, int] = field(default_factory=dict)
    told: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, file: Path | None) -> "Memory":
        """Return what the file remembers; nothing when there is none or it cannot be read."""
        memory = cls(file)
        if file is not None:
            with suppress(OSError, ValueError, KeyError, TypeError):
                kept = json.loads(file.read_text())
                memory.found, memory.told = dict(kept["found"]), dict(kept["told"])
        return memory

    def keep(self) -> None:
        """Write it down; without room it is kept in mind."""
        if self.file is not None:
            with suppress(OSError):
                whole_files.write(self.file, json.dumps({"found": self.found, "told": self.told}))


def round_of(
    troubles: list[Trouble], memory: Memory, tell: Callable[[list[Trouble], list[str]], bool]
) -> None:
    """Tell what is new and what is over. `tell` returns whether operators were told."""
    now = {one.code: one for one in troubles}
    memory.found = {code: memory.found.get(code, 0) + 1 for code in now}
    # Of what was told: how many rounds in a row have not found it.
    memory.told = {code: 0 if code in now else gone + 1 for code, gone in memory.told.items()}
    new = [one for code, one in now.items() if memory.found[code] >= IN_A_ROW and code not in memory.told]
    over = [code for code, gone in memory.told.items() if gone >= IN_A_ROW]
    if (new or over) and tell(new, over):
        memory.told |= {one.code: 0 for one in new}
        memory.told = {code: gone for code, gone in memory.told.items() if code not in over}
    memory.keep()
