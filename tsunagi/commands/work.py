"""`tsunagi work`."""

import click


@click.command()
def command() -> None:
    """Do the CPU work that services have queued, and remove what has outlived its use."""
    from chassis import worker

    worker.work()
