"""`tsunagi serve NAME`."""

import click

from tsunagi.parts import ALL, GATEWAY, SERVICES


@click.command()
@click.argument("name", type=click.Choice([*SERVICES, GATEWAY, ALL]))
def command(name: str) -> None:
    """Run one service, the gateway, or `all` in one process, with the settings of the environment."""
    if name == ALL:
        from chassis.embedded import together

        together.serve()
    else:
        from chassis import runner

        runner.serve(name)
