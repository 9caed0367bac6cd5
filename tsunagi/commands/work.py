"""`tsunagi work`."""

import click


@click.command()
def command() -> None:
    """Do the CPU work that services have queued, in plain threads."""
    from chassis import jobs

    jobs.work()
