"""`tsunagi watch`."""

import json
import os
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tsunagi.commands.where import instance_named, instance_option

if TYPE_CHECKING:
    from tsunagi.doctor.place import Place


@click.command()
@click.option(
    "--once", is_flag=True, help="Look once, print what is wrong, call nobody; exit code 1 for any."
)
@click.option(
    "--json", "as_json", is_flag=True, help='With --once: one JSON array of {"code", "says", "do"}.'
)
@instance_option
def command(folder: Path | None, once: bool, as_json: bool) -> None:
    """Look at broker, queues, outboxes, databases, channels, processes and their loops, for ever.

    Needs none of them to work. Whom it calls is in TSUNAGI_WATCH_TO and TSUNAGI_WATCH_PING_URL.
    """
    from chassis import config, logs
    from tsunagi.doctor.place import Place
    from tsunagi.watch import alarm, rounds
    from tsunagi.watch.looks import looks_of

    place = _place(Place, folder)
    settings = config.load("watch", place.environment)
    looks = looks_of(place, settings)
    if not looks:
        raise config.BadSettings(
            "there is nothing to watch:"
            " set TSUNAGI_AMQP_URL, TSUNAGI_DATABASE_URL_… or TSUNAGI_WATCH_PROCESSES"
        )
    if once:
        _print(rounds.look(looks), as_json=as_json)
    logs.set_up("watch", settings.log_level)
    alarm.check(settings)
    memory, hung = rounds.Memory.of(settings.watch_state), {}
    while True:
        troubles = rounds.look(looks, hung=hung)
        rounds.round_of(troubles, memory, lambda new, over: alarm.send(settings, new, over))
        if settings.watch_ping_url and not troubles:
            alarm.ping(settings.watch_ping_url)
        time.sleep(settings.watch_every_s)


def _place(kind: "type[Place]", folder: Path | None) -> "Place":
    """Return where to look; whom to call is said by this process's own environment, too."""
    known = instance_named(folder)
    if known is None:
        return kind(os.environ)
    own = {name: value for name, value in os.environ.items() if name.startswith("TSUNAGI_WATCH_")}
    return kind({**known.admin_environment(), **own}, known)


def _print(troubles: list, *, as_json: bool) -> None:  # type: ignore[type-arg]
    if as_json:
        click.echo(json.dumps([asdict(one) for one in troubles], ensure_ascii=False))
    else:
        for one in troubles:
            click.echo(f"✗ {one.code}\n  {one.says[0]} {one.do[0]}\n  {one.says[1]} {one.do[1]}")
        click.echo(f"{len(troubles)} to look at" if troubles else "All is well.")
    sys.exit(1 if troubles else 0)
