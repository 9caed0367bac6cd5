"""Encrypts what a service keeps for long, and signs what comes back to it.

The keys are replaced from time to time. A file holds one Fernet key a line, the newest first: that one
encrypts and signs, every one decrypts and verifies. What an older one has encrypted is written anew by its
service, which finds it by `KeyRing.name`.
"""

import hashlib
import hmac
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class Unreadable(Exception):
    """No key of the ring opens it, or it belongs to something else."""


class NoKeys(Exception):
    """The file of keys is missing, empty or broken; the message names it, never what it holds."""


class KeyRing:
    """The keys of one kind of secret."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._keys = MultiFernet([Fernet(key) for key in keys])
        self._signing = [hashlib.sha256(b"sign\x00" + key.encode()).digest() for key in keys]
        # Tells keys apart and nothing of them: the newest one's, to find what another has encrypted.
        self.name = hashlib.sha256(b"name\x00" + keys[0].encode()).hexdigest()[:16]

    @classmethod
    def of_text(cls, text: str) -> "KeyRing":
        """Return the ring of a file's contents. Raises ValueError when they hold no key, or a broken one."""
        keys = text.split()
        if not keys:
            raise ValueError("no key")
        return cls(keys)

    def close(self, text: str, owner: str) -> str:
        """Return `text` encrypted; it opens for the same owner (an id) only."""
        return self._keys.encrypt(f"{owner}:{text}".encode()).decode()

    def open(self, closed: str, owner: str) -> str:
        """Return what was encrypted for this owner. Raises Unreadable."""
        try:
            found, _, text = self._keys.decrypt(closed).decode().partition(":")
        except InvalidToken as error:
            raise Unreadable(owner) from error
        if found != owner:
            raise Unreadable(owner)
        return text

    def sign(self, message: bytes) -> bytes:
        """Return the newest key's signature of a message, 32 bytes."""
        return _signature(self._signing[0], message)

    def has_signed(self, message: bytes, signature: bytes) -> bool:
        """Return whether `signature` is the beginning of one that a key of the ring has made of a message."""
        made = [_signature(key, message)[: len(signature)] for key in self._signing]
        return bool(signature) and any([hmac.compare_digest(one, signature) for one in made])


def _signature(key: bytes, message: bytes) -> bytes:
    return hmac.digest(key, message, "sha256")


@lru_cache(maxsize=8)
def ring_of(path: Path) -> KeyRing:
    """Return the ring in a file, read once a process. Raises NoKeys."""
    try:
        return KeyRing.of_text(path.read_text(encoding="ascii"))
    except (OSError, ValueError) as error:
        raise NoKeys(f"{path} holds no keys: `prepare` makes them (docs/operating.md)") from error
