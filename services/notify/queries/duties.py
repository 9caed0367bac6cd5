"""Swaps of duties, and the rotas of other offices in which somebody may stand."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Text, and_, cast, func, or_, select

from services.notify.duties import Rota, rota_from
from services.notify.models import duty_swap, office
from services.notify.swaps import Swap, swap_from

_row = duty_swap.c
_SHOWN = 50
_SHOWN_FOR = timedelta(days=30)


def add(tx: Connection, office_id: str, swap: Swap, now: datetime) -> None:
    """Keep an offer."""
    tx.execute(duty_swap.insert(), {"office_id": office_id, "offered_at": now, **vars(swap)})


def find(tx: Connection, office_id: str, swap_id: str) -> Any | None:
    """Return an offer at an office, or None. Whoever changes it holds the office."""
    mine = select(duty_swap).where(_row.office_id == office_id, _row.swap_id == swap_id)
    return tx.execute(mine).first()


def answer(tx: Connection, swap_id: str, value: str, now: datetime) -> None:
    """Note what became of an offer."""
    tx.execute(duty_swap.update().where(_row.swap_id == swap_id).values(answer=value, answered_at=now))


def unanswered(tx: Connection, office_id: str, now: datetime) -> list[Swap]:
    """Return the offers at an office that nobody has answered and whose duties are to come."""
    open_ones = and_(_row.office_id == office_id, _row.answer.is_(None), _row.from_at > now)
    return [swap_from(row._mapping) for row in tx.execute(select(duty_swap).where(open_ones))]


def shown(tx: Connection, office_id: str, account_id: str | None, now: datetime) -> list[Any]:
    """Return what is told of an office's offers, newest first: of `account_id` alone, or all."""
    recent = select(duty_swap).where(_row.office_id == office_id, _row.until_at > now - _SHOWN_FOR)
    if account_id is not None:
        recent = recent.where(or_(_row.from_account_id == account_id, _row.to_account_id == account_id))
    order = (_row.offered_at.desc(), _row.swap_id)
    return list(tx.execute(recent.order_by(*order).limit(_SHOWN)))


def waiting_for(tx: Connection, office_id: str, account_id: str, now: datetime) -> int:
    """Return how many offers of an office wait for somebody's answer."""
    mine = and_(_row.to_account_id == account_id, _row.answer.is_(None))
    to_come = select(func.count()).where(mine, _row.office_id == office_id, _row.from_at > now)
    return int(tx.execute(to_come).scalar_one())


def elsewhere(tx: Connection, office_id: str, account_id: str) -> list[Rota]:
    """Return the rotas of other offices in which somebody stands."""
    names = cast(office.c.rota, Text).contains(account_id)
    found = select(office.c.rota).where(office.c.office_id != office_id, names)
    return [rota_from(value) for value in tx.execute(found).scalars()]
