"""`tsunagi serve NAME`."""

import click

from tsunagi.parts import GATEWAY, SERVICES


@click.command()
@click.argument("name", type=click.Choice([*SERVICES, GATEWAY]))
def command(name: str) -> None:
    """Run one service, or the gateway, with the settings of the environment."""
    from chassis import runner

    runner.serve(name)
