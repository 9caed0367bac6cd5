"""Second factors in a backup: their keys go along, and a restore encrypts them with the instance's own."""

from pathlib import Path

from sqlalchemy import Connection, inspect, literal, select, table

from chassis.config import Settings
from chassis.key_ring import KeyRing, NoKeys, ring_of
from contracts.errors import Unavailable
from services.accounts import second_factor
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
    """Encrypt restored second factors with the keys of this instance. Raises BackupRefused."""
    if not _has_some(accounts):
        return
    try:
        old, ring = KeyRing.of_text(keys), ring_of(_file(settings))
        while second_factor.close_anew(accounts, ring, old):
            pass
    except (NoKeys, ValueError, Unavailable) as error:
        raise BackupRefused(
            "second factors cannot be restored: their keys, or this instance's, are missing"
        ) from error


def _file(settings: Settings) -> Path:
    return settings.keys / FILE


def _has_some(accounts: Connection) -> bool:
    if not inspect(accounts).has_table(_TABLE):
        return False
    return accounts.execute(select(literal(1)).select_from(table(_TABLE)).limit(1)).first() is not None
