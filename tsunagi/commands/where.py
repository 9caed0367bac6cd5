"""Which instance a command speaks to: the environment's, or the one in a folder."""

import functools
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from tsunagi.instance import Instance

# Where `make run` keeps one, by profile.
DEFAULTS = (Path("var/embedded"), Path("var/node"))
# Under this name the words of the command line are kept in click's context.
WORDS = "tsunagi.words"
_RESTING = "tsunagi.resting"


def is_in_environment() -> bool:
    """Return whether the environment names an instance's servers itself, as in containers."""
    return any(name.startswith(("TSUNAGI_DATABASE_URL", "TSUNAGI_AMQP_URL")) for name in os.environ)


def instance_named(folder: Path | None) -> "Instance | None":
    """Return the instance in `folder`, or None where the environment names one already.

    Raises UsageError when there is none, Obstacle when it belongs to another account.
    """
    if is_in_environment():
        return None
    from tsunagi import instance, obstacles
    from tsunagi.admin import handed

    folder = handed.inside() or folder or _only_default()
    try:
        if not (folder / "instance.json").exists():
            raise click.UsageError(
                f"There is no instance in {folder}: run `make run` first, or name its folder."
            )
        return instance.load(folder)
    except PermissionError as error:
        raise obstacles.of_somebody_else(folder) from error


def _only_default() -> Path:
    there = [each for each in DEFAULTS if (each / "instance.json").exists()]
    if len(there) > 1:
        raise click.UsageError(f"There are instances in {' and '.join(map(str, there))}: name one's folder.")
    return next(iter(there), DEFAULTS[0])


def _enter(known: "Instance") -> None:
    """Take the settings of an instance that runs around this command, or rests and is held."""
    from tsunagi.servers.process import answers

    if known.is_embedded:
        from tsunagi import embedded_files

        # A command would make a new bus without a word where the old one is lost.
        embedded_files.check(known)
    elif not answers(known.ports["postgres"]):
        raise click.UsageError(f"The instance in {known.folder} is not running: start it again.")
    os.environ.update(known.admin_environment())


def tell_when() -> None:
    """Say when what was sent will be handled, where nothing runs that could do so now."""
    if click.get_current_context().meta.get(_RESTING):
        click.echo("The instance rests: this is handled when it starts.", err=True)


instance_option = click.option(
    "--instance",
    "folder",
    type=click.Path(path_type=Path),
    help="Folder of the instance, by default the one of `tsunagi run`; "
    "not looked at when TSUNAGI_DATABASE_URL… are set.",
)


def folder_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--instance FOLDER` to a command: the instance carries it out, or it enters one that rests."""

    @instance_option
    @click.pass_context
    @functools.wraps(command)
    def run(context: click.Context, folder: Path | None, **arguments: Any) -> Any:
        from tsunagi.admin import handed
        from tsunagi.admin.reached import handed_over, reached

        known = instance_named(folder)
        if known is None:
            return command(**arguments)
        if handed.inside():
            _enter(known)
            return command(**arguments)
        with (
            handed_over(handed.named(context)) as files,
            reached(known.folder, context.meta[WORDS], files) as code,
        ):
            if code is not None:
                sys.exit(code)
            context.meta[_RESTING] = True
            _enter(known)
            return command(**arguments)

    return run
