"""Copies of sessions and API keys, at most 30 s old; accounts owns the sessions and keys themselves."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from chassis.auth import Caller
from chassis.clock import Clock
from contracts.errors import Problem
from contracts.roles import SERVICE
from gateway.asking import Asks

logger = logging.getLogger(__name__)

TRUSTED_S = 30
REPORT_EVERY_S = 10
_MOST_COPIES = 20_000

# A hint of any of these makes a copy worthless.
ENDING = ("session_ended", "session_changed", "key_withdrawn", "account_suspended")


@dataclass(frozen=True)
class SignedIn:
    """A session, or what stands for one where a key was sent, and its person as callers of services.

    `scopes` are what a key may do; None = a session, which may do all that its person may.
    """

    session: dict[str, Any]
    caller: Caller
    scopes: frozenset[str] | None = None


def signed_in_as(session: dict[str, Any]) -> SignedIn:
    """Return the session together with the caller it makes."""
    acting = session["acting"]
    caller = Caller(
        account_id=session["account_id"],
        name=session["name"],
        office_id=acting["office_id"],
        office_name=acting.get("office_name", ""),
        role=acting["role"],
        municipality=acting.get("municipality", ""),
        session=session["session"],
    )
    scopes = frozenset(session["scopes"]) if "scopes" in session else None
    return SignedIn(session, caller, scopes)


class Copies:
    """Sessions, or keys, by the SHA-256 of what was sent, each trusted for `TRUSTED_S` after the answer."""

    def __init__(self) -> None:
        self._copies: dict[str, tuple[float, SignedIn]] = {}
        self._hints = 0

    def get(self, digest: str, now: float) -> SignedIn | None:
        """Return the copy, or None when there is none young enough."""
        asked_at, person = self._copies.get(digest, (0.0, None))
        if person is None or now - asked_at >= TRUSTED_S:
            return None
        return person

    def last(self, digest: str) -> SignedIn | None:
        """Return the copy however old it is, or None: good for telling people apart, not for letting in."""
        return self._copies.get(digest, (0.0, None))[1]

    def mark(self) -> int:
        """Return a mark to be taken before accounts is asked and given to `put`."""
        return self._hints

    def put(self, digest: str, person: SignedIn, asked_at: float, mark: int) -> None:
        """Keep a copy, unless a hint came after `mark`: it may have been about this one."""
        if mark != self._hints:
            return
        if len(self._copies) >= _MOST_COPIES:
            self._forget_old(asked_at)
        self._copies[digest] = (asked_at, person)

    def drop(self, hint: dict[str, Any]) -> None:
        """Drop the copies that a hint is about."""
        self._hints += 1
        if hint["event"] == "key_withdrawn":
            # The hint names the key as the access log does: its hash is as good as a token's.
            self._drop_if(lambda caller: caller.session == hint["session"])
        elif "session" in hint:
            self._copies.pop(hint["session"], None)
        if "account_id" in hint:
            self._drop_if(lambda caller: caller.account_id == hint["account_id"])

    def _drop_if(self, is_meant: Callable[[Caller], bool]) -> None:
        meant = [digest for digest, (_, person) in self._copies.items() if is_meant(person.caller)]
        for digest in meant:
            del self._copies[digest]

    def _forget_old(self, now: float) -> None:
        self._copies = {key: copy for key, copy in self._copies.items() if now - copy[0] < TRUSTED_S}
        if len(self._copies) >= _MOST_COPIES:
            self._copies.clear()


class Sessions:
    """Finds who is signed in, or whose key was sent: by a copy, else by asking accounts."""

    def __init__(self, calls: Asks, clock: Clock, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._calls = calls
        self._clock = clock
        self._monotonic = monotonic
        self._copies = Copies()
        # Apart, so that a key is none the less a key when it is sent as a cookie.
        self._keys = Copies()
        self._used: dict[str, str] = {}

    def find(self, digest: str) -> SignedIn:
        """Return who is signed in. Raises NotSignedIn, or Unavailable when accounts is away.

        Without accounts a copy is trusted until it is 30 s old. After that nobody is signed out, but
        nobody gets in either.
        """
        return self._found(self._copies, digest, "get_session", {"session": digest})

    def known(self, digest: str) -> SignedIn | None:
        """Return whose session this was when it was asked for last, however long ago; asks nobody."""
        return self._copies.last(digest)

    def known_key(self, digest: str) -> SignedIn | None:
        """Return likewise whom a key acted for."""
        return self._keys.last(digest)

    def find_key(self, digest: str) -> SignedIn:
        """Return whom a key acts for, by the key's SHA-256. Raises likewise."""
        return self._found(self._keys, digest, "get_key", {"key_hash": digest})

    def _found(self, copies: Copies, digest: str, method: str, asked: dict[str, Any]) -> SignedIn:
        now = self._monotonic()
        person = copies.get(digest, now)
        if person is None:
            mark = copies.mark()
            person = signed_in_as(self._calls.ask("accounts", method, asked, caller=Caller()))
            copies.put(digest, person, now, mark)
        return person

    def on_hint(self, hint: dict[str, Any]) -> None:
        """Drop what a broadcast hint makes worthless."""
        if hint.get("event") in ENDING:
            self._copies.drop(hint)
            self._keys.drop(hint)

    def used(self, session: str) -> None:
        """Remember that somebody works in this session, or by this key, now."""
        self._used[session] = self._clock.now().isoformat()

    def report_use(self) -> None:
        """Tell accounts which sessions and keys were used since the last time. Called every 10 s."""
        used, self._used = self._used, {}
        if not used:
            return
        try:
            self._calls.ask("accounts", "report_use", {"last_used": used}, caller=_MYSELF)
        except Problem as problem:
            logger.warning("use_not_reported", extra={"reason": problem.reason, "count": len(used)})
            self._used = used | self._used


_MYSELF = Caller(role=SERVICE, service="gateway")
