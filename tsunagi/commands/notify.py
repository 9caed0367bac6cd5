"""`tsunagi notify simulate --rule RULE --at TIME`."""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

import click

from contracts.rules import RULES
from tsunagi.commands import refusals
from tsunagi.commands.where import folder_option


@click.group()
def command() -> None:
    """Look at what notify does."""


@command.command()
@click.option("--rule", required=True, type=click.Choice(RULES))
@click.option(
    "--at",
    required=True,
    type=click.DateTime(["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]),
    help="When the note arrives, Japanese time: '2026-11-27 18:30'.",
)
@click.option("--office", "office_id", type=click.UUID, help="Whose calendar and staff, else weekdays 9-17.")
@click.option("--desk", "desk_id", type=click.UUID, help="Whose rule; needed where there are several desks.")
@click.option("--json", "as_json", is_flag=True, help="The answer of the API as one JSON object.")
@folder_option
def simulate(rule: str, at: datetime, office_id: UUID | None, desk_id: UUID | None, as_json: bool) -> None:
    """Draw the ladder of a note that nobody answers: rungs with their times, and the days between."""
    from chassis import config
    from chassis.clock import TOKYO
    from chassis.db import Database
    from contracts.rules import SimulateRule, TimeLine
    from services.notify.rule_requests import simulate as draw

    asked = {"rule": rule, "at": at.replace(tzinfo=TOKYO), "office_id": office_id and str(office_id)}
    db = Database(config.load("notify").database_url, pool_size=1)
    try:
        with refusals.spoken(), db.begin() as tx:
            told = draw(tx, _desk(tx, desk_id), SimulateRule().load(asked))
    finally:
        db.close()
    line: Any = TimeLine().dump(told)
    click.echo(json.dumps(line, ensure_ascii=False) if as_json else _in_words(line))


def _desk(tx: Any, desk_id: UUID | None) -> str:
    from services.notify.queries import offices

    known = offices.desks(tx)
    if desk_id is None and len(known) > 1:
        raise click.UsageError(f"There are several desks, name one by --desk: {', '.join(known)}")
    return str(desk_id) if desk_id else next(iter(known), "")


def _in_words(line: dict[str, Any]) -> str:
    steps = [
        f"{_local(step['at'])}  {step['number']}  {step['role']:<14}  {step['what']}"
        + (f" ({step['skipped']})" if step["skipped"] else "")
        for step in line["steps"]
    ]
    days = [
        f"{day['day']}  office {_hours(day, 'office')}  desk {_hours(day, 'desk')}" for day in line["days"]
    ]
    return "\n".join([f"{line['rule']}, version {line['version']}", *steps, "", *days])


def _hours(day: dict[str, Any], whose: str) -> str:
    spans = [f"{_local(span['opens_at'])[11:]}-{_local(span['closes_at'])[11:]}" for span in day[whose]]
    return ",".join(spans) or f"closed ({day[f'{whose}_closed']})"


def _local(text: str) -> str:
    from chassis.clock import TOKYO

    return f"{datetime.fromisoformat(text).astimezone(TOKYO):%Y-%m-%d %H:%M}"
