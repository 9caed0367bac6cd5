"""Makes a virtual environment from the locked packages, and the pages' files; says what it does.

    python3.11 -m tsunagi.prepare .venv            what `make run` needs
    python3.11 -m tsunagi.prepare .venv --dev      and what tests and checks need
    python3.11 -m tsunagi.prepare .venv --traces   and what sends traces to a collector

Runs with nothing installed: only the standard library is imported. May be repeated: what is up to
date is left alone.
"""

import argparse
import hashlib
import shutil
import subprocess
import sys
import time
from pathlib import Path

from tsunagi import vendor
from tsunagi.vendor import ROOT

SAY_EVERY_S = 4.0
CATALOGUES = ROOT / "gateway" / "translations"
# Marks beside the pages' files: fetched for what, from which lockfile.
FOR_PAGES, WITH_TESTS = ".for-pages", ".with-tests"


def main() -> None:
    """Prepare the environment that the arguments name."""
    parser = argparse.ArgumentParser()
    parser.add_argument("venv", type=Path)
    parser.add_argument("--dev", action="store_true", help="with what tests and checks need")
    parser.add_argument("--traces", action="store_true", help="with what sends traces to a collector")
    wanted = parser.parse_args()
    if not (3, 11) <= sys.version_info[:2] <= (3, 12):
        told = ".".join(map(str, sys.version_info[:2]))
        sys.exit(
            f"Python {told} では動きません。Python 3.11 か 3.12 を使ってください。\n"
            f"This does not run on Python {told}: use Python 3.11 or 3.12."
        )
    try:
        prepare(wanted.venv.resolve(), dev=wanted.dev, traces=wanted.traces)
    except subprocess.CalledProcessError as error:
        sys.exit(f"Preparing failed at: {' '.join(str(part) for part in error.cmd)}")


def prepare(venv: Path, *, dev: bool, traces: bool = False) -> None:
    """Bring `venv` and the pages' files to what the lockfiles say."""
    _make(venv)
    _install(venv, ROOT / "requirements.lock")
    if traces:
        _install(venv, ROOT / "requirements-traces.lock")
    if dev:
        _install(venv, ROOT / "requirements-dev.lock")
    _add_program(venv)
    _prepare_pages(venv, dev=dev)
    _compile_translations(venv)


def _make(venv: Path) -> None:
    python = venv / "bin" / "python"
    if python.exists() and subprocess.run([python, "-c", ""], check=False).returncode == 0:
        return
    say(f"Making {venv.name} with Python {sys.version.split()[0]}")
    shutil.rmtree(venv, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", venv], check=True)


def _install(venv: Path, lock: Path) -> None:
    """Install the packages of a lockfile, every file checked against its hash."""
    mark = venv / f".installed-{lock.stem}"
    if _is_current(mark, lock):
        return
    total = sum(
        1 for line in lock.read_text().splitlines() if "==" in line and not line.startswith((" ", "#"))
    )
    say(f"Installing {total} packages of {lock.name}; the first time this takes a minute or two")
    command = [
        *(venv / "bin" / "python", "-m", "pip", "install", "--disable-pip-version-check", "--no-input"),
        *("--progress-bar", "off", "--require-hashes", "--only-binary", ":all:", "-r", lock),
    ]
    _run_with_progress([str(part) for part in command], total)
    _note(mark, lock)


def _run_with_progress(command: list[str], total: int) -> None:
    """Run pip; every few seconds say how far it is, and on failure show what it said last."""
    said, seen, last = time.monotonic(), 0, []
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as pip:
        assert pip.stdout
        for line in pip.stdout:
            last = [*last[-20:], line]
            seen += line.startswith(("Collecting", "Requirement already"))
            if time.monotonic() - said > SAY_EVERY_S:
                said = time.monotonic()
                say(f"  {min(seen, total)} of {total}" + (", unpacking" if "Installing" in line else ""))
    if pip.returncode:
        sys.stderr.writelines(last)
        raise subprocess.CalledProcessError(pip.returncode, command[:4])


def _add_program(venv: Path) -> None:
    """Make `tsunagi` callable from the environment; the code stays where it is."""
    asked = "import sysconfig; print(sysconfig.get_path('purelib'))"
    told = subprocess.run([venv / "bin" / "python", "-c", asked], capture_output=True, text=True, check=True)
    (Path(told.stdout.strip()) / "tsunagi.pth").write_text(f"{ROOT}\n")
    program = venv / "bin" / "tsunagi"
    program.write_text(f"#!{venv / 'bin' / 'python'}\nfrom tsunagi.cli import main\n\nmain()\n")
    program.chmod(0o755)


def _prepare_pages(venv: Path, *, dev: bool) -> None:
    lock = ROOT / "package-lock.json"
    if pages_are_current(vendor.TARGET, lock, dev=dev):
        return
    say("Fetching the pages' packages (npm ci)")

    def install_node() -> Path:
        say("No Node 20 here: taking it from a Python package")
        _install(venv, ROOT / "requirements-node.lock")
        return venv / "bin" / "python"

    vendor.fetch(install_node, with_tests=dev)
    _note(vendor.TARGET / (WITH_TESTS if dev else FOR_PAGES), lock)


def pages_are_current(folder: Path, lock: Path, *, dev: bool) -> bool:
    """Return whether what was fetched is enough; what tests need holds all that pages need."""
    return any(_is_current(folder / mark, lock) for mark in (WITH_TESTS, *(() if dev else (FOR_PAGES,))))


def _compile_translations(venv: Path) -> None:
    sources = list(CATALOGUES.glob("*/LC_MESSAGES/*.po"))
    if all(_is_newer(source.with_suffix(".mo"), source) for source in sources):
        return
    say("Compiling translations")
    compiling = [venv / "bin" / "pybabel", "-q", "compile", "-d", CATALOGUES]
    subprocess.run(compiling, check=True, stderr=subprocess.DEVNULL)


def _is_newer(made: Path, source: Path) -> bool:
    return made.exists() and made.stat().st_mtime >= source.stat().st_mtime


def _is_current(mark: Path, lock: Path) -> bool:
    return mark.exists() and mark.read_text() == _digest(lock)


def _note(mark: Path, lock: Path) -> None:
    mark.write_text(_digest(lock))


def _digest(lock: Path) -> str:
    return hashlib.sha256(lock.read_bytes()).hexdigest()


def say(line: str) -> None:
    """Tell the person who waits."""
    print(line, flush=True)


if __name__ == "__main__":
    main()
