"""Swaps: one offers a duty to a colleague, who takes it or not. Pure: values in, values out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from contracts.errors import Conflict, Invalid
from services.notify.duties import Rota, Single, has_all, of_person
from services.notify.offices import Office

WAITS, ACCEPTED, DECLINED, WITHDRAWN = "waits", "accepted", "declined", "withdrawn"
LAPSED, CHANGED = "lapsed", "changed"
_LONGEST = timedelta(days=31)


@dataclass(frozen=True)
class Swap:
    """An offer of one duty. `answer` is accepted, declined, withdrawn or changed, or none so far."""

    swap_id: str
    from_account_id: str
    to_account_id: str
    from_at: datetime
    until_at: datetime
    answer: str | None = None


def state(swap: Swap, rota: Rota, now: datetime) -> str:
    """Return how an offer stands.

    Without an answer it lapses when its duty begins, and counts no more once somebody else has that duty.
    """
    if swap.answer:
        return swap.answer
    if swap.from_at <= now:
        return LAPSED
    return WAITS if has_all(rota, swap.from_account_id, swap.from_at, swap.until_at) else CHANGED


def changed(swaps: Iterable[Swap], rota: Rota, now: datetime) -> list[Swap]:
    """Return the offers that count no more by a rota."""
    return [swap for swap in swaps if not swap.answer and state(swap, rota, now) == CHANGED]


def check_offer(swap: Swap, office: Office, others: Iterable[Swap], now: datetime) -> None:
    """Raise Conflict or Invalid unless somebody may offer this duty to this colleague."""
    _check_begun(swap, now)
    # Nobody's duty is longer, and looking through thousands of days would hold up everybody.
    is_one = timedelta(0) < swap.until_at - swap.from_at <= _LONGEST
    if not is_one or not has_all(office.rota, swap.from_account_id, swap.from_at, swap.until_at):
        raise Conflict("duty_changed")
    if any(_meet(swap, other) and state(other, office.rota, now) == WAITS for other in others):
        raise Conflict("swap_waits")
    wrong = _wrong_colleague(swap, office)
    if wrong:
        raise Invalid("duty", {"to_account_id": [wrong]})


def check_answer(swap: Swap, office: Office, now: datetime) -> None:
    """Raise Conflict unless an offer still waits for its answer."""
    check_withdrawal(swap, now)
    if state(swap, office.rota, now) == CHANGED:
        raise Conflict("duty_changed")


def check_withdrawal(swap: Swap, now: datetime) -> None:
    """Raise Conflict when an offer is answered already, or its duty has begun."""
    if swap.answer:
        raise Conflict("swap_answered")
    _check_begun(swap, now)


def check_free(swap: Swap, elsewhere: Iterable[Rota]) -> None:
    """Raise Conflict when the colleague is on duty at another office meanwhile: nobody has two at once."""
    for rota in elsewhere:
        if of_person(rota, swap.to_account_id, swap.from_at, swap.until_at):
            raise Conflict("on_duty_elsewhere")


def accepted(rota: Rota, swap: Swap, duty_id: str) -> Rota:
    """Return the rota in which the colleague has the duty."""
    new = Single(duty_id, swap.to_account_id, swap.from_at, swap.until_at, swap.swap_id)
    return replace(rota, single=(*rota.single, new))


def _check_begun(swap: Swap, now: datetime) -> None:
    if swap.from_at <= now:
        raise Conflict("duty_has_begun")


def _wrong_colleague(swap: Swap, office: Office) -> str | None:
    member = office.member(swap.to_account_id)
    if member is None or swap.to_account_id == swap.from_account_id:
        return "not_a_member"
    if not member.is_active:
        return "not_active"
    is_away = any(start < swap.until_at and swap.from_at < end for start, end in member.away)
    return "away_then" if is_away else None


def _meet(one: Swap, other: Swap) -> bool:
    return one.from_at < other.until_at and other.from_at < one.until_at


def swap_from(row: Mapping[str, object]) -> Swap:
    """Return the swap that a row keeps."""
    return Swap(**{name: row[name] for name in Swap.__dataclass_fields__})  # type: ignore[arg-type]
