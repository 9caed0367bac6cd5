"""`tsunagi run`."""

from pathlib import Path

import click


@click.command()
@click.option(
    "--instance", "folder", type=click.Path(path_type=Path), default=Path("var/node"), show_default=True
)
@click.option("--real", is_flag=True, help="An empty instance for real use, without the demo city.")
def command(folder: Path, real: bool) -> None:
    """Run everything on this machine until Ctrl-C: RabbitMQ, PostgreSQL, services, worker, gateway.

    All ports are bound to 127.0.0.1. Data stay in the folder and are there at the next start.
    """
    from tsunagi import instance as instances
    from tsunagi import running

    running.listen_to_ctrl_c()
    try:
        with running.alone(folder):
            instance = instances.ensure(folder, "real" if real else "demo")
            with running.everything(instance, say=click.echo) as supervisor:
                _greet(instance)
                supervisor.run()
    except KeyboardInterrupt:
        click.echo("Stopped.")


def _greet(instance: object) -> None:
    from tsunagi.greeting import greeting

    click.echo(greeting(instance))
