"""Second factors in a backup: their keys go along, and a restore encrypts them with the instance's own."""

from pathlib import Path

from sqlalchemy import Connection, inspect, literal, select, table

from chassis.config import Settings
from chassis.key_ring import KeyRing, NoKeys, ring_of
from services.accounts import second_factor, second_factor_queries
from tsunagi.backup.refusal import BackupRefused
from tsunagi.key_rings import FILE

_TABLE = "second_factor"


def keys_of(accounts: Connection, settings: Settings) -> str:
    """Return the keys that open the second factors. Raises BackupRefused when some lack theirs."""
    try:
        return _file(settings).read_text(encoding="ascii")
    except OSError as error:
        if _has_some(accounts):
            raise BackupRefused(f"{_file(settings)}, which second factors need, cannot be read") from error
        return ""


def close_anew(accounts: Connection, keys: str, settings: Settings) -> None:
    """Encrypt restored second factors with the keys of this instance. Raises BackupRefused.

    Those that could be opened in the old instance no more stay as they were; refused is when none opens.
    """
    if not _has_some(accounts):
        return
    refusal = "second factors cannot be restored: their keys, or this instance's, are missing"
    try:
        old, ring = KeyRing.of_text(keys), ring_of(_file(settings))
    except (NoKeys, ValueError) as error:
        raise BackupRefused(refusal) from error
    opened = 0
    while closed := second_factor.close_anew(accounts, ring, old):
        opened += closed
    if not opened and second_factor_queries.closed_otherwise(accounts, ring.name, 1):
        raise BackupRefused(refusal)


def _file(settings: Settings) -> Path:
    return settings.keys / FILE


def _has_some(accounts: Connection) -> bool:
    if not inspect(accounts).has_table(_TABLE):
        return False
    return accounts.execute(select(literal(1)).select_from(table(_TABLE)).limit(1)).first() is not None
