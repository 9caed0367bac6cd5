"""`tsunagi migrate`."""

import click

from tsunagi.commands.where import folder_option


@click.command()
@folder_option
def command() -> None:
    """Apply missing migrations to every service's database and declare exchanges and queues.

    May be repeated. Needs the address of every database and a broker login that may configure all.
    """
    from tsunagi.migrations import migrate

    migrate(say=click.echo)
