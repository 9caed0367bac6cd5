"""What is encrypted inside a backup: its keys go along, and a restore encrypts it with the instance's own."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, inspect, literal, select, table

from chassis.config import Settings
from chassis.key_ring import KeyRing, NoKeys, ring_of
from services.accounts import second_factor, second_factor_queries
from services.notify import closing
from tsunagi.backup.refusal import BackupRefused
from tsunagi.key_rings import RINGS
from tsunagi.parts import ACCOUNTS, NOTIFY

AllSettings = Mapping[str, Settings]
Databases = Mapping[str, Connection]


@dataclass(frozen=True)
class Kind:
    """What one service encrypts. `close` does some anew and says how many, `others` finds what is left."""

    service: str
    words: str
    about: str
    tables: tuple[str, ...]
    close: Callable[[Connection, KeyRing, KeyRing], int]
    others: Callable[[Connection, str, int], list[Any]]


KINDS = (
    Kind(
        ACCOUNTS,
        "second factors",
        "second_factor_keys",
        ("second_factor",),
        second_factor.close_anew,
        second_factor_queries.closed_otherwise,
    ),
    Kind(NOTIFY, "addresses", "address_keys", closing.NAMES, closing.close_anew, closing.closed_otherwise),
)


def keys_of(databases: Databases, settings: AllSettings) -> dict[str, str]:
    """Return the keys that open everything, by their names in a backup.

    Raises BackupRefused when something lacks its keys.
    """
    return dict(_keys_of(databases, settings))


def _keys_of(databases: Databases, settings: AllSettings) -> Iterator[tuple[str, str]]:
    for kind in KINDS:
        path = settings[kind.service].keys / RINGS[kind.service]
        try:
            yield kind.about, path.read_text(encoding="ascii")
        except OSError as error:
            if _has_some(kind, databases[kind.service]):
                raise BackupRefused(f"{path}, which {kind.words} need, cannot be read") from error
            yield kind.about, ""


def close_anew(databases: Databases, about: Mapping[str, Any], settings: AllSettings) -> None:
    """Encrypt what was restored with the keys of this instance. Raises BackupRefused.

    What could be opened in the old instance no more stays as it was; refused is when nothing opens.
    """
    for kind in KINDS:
        if _has_some(kind, databases[kind.service]):
            _close_kind(kind, databases[kind.service], about.get(kind.about, ""), settings[kind.service])


def _close_kind(kind: Kind, tx: Connection, keys: str, settings: Settings) -> None:
    refusal = f"{kind.words} cannot be restored: their keys, or this instance's, are missing"
    try:
        old, ring = KeyRing.of_text(keys), ring_of(settings.keys / RINGS[kind.service])
    except (NoKeys, ValueError) as error:
        raise BackupRefused(refusal) from error
    opened = 0
    while closed := kind.close(tx, ring, old):
        opened += closed
    if not opened and kind.others(tx, ring.name, 1):
        raise BackupRefused(refusal)


def _has_some(kind: Kind, tx: Connection) -> bool:
    there = [name for name in kind.tables if inspect(tx).has_table(name)]
    return any(tx.execute(select(literal(1)).select_from(table(name)).limit(1)).first() for name in there)
