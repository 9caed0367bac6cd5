"""`tsunagi rotate-passwords`."""

import sys
from pathlib import Path

import click

from tsunagi.commands.where import WORDS, instance_named, instance_option


@click.command()
@instance_option
@click.pass_context
def command(context: click.Context, folder: Path | None) -> None:
    """Give every login of a running instance a new password, while people work on.

    Each part is started anew with its own, one after the other; what is under way waits for it. Sessions and
    open forms stay. Call it again when it breaks off.
    """
    instance = instance_named(folder)
    if instance is None:
        raise click.UsageError(
            "In containers: docker compose run --rm prepare /secrets --rotate; see docs/operating.md."
        )
    if instance.is_embedded:
        click.echo("An embedded instance has no passwords: its files belong to one account.")
        return
    from tsunagi.admin import handed, visit
    from tsunagi.rotation import rotate

    if handed.inside():
        rotate(instance, click.echo)
        return
    code = visit.carry_out(instance.folder, context.meta[WORDS], {})
    if code is None:
        raise click.UsageError(f"The instance in {instance.folder} is not running: start it first.")
    sys.exit(code)
