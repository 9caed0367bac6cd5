"""What a backup or a restore says when it cannot be done."""

import sqlite3

import psycopg
import sqlalchemy.exc

# Others may quote a value, which may be somebody's name.
_MAY_BE_TOLD = (OSError, sqlalchemy.exc.OperationalError, psycopg.OperationalError, sqlite3.OperationalError)


class BackupRefused(Exception):
    """Nothing was made or changed, or what was begun can be repeated; the message says why and what to do."""


def damaged(reason: str) -> BackupRefused:
    """Return the refusal of a file that is not what was once written."""
    return BackupRefused(f"the backup is damaged ({reason}); nothing was restored: take another copy of it")


def not_empty(services: str) -> BackupRefused:
    """Return the refusal of an instance that is in use."""
    return BackupRefused(
        f"the database of {services} holds data; a backup is restored into an empty instance only"
    )


def reason_of(error: Exception) -> str:
    """Return what may be told of a database's or a disk's error: its first line, or its kind."""
    lines = str(error).splitlines() if isinstance(error, _MAY_BE_TOLD) else []
    return lines[0] if lines else type(error).__name__
