"""`tsunagi restore`."""

from pathlib import Path

import click

from tsunagi.commands.backup import passphrase_option
from tsunagi.commands.where import instance_option


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@passphrase_option
@instance_option
def command(file: Path, passphrase_file: Path | None, folder: Path | None) -> None:
    """Fill an empty instance from the backup FILE; one that is not there yet is made.

    Reads and checks the whole file first. The instance's programs must not run. A restore that was broken
    off may be repeated.
    """
    from tsunagi import interrupts
    from tsunagi.backup import passphrase, restoring
    from tsunagi.backup.reaching import to_restore

    interrupts.listen_to_ctrl_c()
    secret = passphrase.given(passphrase_file, is_new=False)
    about = restoring.verified(file, secret)
    with to_restore(folder, about) as settings:
        count = restoring.restore(file, secret, about, settings)
    click.echo(
        "everybody signs in again, agrees to their API keys, registers their devices for notices and"
        " makes new recovery codes; webhooks rest until a manager of their office lets them go on"
    )
    click.echo(
        f"restored what {file} holds of {about['began_at'][:19]} UTC; {count} facts will be sent again"
    )
