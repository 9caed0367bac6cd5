"""How long a session lives and how wrong tries slow the next one down. Pure."""

from datetime import datetime, timedelta

# Source: 安全管理ガイドライン 6.0 システム運用編 14章: a session must not stay open unattended.
IDLE = timedelta(minutes=60)
LONGEST = timedelta(hours=12)

_FREE_TRIES = 7
_FIRST_WAIT_S = 5
# Short enough that a stranger's guessing does not lock the owner out for long, long enough that
# guessing gets nowhere: at most about 300 tries a day.
LONGEST_WAIT = timedelta(seconds=300)
# A code has six digits, three of a million fit, and who tries it has the password already.
LONGEST_WAIT_FOR_CODE = timedelta(hours=1)
# Tries older than this are forgotten.
MEMORY = timedelta(days=1)

# A place (a client's address) may be a whole office, or a city behind one address. A hundred tries in a
# row are free; what comes after them has to keep to ten a minute, so that nobody waits longer than that.
_PLACE_FREE_TRIES = 100
_PLACE_TRY = timedelta(seconds=6)
# Whoever signed in from a place within this time is at home there.
AT_HOME = timedelta(days=90)


def ends_at(started_at: datetime) -> datetime:
    """Return when a session ends at the latest."""
    return started_at + LONGEST


def idle_ends_at(started_at: datetime, last_used_at: datetime) -> datetime:
    """Return when a session ends unless it is used before."""
    return min(last_used_at + IDLE, ends_at(started_at))


def is_over(started_at: datetime, last_used_at: datetime, now: datetime) -> bool:
    """Return whether a session has ended by itself."""
    return now >= idle_ends_at(started_at, last_used_at)


def wait_after(tries: int, longest: timedelta = LONGEST_WAIT) -> timedelta:
    """Return how long nobody may try again after `tries` tries without success."""
    if tries <= _FREE_TRIES:
        return timedelta()
    doublings = min(tries - _FREE_TRIES - 1, 10)
    return min(timedelta(seconds=_FIRST_WAIT_S * 2**doublings), longest)


def wait_left(tries: int, last_at: datetime, now: datetime, longest: timedelta = LONGEST_WAIT) -> timedelta:
    """Return how long still to wait before the next try; zero when it may come now."""
    wait = wait_after(tries, longest)
    # Of tries at the same moment the later one may be counted first: without a wait that is no reason.
    return max(last_at + wait - now, timedelta()) if wait else wait


def wait_of_place(busy_until: datetime, now: datetime) -> timedelta:
    """Return how long still to wait before the next try from a place that is busy until then."""
    return max(busy_until - _PLACE_FREE_TRIES * _PLACE_TRY - now, timedelta())


def busy_after_a_try(busy_until: datetime, now: datetime) -> datetime:
    """Return until when a place is busy after one more try: each takes its time, one after the other."""
    return max(busy_until, now) + _PLACE_TRY


def busy_without_a_try(busy_until: datetime) -> datetime:
    """Return the same with one try taken back, since it was the right password."""
    return busy_until - _PLACE_TRY
