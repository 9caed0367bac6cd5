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
        if type(error).__name__ not in KINDS:
            raise
        sys.stderr.write(f"{error}\n")
        sys.exit(1)
