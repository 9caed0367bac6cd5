"""`tsunagi audit verify`."""

import sys

import click

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
@folder_option
def verify(services: tuple[str, ...]) -> None:
    """Compute each log's chain again; exit code 1 when rows were changed, removed or put in.

    Write the last value down elsewhere: whoever rewrites a whole log cannot rewrite that.
    """
    from tsunagi.auditing import verdicts

    is_whole = True
    for service, found in verdicts(services or SERVICES):
        until = f" until {found.sealed_until.isoformat()}" if found.sealed_until else ""
        state = "whole" if found.broken_at is None else f"BROKEN at {found.broken_at}"
        click.echo(
            f"{service}: {state}; {found.sealed} sealed{until}, {found.unsealed} not yet; {found.chain}"
        )
        is_whole = is_whole and found.broken_at is None
    sys.exit(0 if is_whole else 1)
