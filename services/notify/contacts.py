"""Where and in which language somebody can be written to: asked at the moment of sending, kept nowhere."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from contracts.errors import NotFound, Permanent, Problem, Transient
from contracts.texts import known

Contact = Callable[[str], dict[str, Any]]


class AccountsAway(Transient):
    """Nobody can be written to now."""


@dataclass(frozen=True)
class Address:
    """An e-mail address, and the language of letters to it."""

    email: str
    language: str


def address_of(contact: Contact, account_id: str) -> Address:
    """Return where somebody is written to. Raises Permanent or Transient with why that is nowhere now."""
    found = check_active(contact, account_id)
    if not found["email"]:
        raise Permanent("no_address")
    return Address(str(found["email"]), known(found.get("language")))


def check_active(contact: Contact, account_id: str) -> dict[str, Any]:
    """Return what accounts know of somebody. Raises Permanent or Transient when they may not be told now."""
    try:
        found = contact(account_id)
    except NotFound as error:
        raise Permanent("unknown_account") from error
    except Problem as error:
        raise AccountsAway("accounts_unavailable") from error
    if not found["is_active"]:
        raise Permanent("suspended")
    return found
