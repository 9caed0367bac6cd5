"""Swaps of duties; the rota itself stands with its office."""

from sqlalchemy import Column, Index, String, Table

from chassis.columns import Id, Moment
from services.notify.models.base import metadata

# An offer of one duty to a colleague. `answer` is accepted, declined, withdrawn, or changed (somebody
# else was put on duty), or none so far.
duty_swap = Table(
    "duty_swap",
    metadata,
    Column("swap_id", Id, primary_key=True),
    Column("office_id", Id, nullable=False),
    Column("from_account_id", Id, nullable=False),
    Column("to_account_id", Id, nullable=False),
    Column("from_at", Moment, nullable=False),
    Column("until_at", Moment, nullable=False),
    Column("offered_at", Moment, nullable=False),
    Column("answer", String(10)),
    Column("answered_at", Moment),
)
Index("ix_duty_swap_office", duty_swap.c.office_id, duty_swap.c.from_at)
_waits = duty_swap.c.answer.is_(None)
Index("ix_duty_swap_waiting", duty_swap.c.to_account_id, postgresql_where=_waits, sqlite_where=_waits)
