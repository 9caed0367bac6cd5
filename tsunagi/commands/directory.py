"""`tsunagi directory import FILE`, `add-office`, `find`."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from contracts.directory import FACILITY_KINDS
from tsunagi.admin.handed import CallersFile
from tsunagi.commands import refusals, weekdays
from tsunagi.commands.where import folder_option

FIRST_PROBLEMS = 20


@click.group()
def command() -> None:
    """Keep the directory of facilities."""


@command.command("import")
@click.argument("file", type=CallersFile())
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
    from services.directory.importers import import_file

    with refusals.spoken(file.name):
        report = import_file(
            config.load("directory").database_url,
            file,
            dry_run=dry_run,
            as_of=as_of.date() if as_of else None,
            allow_older=allow_older,
        )
    told = report.to_wire()
    click.echo(json.dumps(told, ensure_ascii=False) if as_json else _in_words(told))


@command.command("add-office")
@click.option("--kind", required=True, type=click.Choice(FACILITY_KINDS))
@click.option("--name", required=True)
@click.option("--municipality", required=True, help="6-digit code, e.g. 141500.")
@click.option("--kana", help="The name's reading, in katakana.")
@click.option("--address")
@click.option("--phone")
@click.option("--fax")
@click.option("--service", "services", multiple=True, help="3-digit code, e.g. 430; a care_office has one.")
@click.option(
    "--hours",
    "said",
    multiple=True,
    type=weekdays.Hours(),
    help="'mon-fri 08:30-17:15', 'sat 9:00-12:00,13:00-15:00'; may be repeated. Days not named are closed.",
)
@click.option("--open-on-holidays", is_flag=True)
@click.option("--closed-on", "closed", multiple=True, type=click.DateTime(["%Y-%m-%d"]))
@click.option("--id", "facility_id", type=click.UUID, help="Change this entry, its name too.")
@click.option("--json", "as_json", is_flag=True, help="{facility_id, outcome} instead of the id alone.")
@folder_option
def add_office(
    said: list[Any],
    open_on_holidays: bool,
    closed: list[datetime],
    facility_id: UUID | None,
    as_json: bool,
    **typed: Any,
) -> None:
    """Enter an office that stands in no official list, such as the city's desk; prints its id.

    Doing so again with the same name and municipality brings the entry up to date: what is not said
    stays. Without --hours weekdays 9:00-17:00 are assumed, and marked as assumed.
    """
    from chassis import config
    from services.directory import entering

    office = {name: value for name, value in typed.items() if value}
    office |= _hours(said, open_on_holidays, closed)
    with refusals.spoken():
        url = config.load("directory").database_url
        entered = entering.add_office(url, office, facility_id=str(facility_id or ""))
    click.echo(json.dumps(vars(entered)) if as_json else entered.facility_id)


def _hours(said: list[Any], open_on_holidays: bool, closed: list[datetime]) -> dict[str, Any]:
    if not said:
        if open_on_holidays or closed:
            raise click.UsageError("--open-on-holidays and --closed-on need --hours")
        return {}
    return {
        "hours": {
            "weekly": weekdays.weekly(said),
            "closes_on_holidays": not open_on_holidays,
            "closed_days": sorted({day.date().isoformat() for day in closed}),
        }
    }


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
