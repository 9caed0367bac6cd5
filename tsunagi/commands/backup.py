"""`tsunagi backup`."""

from pathlib import Path

import click

from tsunagi.commands.where import instance_option

passphrase_option = click.option(
    "--passphrase-file",
    type=click.Path(path_type=Path),
    help="File that holds the passphrase; else TSUNAGI_BACKUP_PASSPHRASE, or its _FILE, or you are asked.",
)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@passphrase_option
@instance_option
def command(file: Path, passphrase_file: Path | None, folder: Path | None) -> None:
    """Write all data of an instance into FILE, encrypted, while everybody works on.

    FILE must not be there yet. Keep the passphrase elsewhere: without it nobody can read the backup.
    """
    from tsunagi import running
    from tsunagi.backup import passphrase
    from tsunagi.backup.making import back_up
    from tsunagi.backup.reaching import to_back_up

    running.listen_to_ctrl_c()
    secret = passphrase.given(passphrase_file, is_new=True)
    with to_back_up(folder) as settings:
        size = back_up(file, secret, settings)
    click.echo(f"{file}: {size} bytes")
