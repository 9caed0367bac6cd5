"""An office as notify knows it: its hours, who works there and who is on duty. Pure values, no table."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chassis.calendar import DEFAULT_HOURS, OfficeCalendar
from services.notify.duties import EMPTY, Rota, rota_from

DEFAULT_CALENDAR = OfficeCalendar.from_wire(DEFAULT_HOURS)


@dataclass(frozen=True)
class Member:
    """One person at an office; the roles that the same person holds there are taken together."""

    account_id: str
    roles: frozenset[str]
    deputy_id: str | None = None
    is_active: bool = True
    away: tuple[tuple[datetime, datetime], ...] = ()

    def is_away(self, at: datetime) -> bool:
        """Return whether the person has said to be away at that moment."""
        return any(start <= at < end for start, end in self.away)


@dataclass(frozen=True)
class Office:
    """The copy of one office. `is_known` says that both its entry and its staff have arrived."""

    office_id: str | None
    calendar: OfficeCalendar = DEFAULT_CALENDAR
    members: tuple[Member, ...] = ()
    manager_id: str | None = None
    is_known: bool = False
    version: int = 0
    rota: Rota = EMPTY

    def member(self, account_id: str | None) -> Member | None:
        """Return who has this account here, or None."""
        return next((member for member in self.members if member.account_id == account_id), None)

    def has_active(self, account_id: str) -> bool:
        """Return whether this person works here now."""
        member = self.member(account_id)
        return member is not None and member.is_active

    def active(self, role: str) -> list[Member]:
        """Return those who may act in `role` here."""
        return [member for member in self.members if member.is_active and role in member.roles]


def office_from(row: Mapping[str, Any]) -> Office:
    """Return the office of a row of the copy, whose parts may not have arrived yet."""
    staffing = row["staffing"] or {"manager_id": None, "members": []}
    hours = row["hours"]
    return Office(
        office_id=row["office_id"],
        calendar=OfficeCalendar.from_wire(hours) if hours else DEFAULT_CALENDAR,
        members=members_from(staffing["members"]),
        manager_id=staffing["manager_id"],
        is_known=bool(hours) and row["staffing"] is not None,
        version=row["version"],
        rota=rota_from(row.get("rota")),
    )


def members_from(members: list[dict[str, Any]]) -> tuple[Member, ...]:
    """Return one Member per account. A membership that is suspended adds nothing to an active one."""
    by_account: dict[str, list[dict[str, Any]]] = {}
    for member in members:
        by_account.setdefault(member["account_id"], []).append(member)
    return tuple(_member(account_id, held) for account_id, held in by_account.items())


def _member(account_id: str, held: list[dict[str, Any]]) -> Member:
    active = [membership for membership in held if membership["is_active"]]
    counted = active or held
    return Member(
        account_id=account_id,
        roles=frozenset(membership["role"] for membership in counted),
        deputy_id=next((membership["deputy_id"] for membership in counted if membership["deputy_id"]), None),
        is_active=bool(active),
        away=tuple(_absence(absence) for membership in counted for absence in membership["away"]),
    )


def _absence(absence: dict[str, str]) -> tuple[datetime, datetime]:
    return datetime.fromisoformat(absence["from_at"]), datetime.fromisoformat(absence["until_at"])
