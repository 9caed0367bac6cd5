"""`tsunagi audit verify`."""

import json
import sys
from pathlib import Path
from typing import Any

import click

from tsunagi.admin.handed import CallersFile
from tsunagi.commands.where import folder_option
from tsunagi.parts import SERVICES


@click.group()
def command() -> None:
    """Look after the access logs."""


@command.command()
@click.option(
    "--service",
    "services",
    multiple=True,
    type=click.Choice(SERVICES),
    help="Only this one; may be repeated.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON array, to be kept on another machine.")
@click.option("--known", type=CallersFile(), help="What --json printed earlier; - for standard input.")
@folder_option
def verify(services: tuple[str, ...], as_json: bool, known: Path | None) -> None:
    """Compute each log's chain again; exit code 1 when rows were changed, removed or put in.

    Whoever can rewrite a log as a whole, or take its end away, can do so unseen, unless the values of
    an earlier look are kept elsewhere and given by --known.
    """
    from tsunagi.auditing import verdicts

    found = [_told(*each) for each in verdicts(services or SERVICES, _earlier(known))]
    click.echo(json.dumps(found) if as_json else "\n".join(map(_in_words, found)))
    sys.exit(0 if all(each["broken_at"] is None for each in found) else 1)


def _earlier(known: Path | None) -> dict[str, tuple[int, str]]:
    try:
        rows = json.loads(_text(known)) if known else []
        return {row["service"]: (int(row["sealed"]), row["chain"]) for row in rows if row["sealed"]}
    except (ValueError, KeyError, TypeError) as error:
        raise click.UsageError("--known is not what `tsunagi audit verify --json` prints") from error


def _text(file: Path) -> str:
    return sys.stdin.read() if str(file) == "-" else file.read_text("utf-8")


def _told(service: str, verdict: Any) -> dict[str, Any]:
    until = verdict.sealed_until
    return {"service": service, **vars(verdict), "sealed_until": until and until.isoformat()}


def _in_words(found: dict[str, Any]) -> str:
    state = "whole" if found["broken_at"] is None else f"BROKEN at {found['broken_at']}"
    until = f" until {found['sealed_until']}" if found["sealed_until"] else ""
    counts = f"{found['sealed']} sealed{until}, {found['unsealed']} not yet"
    return f"{found['service']}: {state}; {counts}; {found['chain']}"
