"""Slowing down whoever guesses: a password, the present password asked again, a second factor's code."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from chassis.db import Database
from contracts.errors import TooMany
from services.accounts import place_queries as places
from services.accounts import session_queries as sessions
from services.accounts import session_rules

PASSWORD, AGAIN, CODE = "password", "again", "code"


@dataclass(frozen=True)
class Guess:
    """What is tried, of which login (whether there is one or not), from where; an unknown place is empty."""

    what: str
    login: str
    place: str = ""


def slow_down(db: Database, guess: Guess, now: datetime) -> None:
    """Count this try and raise TooMany when it comes too soon after wrong ones.

    Committed before it is looked at: a refusal must not undo it, and tries made at the same moment must
    see each other. Where somebody has signed in before, only tries from there count: a stranger's
    guesses elsewhere hold nobody up at home.
    """
    with db.begin() as tx:
        is_at_home = _is_at_home(tx, guess)
        longest = session_rules.LONGEST_WAIT_FOR_CODE if guess.what == CODE else session_rules.LONGEST_WAIT
        wait = sessions.count_try(tx, _name(guess, is_at_home), now, longest)
        if wait:
            raise _too_many("too_many", wait)
        if guess.place and not is_at_home:
            wait = places.count_try(tx, guess.place, now)
            if wait:
                raise _too_many("too_many_here", wait)


def forget(tx: Connection, guess: Guess) -> None:
    """Start afresh after the right one."""
    sessions.forget_tries(tx, _name(guess, _is_at_home(tx, guess)))


def _is_at_home(tx: Connection, guess: Guess) -> bool:
    return bool(guess.place) and places.is_known(tx, guess.login, guess.place)


def _name(guess: Guess, is_at_home: bool) -> str:
    """Return under which name the tries are counted; no login has a NUL in it."""
    return "\x00".join((guess.what, guess.login, guess.place if is_at_home else ""))


def _too_many(reason: str, wait: timedelta) -> TooMany:
    return TooMany(reason, {"retry_after_s": math.ceil(wait.total_seconds())})
