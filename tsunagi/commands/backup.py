"""`tsunagi backup`."""

import os
import sys
from pathlib import Path
from typing import BinaryIO

import click

from tsunagi.commands.where import WORDS, instance_named, instance_option

# Under these names a running instance is handed the file and the passphrase.
OUT, SECRET = "backup", "passphrase"

passphrase_option = click.option(
    "--passphrase-file",
    type=click.Path(path_type=Path),
    help="File that holds the passphrase; else TSUNAGI_BACKUP_PASSPHRASE, or its _FILE, or you are asked.",
)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@passphrase_option
@instance_option
@click.pass_context
def command(context: click.Context, file: Path, passphrase_file: Path | None, folder: Path | None) -> None:
    """Write all data of an instance into FILE, encrypted, while everybody works on.

    FILE must not be there yet. Keep the passphrase elsewhere: without it nobody can read the backup.
    """
    from tsunagi import interrupts
    from tsunagi.admin import handed
    from tsunagi.backup import making, passphrase

    interrupts.listen_to_ctrl_c()
    if handed.inside():
        _write_what_was_handed(folder)
        return
    secret = passphrase.given(passphrase_file, is_new=True)
    with making.new_file(file) as out:
        _write(out, secret, folder, context.meta[WORDS])
    click.echo(f"{file}: {file.stat().st_size} bytes")


def _write(out: BinaryIO, secret: str, folder: Path | None, words: list[str]) -> None:
    """Have a running instance write the backup, or write that of a resting one here."""
    from tsunagi.admin.reached import reached
    from tsunagi.backup import passphrase
    from tsunagi.backup.making import write
    from tsunagi.backup.reaching import to_back_up

    known = instance_named(folder)
    if known is None:
        with to_back_up(None) as settings:
            write(out, secret, settings)
        return
    with (
        passphrase.readable(secret) as handle,
        reached(known.folder, words, {OUT: out.fileno(), SECRET: handle}) as code,
    ):
        if code:
            sys.exit(code)
        if code is None:
            with to_back_up(known) as settings:
                write(out, secret, settings)


def _write_what_was_handed(folder: Path | None) -> None:
    from tsunagi.admin import handed
    from tsunagi.backup.making import BackupRefused, write
    from tsunagi.backup.reaching import to_back_up

    with os.fdopen(handed.file(SECRET), encoding="utf-8") as given:
        secret = given.read()
    with to_back_up(instance_named(folder)) as settings:
        try:
            with os.fdopen(handed.file(OUT), "w+b") as out:
                write(out, secret, settings)
        except OSError as error:
            raise BackupRefused(f"the backup cannot be written: {error.strerror}") from error
