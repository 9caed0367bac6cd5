"""`tsunagi run` of an embedded instance as a person starts it, and disks that can be filled."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tsunagi import instance as instances
from tsunagi.vendor import ROOT

_JAPANESE = re.compile("[ぁ-んァ-ヶ一-龠]")


class Run:
    """The instance in `folder`, a demonstration, from its one command; ended by Ctrl-C."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        self._environment = environment
        self._lines: list[str] = []
        self._is_up = threading.Event()

    @staticmethod
    def popen(folder: Path, **environment: str) -> subprocess.Popen[str]:
        """Start it and wait for nothing."""
        return subprocess.Popen(
            [sys.executable, "-m", "tsunagi", "run", "--instance", folder],
            cwd=folder.parent,
            env=_environment() | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    @staticmethod
    def family(pid: int) -> list[int]:
        """Return a process and all that came of it."""
        found = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False)
        return [pid, *(each for child in found.stdout.split() for each in Run.family(int(child)))]

    def __enter__(self) -> "Run":
        self.process = self.popen(self.folder, **self._environment)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self._is_up.wait(120)
        assert "Ctrl-C stops it" in self.said, self.said
        return self

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.append(line)
            if "Ctrl-C stops it" in line:
                self._is_up.set()
        self._is_up.set()

    def __exit__(self, *error: Any) -> None:
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(60)
        finally:
            self.process.kill()

    @property
    def said(self) -> str:
        """What the person in front of the terminal has read so far."""
        return "".join(self._lines)

    @property
    def url(self) -> str:
        """Where its pages are."""
        return instances.load(self.folder).public_url


def at_command(*words: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a command of the program to its end."""
    return subprocess.run(
        [sys.executable, "-m", "tsunagi", *words],
        env=_environment(),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def in_both_languages(said: str) -> str:
    """Return what was said: one line of Japanese, one of English and nothing else."""
    japanese, english = said.splitlines()
    assert _JAPANESE.search(japanese), said
    assert not _JAPANESE.search(english), said
    return said


@contextlib.contextmanager
def small_disk(place: Path, megabytes: int) -> Iterator[Path]:
    """Have a disk of its own (a tmpfs) at `place` inside the block. Root only."""
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", place], check=True)
    try:
        yield place
    finally:
        subprocess.run(["umount", place], check=True)


def _environment() -> dict[str, str]:
    wanted = ("PATH", "HOME", "LANG", "TMPDIR", "VIRTUAL_ENV")
    return {name: os.environ[name] for name in wanted if name in os.environ} | {"PYTHONPATH": str(ROOT)}
