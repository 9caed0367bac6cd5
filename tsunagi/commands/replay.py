"""`tsunagi replay`."""

from datetime import datetime

import click

from tsunagi.commands.where import folder_option, tell_when
from tsunagi.parts import SERVICES


@click.command()
@click.option("--from", "service", required=True, type=click.Choice(SERVICES), help="Whose journal.")
@click.option("--to", "handler", required=True, help="One handler, e.g. notify.on_discharge_noted.")
@click.option("--since", type=click.DateTime(), help="Only what was recorded at or after this time (UTC).")
@folder_option
def command(service: str, handler: str, since: datetime | None) -> None:
    """Send facts of a journal to one handler again, with their own ids, oldest first.

    What the handler has had it skips, so a replay that failed on the way may be repeated. To rebuild a
    copy, empty it and the handler's inbox rows first.
    """
    from datetime import UTC
    from importlib import import_module

    from chassis import config, journal
    from chassis.db import Database
    from chassis.publish import BatchPublisher

    try:
        hearing = journal.find(handler)
    except LookupError as error:
        raise click.UsageError(str(error)) from error
    if hearing.fact.service != service:
        raise click.UsageError(f"{handler} hears {hearing.fact.service}, not {service}.")
    settings = config.load(service)
    table = import_module(f"services.{service}.models").metadata.tables["outbox"]
    at = since.replace(tzinfo=UTC) if since else None
    db, publisher = Database(settings.database_url, pool_size=1), BatchPublisher(settings.amqp_url)
    try:
        count = journal.replay(db, table, hearing, publisher, at)
    finally:
        publisher.close()
        db.close()
    click.echo(f"{count} sent to {handler}")
    tell_when()
