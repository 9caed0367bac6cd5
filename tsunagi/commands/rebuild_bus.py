"""`tsunagi rebuild-bus`."""

from pathlib import Path

import click

from tsunagi.commands.where import instance_named, instance_option


@click.command()
@instance_option
def command(folder: Path | None) -> None:
    """Make the bus of an embedded instance anew when its file is broken or lost; nothing of it may run.

    Everything that was under way is sent again from the journals; what was handled already is skipped. The
    broken file is kept beside the new one.
    """
    from tsunagi import embedded_files, holding, obstacles

    known = instance_named(folder)
    if known is None or not known.is_embedded:
        raise click.UsageError("Only an embedded instance has its bus in a file: name its folder.")
    with obstacles.told(known.folder), holding.alone(known.folder, holding.COMMAND):
        count = embedded_files.rebuild_bus(known)
    click.echo(f"バスを作り直しました。{count} 件を、次に始めたときに送り直します。")
    click.echo(f"The bus is new; {count} facts will be sent again when the instance starts.")
