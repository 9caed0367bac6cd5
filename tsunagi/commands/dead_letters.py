"""`tsunagi dead-letters list|replay`."""

import json

import click

from tsunagi.commands.where import folder_option, tell_when
from tsunagi.parts import SERVICES

service_option = click.option(
    "--service",
    "services",
    multiple=True,
    type=click.Choice(SERVICES),
    help="Only this one; may be repeated.",
)


@click.group()
def command() -> None:
    """Look at the messages that failed for good, and send them again."""


@command.command("list")
@service_option
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
@folder_option
def list_(services: tuple[str, ...], as_json: bool) -> None:
    """Show what is parked: queue, fact, tries and reason; never its data."""
    from chassis import config, dead_letters

    url = config.load("operator").amqp_url
    found = [row for name in services or SERVICES for row in dead_letters.list_dead(url, name)]
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, default=str))
        return
    for row in found:
        click.echo(
            f"{row['queue']}  {row['fact_id']}  {row['type']}  tries {row['attempts']}  {row['reason']}"
        )
    click.echo(f"{len(found)} parked")


@command.command()
@service_option
@click.option("--fact", "fact_ids", multiple=True, help="Only the fact with this id; may be repeated.")
@folder_option
def replay(services: tuple[str, ...], fact_ids: tuple[str, ...]) -> None:
    """Send parked messages back to their queues, with a fresh count of tries."""
    from chassis import config, dead_letters

    url, wanted = config.load("operator").amqp_url, set(fact_ids) or None
    count = sum(dead_letters.replay_dead(url, name, wanted) for name in services or SERVICES)
    click.echo(f"{count} sent again")
    tell_when()
