"""Makes the process cooperative. To be called before anything else is imported (`tsunagi serve`)."""

import os
import warnings

_is_patched = False


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
    from chassis import bus_reads

    bus_reads.install()
    global _is_patched
    _is_patched = True


def wait_for_database() -> None:
    """Have psycopg wait by the hub, in a cooperative process; for who is about to use a PostgreSQL.

    Not by `patch`: the gateway and an embedded instance have no use for psycopg, and it is large.
    """
    if not _is_patched:
        return
    import psycopg.waiting

    from chassis import database_wait

    chosen = getattr(psycopg.waiting.wait, "__name__", "")
    if chosen not in ("wait_selector", database_wait.wait_by_hub.__name__):
        raise RuntimeError(f"psycopg waits with {chosen}: it was imported before chassis.green.patch()")
    database_wait.install()
