"""`tsunagi serve NAME`."""

import click

from tsunagi.parts import ALL, GATEWAY, SERVICES


@click.command()
@click.argument("names", type=click.Choice([*SERVICES, GATEWAY, ALL]), nargs=-1, required=True)
def command(names: tuple[str, ...]) -> None:
    """Run one service, or the gateway, with the settings of the environment.

    Where the bus is embedded, several in one process, or `all`.
    """
    if ALL in names or len(names) > 1:
        from chassis.embedded import together

        together.serve((*SERVICES, GATEWAY) if ALL in names else tuple(dict.fromkeys(names)))
    else:
        from chassis import runner

        runner.serve(*names)
