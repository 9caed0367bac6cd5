"""The second factor: time codes of an app (TOTP, RFC 6238) and recovery codes. Pure but for chance."""

import hmac
import unicodedata
from collections.abc import Iterable
from datetime import datetime, timedelta

import pyotp

from services.accounts.invitations import new_code

# Within this time after the password the code has to come.
STEP_LASTS = timedelta(minutes=10)
CODES = 10

_PERIOD_S = 30
_DIGITS = 6
_ISSUER = "Tsunagi"


def new_secret() -> str:
    """Return 160 random bits in Base32, as RFC 4226 recommends."""
    return pyotp.random_base32()


def new_codes() -> list[str]:
    """Return ten recovery codes of 80 random bits each."""
    return [new_code() for _ in range(CODES)]


def address(secret: str, login: str) -> str:
    """Return the address that an app reads from the picture (`otpauth://totp/…`)."""
    return str(pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=_ISSUER))


def matching_step(secret: str, typed: str, now: datetime, last_step: int) -> int | None:
    """Return the 30 seconds, counted from 1970, whose code was typed; None when it is no code of now.

    The neighbours count too, since clocks differ and people type slowly. What is not after `last_step` has
    been used or was passed over.
    """
    present, digits = int(now.timestamp()) // _PERIOD_S, plain(typed)
    if not is_time_code(digits):
        return None
    code_of = pyotp.TOTP(secret).generate_otp
    steps = [step for step in (present - 1, present, present + 1) if step > last_step]
    return next((step for step in steps if hmac.compare_digest(code_of(step), digits)), None)


def is_time_code(typed: str) -> bool:
    """Return whether this looks like a code of an app; else it is meant as a recovery code."""
    digits = plain(typed)
    return len(digits) == _DIGITS and digits.isascii() and digits.isdigit()


def plain(typed: str) -> str:
    """Return the code without spaces and dashes, wide digits as plain ones."""
    return "".join(c for c in unicodedata.normalize("NFKC", typed) if c.isalnum())


def is_required(roles: Iterable[str], required: Iterable[str]) -> bool:
    """Return whether somebody with these roles must have a second factor."""
    return not set(roles).isdisjoint(required)
