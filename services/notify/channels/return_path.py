"""Where a mail server sends back what it could not deliver, and which letter that was.

The address to which it goes back names the letter (VERP): `bounce+{token}@mail.example.jp`. Where the mailbox
has no such sub-addresses the pattern is the plain address, and the letter is named by a header of its own,
which is in the report as well.
"""

import base64
import binascii
import re
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from chassis.key_ring import KeyRing

HEADER = "X-Tsunagi-Letter"
PLACE = "{token}"
# 80 bits: who wants to forge one has to ask this service about each guess, a few a minute.
_SIGNED = 10
# The ring signs nothing else that could be taken for this.
_FOR = b"letter\x00"
# Letters that survive servers which write addresses in lower or upper case; fits into the 64 of RFC 5321.
_TOKEN = r"([a-z2-7]{42})"  # noqa: S105


@dataclass(frozen=True)
class ReturnPath:
    """`pattern` is the address, with the place of the token or without."""

    pattern: str
    ring: KeyRing

    def token_of(self, letter_id: str) -> str:
        """Return what names a letter (a UUID), signed."""
        name = UUID(letter_id).bytes
        return base64.b32encode(name + self._signature(name)).decode().rstrip("=").lower()

    def address_of(self, token: str) -> str:
        """Return the address to which a letter goes back."""
        return self.pattern.replace(PLACE, token)

    def letter_of(self, token: str) -> str | None:
        """Return the letter that a token names; None for one that was not made here."""
        try:
            whole = base64.b32decode(token.strip().upper() + "=" * (-len(token.strip()) % 8))
        except (binascii.Error, ValueError):
            return None
        name, signature = whole[:16], whole[16:]
        is_ours = len(signature) == _SIGNED and self.ring.has_signed(_FOR + name, signature)
        return str(UUID(bytes=name)) if is_ours else None

    def letter_in(self, addresses: Iterable[str], headers: Iterable[str]) -> str | None:
        """Return the letter that the addresses of a report name, or else the headers of what was returned."""
        found = [token for text in addresses for token in self._tokens_in(text)]
        named = (self.letter_of(token) for token in (*found, *headers))
        return next((letter for letter in named if letter), None)

    def _tokens_in(self, text: str) -> list[str]:
        if PLACE not in self.pattern:
            return []
        before, after = (re.escape(part) for part in self.pattern.split(PLACE, 1))
        return re.findall(before + _TOKEN + after, text, re.IGNORECASE)

    def _signature(self, name: bytes) -> bytes:
        return self.ring.sign(_FOR + name)[:_SIGNED]
