"""Letters for codes that people say by telephone, write by hand and read on a FAX."""

import secrets
import unicodedata

# Without what is mistaken for another: 0 O Q, 1 I L, 2 Z, 5 S, 6 G, 8 B, U V.
ALPHABET = "2345679ACDEFHJKMNPRTWXY"


def letters(count: int) -> str:
    """Return so many random ones."""
    return "".join(secrets.choice(ALPHABET) for _ in range(count))


def bare(typed: str) -> str:
    """Return a code as it was typed, in capitals of normal width, without what only parts it."""
    wide = unicodedata.normalize("NFKC", typed).upper()
    # A Japanese keyboard types a long vowel for a hyphen, and that counts as a letter.
    return "".join(letter for letter in wide if letter.isascii() and letter.isalnum())
