"""`tsunagi demo`."""

import json
import sys

import click

from tsunagi.parts import EMBEDDED, NODE


@click.command()
@click.option(
    "--profile", type=click.Choice([EMBEDDED, NODE, "compose"]), default=EMBEDDED, show_default=True
)
@click.option("--drop-one", is_flag=True, help="Self-test: lose one message on purpose; has to fail.")
def command(profile: str, drop_one: bool) -> None:
    """Play the main job on a private instance and count; the last line is one JSON object.

    Exit code 0 only when everything that was promised was seen.
    """
    from tsunagi import interrupts
    from tsunagi.demo.performance import perform

    interrupts.listen_to_ctrl_c()
    outcome = perform(profile, drop_one)
    click.echo(json.dumps(outcome.summary, ensure_ascii=False))
    sys.exit(0 if outcome.held else 1)
