"""`tsunagi doctor`."""

import json
import os
import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tsunagi.commands.where import instance_named, instance_option

if TYPE_CHECKING:
    from tsunagi.doctor.finding import Finding


@click.command()
@click.option("--json", "as_json", is_flag=True, help='One JSON array of {"check", "state", "says", "do"}.')
@instance_option
def command(folder: Path | None, as_json: bool) -> None:
    """Check every prerequisite of an instance and say what to do; exit code 1 when something failed.

    Changes nothing, prints no password, and may be called while nothing runs yet. Each check takes 5
    seconds at most; what does not apply is left out.
    """
    from tsunagi.doctor.examination import checks_of, examine
    from tsunagi.doctor.place import Place

    known = instance_named(folder)
    place = Place.of(known) if known else Place(os.environ)
    found = examine(place, checks_of(place))
    told = list(found) if as_json else list(_spoken(found))
    if as_json:
        click.echo(json.dumps([asdict(each) for each in told], ensure_ascii=False))
    else:
        click.echo(_summary(told))
    sys.exit(1 if _count(told, "failed") else 0)


def _spoken(found: "Iterable[Finding]") -> "Iterable[Finding]":
    for each in found:
        click.echo(each.in_words())
        yield each


def _summary(told: "list[Finding]") -> str:
    return f"{len(told)} looked at: {_count(told, 'failed')} failed, {_count(told, 'warning')} to look after"


def _count(told: "list[Finding]", state: str) -> int:
    return sum(each.state == state for each in told)
