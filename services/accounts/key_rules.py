"""The rules of API keys: who may make one, in whose name it acts, and until when. Pure."""

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from chassis.auth import Caller
from contracts.errors import Conflict, Invalid, NotFound, NotSignedIn
from contracts.keys import KEY_ROLES, KEY_SESSION, PREFIX
from services.accounts.domain import is_active, is_manager_of

# Of one office, those that still work or wait.
MOST = 20
_SHOWN = 10


def new_key() -> str:
    """Return a key with 256 random bits: `tsu_…`."""
    return PREFIX + secrets.token_urlsafe(32)


def key_hash(key: str) -> str:
    """Return under which name a key is stored."""
    return hashlib.sha256(key.encode()).hexdigest()


def beginning(key: str) -> str:
    """Return what may be shown of a key, for people to tell theirs apart."""
    return key[:_SHOWN]


def session_name(key_id: str) -> str:
    """Return what stands for a session where a key was used."""
    return f"{KEY_SESSION}{key_id}"


def told_apart(last_used: Mapping[str, datetime]) -> tuple[dict[str, datetime], dict[str, datetime]]:
    """Return times of use by session, and by the id of a key, of a gateway's report."""
    by_key = {
        name.removeprefix(KEY_SESSION): at for name, at in last_used.items() if name.startswith(KEY_SESSION)
    }
    return {name: at for name, at in last_used.items() if not name.startswith(KEY_SESSION)}, by_key


def check_may_make(caller: Caller, member: Mapping[str, Any] | None, others: int) -> None:
    """Raise unless the caller may make one more key that acts as this member. `others` are there already."""
    if member is None or not is_manager_of(caller, member["office_id"]):
        raise Invalid("invalid", {"membership_id": ["not_a_member"]})
    if not is_active(member):
        raise Invalid("invalid", {"membership_id": ["not_active"]})
    if member["role"] not in KEY_ROLES:
        raise Invalid("invalid", {"membership_id": ["no_keys_in_this_role"]})
    if others >= MOST:
        raise Conflict("too_many_keys")


def agreed_at(caller: Caller, member: Mapping[str, Any], now: datetime) -> datetime | None:
    """Return since when a new key's person agrees: at once when it is the maker's own name."""
    return now if member["account_id"] == caller.account_id else None


def ends_at(now: datetime, days: int) -> datetime:
    """Return when a key ends that is made now."""
    return now + timedelta(days=days)


def may_see(caller: Caller, key: Mapping[str, Any]) -> bool:
    """Return whether the caller may see and withdraw a key: its person, and the office's manager."""
    return is_manager_of(caller, key["office_id"]) or caller.account_id == key["account_id"]


def check_may_agree(caller: Caller, key: Mapping[str, Any], now: datetime) -> None:
    """Raise unless the caller is the person in whose name a key acts, and it is not over."""
    if caller.account_id != key["account_id"]:
        raise NotFound("key")
    if state_of(key, now) in ("withdrawn", "expired"):
        raise Conflict("key_is_over")


def state_of(key: Mapping[str, Any], now: datetime) -> str:
    """Return withdrawn, expired, waits, resting or active."""
    if key["withdrawn_at"] is not None:
        return "withdrawn"
    if now >= key["expires_at"]:
        return "expired"
    if key["agreed_at"] is None:
        return "waits"
    return "active" if is_active(key) else "resting"


def check_opens(key: Mapping[str, Any] | None, now: datetime) -> Mapping[str, Any]:
    """Return a key that works now. Raises NotSignedIn; who has lost the right to it is not told why."""
    state = state_of(key, now) if key else "unknown"
    if state == "expired":
        raise NotSignedIn("key_expired")
    if state == "waits":
        raise NotSignedIn("key_waits")
    if key is None or state != "active":
        raise NotSignedIn("key_not_valid")
    return key
