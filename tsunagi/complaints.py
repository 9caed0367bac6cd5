"""Errors that are the user's to mend, said in one sentence instead of a traceback."""

import contextlib
import sys
from collections.abc import Iterator

KINDS = {
    "NotAvailable",
    "Failed",
    "NotMigrated",
    "BadSettings",
    "RefusesToStart",
    "Obstacle",
    "BusBroken",
    "BusInUse",
    "Refused",
    "Unroutable",
    "BrokerTooOld",
    "BackupRefused",
}


@contextlib.contextmanager
def spoken() -> Iterator[None]:
    """Print such an error and leave with exit code 1."""
    try:
        yield
    except Exception as error:
        # By name: importing every module that has one would cost each command its start-up time.
        if type(error).__name__ in KINDS:
            said = str(error)
        elif type(error).__name__ == "OperationalError":
            said = _of_database(error)
        else:
            raise
        sys.stderr.write(f"{said}\n")
        sys.exit(1)


def _of_database(error: Exception) -> str:
    """Return what the database or its connection said, without the statement and its values."""
    said = str(getattr(error, "orig", None) or error).strip().splitlines()
    return f"The database cannot be used now: {said[0] if said else 'it said nothing'}"
