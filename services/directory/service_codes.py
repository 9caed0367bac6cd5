"""Service codes of 介護サービス情報公表 (3 digits) and kinds of medical institutions, with their names."""

import csv
import re
from functools import cache
from importlib.resources import files

from services.directory.normalise import matching_text

_BRACKETS = re.compile(r"[()\[\]・･]")


@cache
def names() -> dict[str, str]:
    """Return the Japanese name of every service code."""
    table = files("services.directory").joinpath("data/services.csv").read_text(encoding="utf-8")
    return {row["code"]: row["name"] for row in csv.DictReader(table.splitlines())}


def code_of(name: str) -> str:
    """Return the code of a service's name, whatever brackets and widths it is written with, or ""."""
    return _codes().get(_key(name), "")


@cache
def _codes() -> dict[str, str]:
    return {_key(name): code for code, name in names().items()}


def _key(name: str) -> str:
    return _BRACKETS.sub("", matching_text(name))
