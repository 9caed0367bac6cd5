"""A remembered answer, readable only with the idempotency key under which it was asked.

Answers hold what the asking person may see: names, notes. The sender alone knows the key; the table
has its hash. So a stolen backup tells nothing, and still a repeated request gets its first answer.
"""

import base64
import hashlib
import os
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from chassis.wire import from_json, to_json

_NONCE = 12


def name_of(key: str) -> str:
    """Return under which name a key is stored."""
    return hashlib.sha256(key.encode()).hexdigest()


def seal(key: str, answer: Any) -> dict[str, str]:
    """Return the answer as it may be stored."""
    nonce = os.urandom(_NONCE)
    text = to_json(answer).encode()
    return {"sealed": base64.b64encode(nonce + _cipher(key).encrypt(nonce, text, None)).decode()}


def unseal(key: str, stored: dict[str, str]) -> Any:
    """Return the answer that was sealed with this key."""
    raw = base64.b64decode(stored["sealed"])
    return from_json(_cipher(key).decrypt(raw[:_NONCE], raw[_NONCE:], None))


def _cipher(key: str) -> AESGCM:
    # Another hash than the name's: what is stored opens nothing.
    return AESGCM(hashlib.sha256(b"answer\x00" + key.encode()).digest())
