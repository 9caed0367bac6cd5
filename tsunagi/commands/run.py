"""`tsunagi run`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tsunagi.parts import EMBEDDED, NODE

if TYPE_CHECKING:
    from tsunagi.instance import Instance


@click.command()
@click.option("--profile", type=click.Choice([EMBEDDED, NODE]), default=EMBEDDED, show_default=True)
@click.option("--instance", "folder", type=click.Path(path_type=Path), help="By default var/PROFILE.")
@click.option("--real", is_flag=True, help="An empty instance for real use, without the demo city.")
@click.option("--port", type=click.IntRange(1, 65535), help="Where its pages are, from now on.")
def command(profile: str, folder: Path | None, real: bool, port: int | None) -> None:
    """Run everything on this machine until Ctrl-C: services, worker, gateway.

    `embedded` needs nothing else and keeps its data in files; `node` has a RabbitMQ and a PostgreSQL of
    its own. All ports are bound to 127.0.0.1. Data stay in the folder and are there at the next start.
    """
    from tsunagi import holding, interrupts, obstacles, running

    interrupts.listen_to_ctrl_c()
    folder = folder or Path("var") / profile
    try:
        with obstacles.told(folder), holding.alone(folder):
            instance = _made(folder, "real" if real else "demo", profile, port)
            with running.everything(instance, say=click.echo) as supervisor:
                _greet(instance)
                supervisor.run()
    except KeyboardInterrupt:
        click.echo("Stopped.")


def _made(folder: Path, kind: str, profile: str, port: int | None) -> "Instance":
    from tsunagi import instance as instances
    from tsunagi import obstacles

    if in_the_way := obstacles.at(folder):
        raise in_the_way
    made = instances.ensure(folder, kind, profile=profile, door=port or instances.HTTP_PORT)
    if port is not None:
        instances.move_door(made, port)
    return made


def _greet(instance: object) -> None:
    from tsunagi.greeting import greeting

    click.echo(greeting(instance))
