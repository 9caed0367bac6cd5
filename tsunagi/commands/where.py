"""Which instance a command speaks to: the environment's, or the one in a folder."""

import functools
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

DEFAULT = Path("var/node")


def enter(folder: Path) -> None:
    """Take the settings of the instance in `folder`, unless the environment has some already."""
    if any(name.startswith(("TSUNAGI_DATABASE_URL", "TSUNAGI_AMQP_URL")) for name in os.environ):
        return
    from tsunagi import instance
    from tsunagi.servers.process import answers

    if not (folder / "instance.json").exists():
        raise click.UsageError(f"There is no instance in {folder}: run `make run` first, or name its folder.")
    known = instance.load(folder)
    if not answers(known.ports["postgres"]):
        raise click.UsageError(f"The instance in {folder} is not running: start it with `make run`.")
    os.environ.update(known.admin_environment())


def folder_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--instance FOLDER` to a command and enter that instance before it runs."""

    @click.option(
        "--instance",
        "folder",
        type=click.Path(path_type=Path),
        default=DEFAULT,
        show_default=True,
        help="Folder of the instance; not looked at when TSUNAGI_DATABASE_URL… are set.",
    )
    @functools.wraps(command)
    def run(folder: Path, **arguments: Any) -> Any:
        enter(folder)
        return command(**arguments)

    return run
