"""Which version of Tsunagi this is."""

import tomllib
from pathlib import Path


def _written() -> str:
    """Return the version in `pyproject.toml`: the code runs from its tree and is never installed."""
    project = Path(__file__).parents[1] / "pyproject.toml"
    try:
        return str(tomllib.loads(project.read_text(encoding="utf-8"))["project"]["version"])
    except (OSError, KeyError):
        return "unknown"


VERSION = _written()
