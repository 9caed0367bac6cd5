"""Short codes of handoffs, to be said by telephone and written on paper: K4M7-2PX."""

from chassis.readable import letters


def new_code() -> str:
    """Return a random code of 4 + 3 characters; about three thousand million of them exist."""
    return f"{letters(4)}-{letters(3)}"
