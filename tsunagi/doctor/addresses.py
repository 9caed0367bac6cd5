"""Whether an address is well-formed, told without quoting it: a piece of it may be a password."""

from urllib.parse import urlsplit

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

_NO_ADDRESS = "is not an address; a password's / # @ : % in it have to be written as %2F %23 %40 %3A %25"


def database_fault(url: str) -> str:
    """Return what is wrong with a database's address; nothing when it is well-formed."""
    try:
        parts = make_url(url)
    except (ArgumentError, ValueError):
        return _NO_ADDRESS
    if parts.drivername not in ("postgresql+psycopg", "postgresql", "sqlite"):
        return "has to begin with postgresql+psycopg: or sqlite:"
    if not parts.database:
        return "names no database"
    return "" if parts.host or parts.drivername == "sqlite" else "names no machine"


def broker_fault(url: str) -> str:
    """Return what is wrong with the broker's address; nothing when it is well-formed."""
    return _fault(url, ("amqp", "amqps", "embedded"))


def mail_fault(url: str) -> str:
    """Return what is wrong with the mail server's address; nothing when it is well-formed."""
    return _fault(url, ("smtp", "smtps"))


def mailbox_fault(url: str) -> str:
    """Return what is wrong with the address of the mailbox that is read; nothing when it is well-formed."""
    return _fault(url, ("imap", "imaps"))


def _fault(url: str, schemes: tuple[str, ...]) -> str:
    try:
        parts = urlsplit(url)
        has_machine = parts.port != 0 and bool(parts.hostname)
    except ValueError:
        return _NO_ADDRESS
    if parts.scheme not in schemes:
        return f"has to begin with {' or '.join(f'{scheme}:' for scheme in schemes)}"
    return "" if has_machine or parts.scheme == "embedded" else "names no machine"
