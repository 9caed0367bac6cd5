"""The wall clock of an instance's processes, set by a day while they run, as the kernel would tell it."""

import os
import shutil
import subprocess
from pathlib import Path

from tsunagi.vendor import ROOT

HERE = Path(__file__).parent
COMPILER = shutil.which("cc")


class WallClock:
    """What processes with `environment` take for the time. Other clocks stay as they are."""

    def __init__(self, folder: Path) -> None:
        assert COMPILER is not None
        library = folder / "clock.so"
        subprocess.run([COMPILER, "-shared", "-fPIC", "-o", library, HERE / "clock.c", "-ldl"], check=True)
        (folder / "sitecustomize.py").write_text(_AGAIN.format(library=library, file=folder / "off"))
        self.file = folder / "off"
        self.file.write_text("0")
        self.environment = {"PYTHONPATH": os.pathsep.join([str(folder), str(ROOT)])}

    def set(self, hours: float) -> None:
        """Have the clock off by so many hours from now on."""
        new = self.file.with_suffix(".new")
        new.write_text(str(round(hours * 3600)))
        new.replace(self.file)


# Of what a process knows only PYTHONPATH reaches its children: each starts once more with the library.
_AGAIN = """
import os, sys
if os.environ.get("LD_PRELOAD") != "{library}":
    os.environ["LD_PRELOAD"], os.environ["TEST_CLOCK_OFF"] = "{library}", "{file}"
    os.execv(sys.executable, sys.orig_argv)
"""
