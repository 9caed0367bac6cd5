"""Which instance a command speaks to: the environment's, or the one in a folder."""

import functools
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

# The first that is there.
DEFAULTS = (Path("var/node"), Path("var/embedded"))


def enter(folder: Path | None) -> None:
    """Take the settings of the instance in `folder`, unless the environment has some already.

    An embedded one may be entered while it does not run: its data are files.
    """
    if any(name.startswith(("TSUNAGI_DATABASE_URL", "TSUNAGI_AMQP_URL")) for name in os.environ):
        return
    from tsunagi import instance
    from tsunagi.servers.process import answers

    folder = folder or next((each for each in DEFAULTS if (each / "instance.json").exists()), DEFAULTS[0])
    if not (folder / "instance.json").exists():
        raise click.UsageError(f"There is no instance in {folder}: run `make run` first, or name its folder.")
    known = instance.load(folder)
    if not known.is_embedded and not answers(known.ports["postgres"]):
        raise click.UsageError(f"The instance in {folder} is not running: start it with `make run`.")
    os.environ.update(known.admin_environment())


def folder_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--instance FOLDER` to a command and enter that instance before it runs."""

    @click.option(
        "--instance",
        "folder",
        type=click.Path(path_type=Path),
        help="Folder of the instance, by default the one of `tsunagi run`; "
        "not looked at when TSUNAGI_DATABASE_URL… are set.",
    )
    @functools.wraps(command)
    def run(folder: Path | None, **arguments: Any) -> Any:
        enter(folder)
        return command(**arguments)

    return run
