"""`tsunagi rotate-passwords`."""

from pathlib import Path

import click

from tsunagi.commands.where import instance_named, instance_option


@click.command()
@instance_option
def command(folder: Path | None) -> None:
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
    from tsunagi.rotation import rotate
    from tsunagi.servers.process import answers

    if not answers(instance.ports["postgres"]):
        raise click.UsageError(f"The instance in {instance.folder} is not running: start it first.")
    rotate(instance, click.echo)
