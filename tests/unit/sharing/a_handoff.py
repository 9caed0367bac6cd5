"""Builders for the rules of a handoff."""

from datetime import UTC, datetime, timedelta

from contracts.fact import Envelope
from contracts.notify import AlertEscalated, AlertOverdue, AlertRaised
from services.sharing.domain.handoffs import Actor, Handoff

NOW = datetime(2026, 11, 24, 5, 2, tzinfo=UTC)
AOKI = Actor("aoki", "Aoki", "sakura")
TANAKA = Actor("tanaka", "田中 美咲", "hospital")


def a_handoff(**changed):
    return Handoff(
        **{
            "handoff_id": "h1",
            "code": "K4M7-2PX",
            "note_id": "n1",
            "stay_id": "s1",
            "person_id": "chiyo",
            "municipality": "999997",
            "version": 1,
            "state": "sent",
            "urgency": "today",
            "from_office_id": "hospital",
            "from_office_name": "架空総合病院",
            "from_account_id": "tanaka",
            "from_name": "田中 美咲",
            "to_office_id": "sakura",
            "to_account_id": "aoki",
            "desk_id": "desk",
            "sent_at": NOW,
            **changed,
        }
    )


def rungs(count=4, skipped=()):
    roles = ("care_manager", "deputy", "office_manager", "desk")
    return [
        {
            "number": number,
            "role": role,
            "account_ids": [f"{role}-1"],
            "office_id": "desk" if role == "desk" else "sakura",
            "starts_at": NOW + timedelta(hours=number - 1),
            "skipped": "away" if number in skipped else None,
        }
        for number, role in enumerate(roles[:count], 1)
    ]


def a_raised(current=1, revision=1, at=NOW, skipped=()):
    data = {
        "handoff_id": "h1",
        "alert_id": "a1",
        "delivered_at": at,
        "rungs": rungs(skipped=skipped),
        "current": current,
        "hours_are_provisional": False,
    }
    return _heard(AlertRaised, data, revision)


def an_escalated(number=2, revision=1, at=NOW):
    data = {
        "handoff_id": "h1",
        "alert_id": "a1",
        "rung": rungs()[number - 1],
        "escalated_at": at,
        "next_at": at + timedelta(hours=1),
    }
    return _heard(AlertEscalated, data, revision)


def an_overdue(at=NOW):
    return _heard(AlertOverdue, {"handoff_id": "h1", "alert_id": "a1", "overdue_at": at}, 1)


def _heard(kind, data, revision):
    return Envelope("f1", kind, NOW, data, "999997", "s1", revision, "")
