"""Makes the process cooperative. To be called before anything else is imported (`tsunagi serve`)."""

import os
import warnings


def patch() -> None:
    """Patch the standard library for eventlet and choose a database wait that yields.

    Both variables have to be set before the first import of eventlet and of psycopg: eventlet's own
    resolver keeps a moved broker's old address for minutes, and psycopg's C wait blocks the hub.
    """
    os.environ.setdefault("EVENTLET_NO_GREENDNS", "yes")
    os.environ.setdefault("PSYCOPG_WAIT_FUNC", "wait_selector")
    warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")
    warnings.filterwarnings("ignore", category=DeprecationWarning)
    import eventlet

    eventlet.monkey_patch()
    _wait_by_hub()
    from chassis import bus_reads

    bus_reads.install()


def _wait_by_hub() -> None:
    import psycopg.waiting

    chosen = getattr(psycopg.waiting.wait, "__name__", "")
    if chosen != "wait_selector":
        raise RuntimeError(f"psycopg waits with {chosen}: it was imported before chassis.green.patch()")
    from chassis import database_wait

    database_wait.install()
