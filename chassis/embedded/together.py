"""Several services, or all and the gateway, in one process, with the bus inside it."""

from collections.abc import Sequence
from pathlib import Path

from chassis import logs, runner
from chassis.config import BadSettings, load
from chassis.embedded import SCHEME, is_embedded, preparing, reach
from chassis.topology import GATEWAY, SERVICES

NAME = "all"


def serve(names: Sequence[str] = (*SERVICES, GATEWAY)) -> None:
    """Run these until SIGTERM or SIGINT. Call `green.patch()` before.

    Each has its own context, database and keys, as in a process of its own. They
    start in one order, the gateway last, which stops first: who asks starts after who is asked.
    """
    settings = load(NAME)
    if not is_embedded(settings.amqp_url):
        raise BadSettings("TSUNAGI_AMQP_URL has to be embedded:///FOLDER to run several in one process")
    logs.set_up(NAME, settings.log_level)
    ordered = [name for name in (*SERVICES, GATEWAY) if name in names]
    for name in ordered:
        runner.find(name)
    if settings.start_after is not None:
        preparing.wait_for(settings.start_after)
    reach.serve(Path(settings.amqp_url.removeprefix(f"{SCHEME}://")))
    runner.run(NAME, [runner.prepare(name) for name in ordered])
