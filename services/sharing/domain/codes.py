"""Short codes of handoffs, to be said by telephone and written on paper: K4M7-2PX."""

import secrets

# Without what is mistaken for another on a FAX: 0 O Q, 1 I L, 2 Z, 5 S, 6 G, 8 B, U V.
ALPHABET = "2345679ACDEFHJKMNPRTWXY"


def new_code() -> str:
    """Return a random code of 4 + 3 characters; about three thousand million of them exist."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(7))
    return f"{letters[:4]}-{letters[4:]}"
