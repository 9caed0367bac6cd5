"""`tsunagi run`."""

from pathlib import Path

import click

from tsunagi.parts import EMBEDDED, NODE


@click.command()
@click.option("--profile", type=click.Choice([EMBEDDED, NODE]), default=NODE, show_default=True)
@click.option("--instance", "folder", type=click.Path(path_type=Path), help="By default var/PROFILE.")
@click.option("--real", is_flag=True, help="An empty instance for real use, without the demo city.")
def command(profile: str, folder: Path | None, real: bool) -> None:
    """Run everything on this machine until Ctrl-C: services, worker, gateway.

    `embedded` needs nothing else and keeps its data in files; `node` has a RabbitMQ and a PostgreSQL of
    its own. All ports are bound to 127.0.0.1. Data stay in the folder and are there at the next start.
    """
    from tsunagi import instance as instances
    from tsunagi import running

    running.listen_to_ctrl_c()
    folder = folder or Path("var") / profile
    try:
        with running.alone(folder):
            instance = instances.ensure(
                folder, "real" if real else "demo", profile=profile, door=instances.HTTP_PORT
            )
            with running.everything(instance, say=click.echo) as supervisor:
                _greet(instance)
                supervisor.run()
    except KeyboardInterrupt:
        click.echo("Stopped.")


def _greet(instance: object) -> None:
    from tsunagi.greeting import greeting

    click.echo(greeting(instance))
