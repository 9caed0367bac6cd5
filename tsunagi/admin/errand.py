"""One command that a running instance carries out: a process of its own, with the caller's files."""

import json
import signal
import subprocess
import sys
import threading
from pathlib import Path

from tsunagi.admin import handed
from tsunagi.admin.wire import Asked
from tsunagi.instance import from_outside
from tsunagi.servers.process import die_with_parent

# As long as who is asked to end may take.
ENDS_WITHIN_S = 10.0


class Errand:
    """Runs in the thread that calls `start` and has to wait for it: the process dies with that thread."""

    def __init__(self, folder: Path, asked: Asked) -> None:
        self._folder = folder
        self._asked = asked
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the process, which has the caller's files open for itself. Raises OSError."""
        mine, theirs, complaints = self._asked.streams
        files = self._asked.files
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tsunagi", *self._asked.words],
            stdin=mine,
            stdout=theirs,
            stderr=complaints,
            pass_fds=tuple(files.values()),
            env=from_outside() | {handed.INSIDE: str(self._folder), handed.FILES: json.dumps(files)},
            start_new_session=True,
            preexec_fn=die_with_parent(signal.SIGTERM),
        )

    def wait(self) -> int:
        """Return the exit code; that of a process that was killed is 128 and the signal's number."""
        assert self._process is not None
        code = self._process.wait()
        return code if code >= 0 else 128 - code

    def interrupt(self) -> None:
        """Do what Ctrl-C does; what has not ended ten seconds later is killed."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            killing = threading.Timer(ENDS_WITHIN_S, self._process.kill)
            killing.daemon = True
            killing.start()
