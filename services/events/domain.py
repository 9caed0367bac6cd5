"""The rules of a 退院前カンファレンス: a planned discharge proposes it, the end of the stay withdraws it.

Pure. A change returns the conference as it is then, or None when nothing changes: facts may come
twice, late or out of order, and only a later revision of the plan counts.
"""

from dataclasses import dataclass, replace
from datetime import datetime

NEW, PROPOSED, WITHDRAWN = "new", "proposed", "withdrawn"


@dataclass(frozen=True)
class Plan:
    """What a stay's plan says of its discharge."""

    municipality: str
    care_office_id: str | None
    planned_at: datetime
    revision: int


@dataclass(frozen=True)
class Conference:
    """One conference of one stay."""

    conference_id: str
    stay_id: str
    municipality: str
    state: str
    hospital_id: str
    care_office_id: str | None = None
    hold_before: datetime | None = None
    proposed_at: datetime | None = None
    withdrawn_at: datetime | None = None
    revision: int = -1

    @property
    def offices(self) -> list[str]:
        """The offices whose boards show it."""
        return [office for office in (self.hospital_id, self.care_office_id) if office]


def propose(known: Conference, plan: Plan, now: datetime) -> Conference | None:
    """Return the conference that a plan proposes or moves; it has to be held before the discharge."""
    if known.state == WITHDRAWN or plan.revision <= known.revision:
        return None
    return replace(
        known,
        state=PROPOSED,
        municipality=plan.municipality,
        care_office_id=plan.care_office_id,
        hold_before=plan.planned_at,
        proposed_at=known.proposed_at or now,
        revision=plan.revision,
    )


def withdraw(known: Conference, now: datetime) -> Conference | None:
    """Return the conference withdrawn, since its stay was cancelled or has ended."""
    if known.state == WITHDRAWN:
        return None
    return replace(known, state=WITHDRAWN, withdrawn_at=now)
