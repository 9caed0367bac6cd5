"""Which instance a command speaks to: the environment's, or the one in a folder."""

import functools
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from tsunagi.instance import Instance

# Where `make run` keeps one, by profile.
DEFAULTS = (Path("var/embedded"), Path("var/node"))


def is_in_environment() -> bool:
    """Return whether the environment names an instance's servers itself, as in containers."""
    return any(name.startswith(("TSUNAGI_DATABASE_URL", "TSUNAGI_AMQP_URL")) for name in os.environ)


def instance_named(folder: Path | None) -> "Instance | None":
    """Return the instance in `folder`, or None where the environment names one already.

    Raises UsageError when there is none.
    """
    if is_in_environment():
        return None
    from tsunagi import instance

    there = [each for each in DEFAULTS if (each / "instance.json").exists()]
    if folder is None and len(there) > 1:
        raise click.UsageError(f"There are instances in {' and '.join(map(str, there))}: name one's folder.")
    folder = folder or next(iter(there), DEFAULTS[0])
    if not (folder / "instance.json").exists():
        raise click.UsageError(f"There is no instance in {folder}: run `make run` first, or name its folder.")
    return instance.load(folder)


def enter(folder: Path | None) -> None:
    """Take the settings of the instance in `folder`, unless the environment has some already.

    An embedded one may be entered while it does not run: its data are files.
    """
    known = instance_named(folder)
    if known is None:
        return
    from tsunagi.servers.process import answers

    if known.is_embedded:
        from tsunagi import embedded_files

        # A command would make a new bus without a word where the old one is lost.
        embedded_files.check(known)
    elif not answers(known.ports["postgres"]):
        raise click.UsageError(f"The instance in {known.folder} is not running: start it again.")
    os.environ.update(known.admin_environment())


instance_option = click.option(
    "--instance",
    "folder",
    type=click.Path(path_type=Path),
    help="Folder of the instance, by default the one of `tsunagi run`; "
    "not looked at when TSUNAGI_DATABASE_URL… are set.",
)


def folder_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--instance FOLDER` to a command and enter that instance before it runs."""

    @instance_option
    @functools.wraps(command)
    def run(folder: Path | None, **arguments: Any) -> Any:
        enter(folder)
        return command(**arguments)

    return run
