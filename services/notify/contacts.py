"""Where somebody can be written to: asked at the moment of sending and kept nowhere."""

from collections.abc import Callable
from typing import Any

from contracts.errors import NotFound, Permanent, Problem, Transient

Contact = Callable[[str], dict[str, Any]]


def address_of(contact: Contact, account_id: str) -> str:
    """Return somebody's e-mail address. Raises Permanent or Transient with why there is none now."""
    found = check_active(contact, account_id)
    if not found["email"]:
        raise Permanent("no_address")
    return str(found["email"])


def check_active(contact: Contact, account_id: str) -> dict[str, Any]:
    """Return what accounts know of somebody. Raises Permanent or Transient when they may not be told now."""
    try:
        found = contact(account_id)
    except NotFound as error:
        raise Permanent("unknown_account") from error
    except Problem as error:
        raise Transient("accounts_unavailable") from error
    if not found["is_active"]:
        raise Permanent("suspended")
    return found
