"""`tsunagi directory import FILE`."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from tsunagi.commands.where import folder_option

FIRST_PROBLEMS = 20


@click.group()
def command() -> None:
    """Keep the directory of facilities."""


@command.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Read and compare; write nothing.")
@click.option(
    "--as-of", type=click.DateTime(["%Y-%m-%d"]), help="The list's day, when its name does not say."
)
@click.option("--allow-older", is_flag=True, help="Take a list although a newer one is in.")
@click.option("--json", "as_json", is_flag=True, help="The whole report as one JSON object.")
@folder_option
def import_(file: Path, dry_run: bool, as_of: datetime | None, allow_older: bool, as_json: bool) -> None:
    """Import an official list: jigyosho_NNN.csv, or a list of hospitals. May be repeated."""
    from chassis import config
    from contracts.errors import Problem
    from services.directory.importers import import_file

    try:
        report = import_file(
            config.load("directory").database_url,
            file,
            dry_run=dry_run,
            as_of=as_of.date() if as_of else None,
            allow_older=allow_older,
        )
    except Problem as problem:
        raise click.ClickException(
            f"{file.name}: {problem.reason} {problem.fields or ''}".rstrip()
        ) from problem
    told = report.to_wire()
    click.echo(json.dumps(told, ensure_ascii=False) if as_json else _in_words(told))


@command.command()
@click.argument("text")
@click.option("--municipality", default="", help="6-digit code.")
@folder_option
def find(text: str, municipality: str) -> None:
    """Show the ids of offices whose name holds TEXT; other commands ask for them."""
    from chassis import config
    from chassis.db import Database
    from contracts.directory import SearchFacilities
    from services.directory import queries

    wanted = SearchFacilities().load({"text": text, "municipality": municipality})
    db = Database(config.load("directory").database_url, pool_size=1)
    try:
        with db.begin() as tx:
            ids, total = queries.search(tx, wanted)
            found = {row["facility_id"]: row for row in queries.facilities(tx, ids, for_staff=False)}
    finally:
        db.close()
    for row in (found[id] for id in ids):
        click.echo(f"{row['facility_id']}  {row['municipality']}  {row['kind']}  {row['name']}")
    click.echo(f"{len(ids)} of {total}")


def _in_words(report: dict[str, Any]) -> str:
    headings = ("read", "new", "changed", "unchanged", "unlisted", "refused", "duplicates")
    lines = [
        f"{report['file']}: {report['dataset']}, as of {report['as_of'] or 'an unknown day'}",
        "  ".join(f"{heading} {report[heading]}" for heading in headings),
        *(f"warning: {reason} ({count})" for reason, count in report["warnings"].items()),
        *(_problem_in_words(problem) for problem in report["problems"][:FIRST_PROBLEMS]),
    ]
    if len(report["problems"]) > FIRST_PROBLEMS:
        lines.append("… more: see --json")
    if report["dry_run"]:
        lines.append("Nothing was written (--dry-run).")
    return "\n".join(lines)


def _problem_in_words(problem: dict[str, Any]) -> str:
    return f"row {problem['row']} {problem['column']}: {problem['reason']}, {problem['action']}"
