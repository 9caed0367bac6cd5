"""Password hashes: argon2id, computed in threads of the system, never on the hub."""

import threading
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from chassis.offload import off_hub

# About 50 ms on one core. Source: OWASP Password Storage Cheat Sheet asks for 19 MiB and 2 rounds or more.
_HASHER = PasswordHasher(time_cost=3, memory_cost=32 * 1024, parallelism=1)
# Each hash takes 32 MiB and a core: a rush of sign-ins waits here, not in memory.
_ROOM = threading.BoundedSemaphore(4)


def hash_password(password: str) -> str:
    """Return the hash to store; other greenthreads go on meanwhile."""
    with _ROOM:
        return off_hub(hash_here, password)


def hash_here(password: str) -> str:
    """Return the hash to store, computed in this very thread (command line, seeding)."""
    return _HASHER.hash(password)


def verify(stored: str | None, password: str) -> tuple[bool, str | None]:
    """Return whether the password is right, and a fresh hash to store when `stored` is out of date.

    Takes as long when there is nothing to compare with, so that nobody learns which logins exist.
    """
    with _ROOM:
        return off_hub(_verify_here, stored, password)


def _verify_here(stored: str | None, password: str) -> tuple[bool, str | None]:
    is_right = _matches(stored or _nobodys_hash(), password)
    if not stored or not is_right:
        return False, None
    return True, _HASHER.hash(password) if _HASHER.check_needs_rehash(stored) else None


def _matches(stored: str, password: str) -> bool:
    try:
        return _HASHER.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobodys_hash() -> str:
    return _HASHER.hash("nobody signs in with this")
