"""What must hold between the services, and over everything that was told to people."""

from collections import Counter
from importlib import import_module

from chassis import audit
from tests.support.mail import MailCatcher
from tests.support.stack import Stack
from tests.support.weeks.records import Alert, Row, rung_told, without_times

_WAITING = {"delivered", "seen", "escalated", "overdue"}
# What notify may have heard last when sharing stands there.
_ENDS = {
    "acknowledged": {"acknowledged"},
    "accepted": {"accepted"},
    "declined": {"declined"},
    "recalled": {"recalled"},
    "superseded": {"superseded"},
}
_OPEN_TO_ACT = ("acknowledged", "accepted", "declined", "recalled", "superseded")


def check_pictures_agree(handoffs: dict[str, Row], alerts: dict[str, Alert]) -> None:
    """Assert that sharing and notify tell the same of every handoff."""
    assert handoffs.keys() == alerts.keys()
    for id, handoff in handoffs.items():
        alert = alerts[id]
        assert handoff["delivered_at"] == alert.row["raised_at"]
        assert alert.is_open == (handoff["state"] in _WAITING), (handoff["state"], alert.row["ended_as"])
        assert {str(holder) for holder in handoff["holders"]} >= _holders(alert)
        if alert.is_open:
            _check_open(handoff, alert)
        else:
            assert alert.row["ended_as"] in _ENDS[handoff["state"]]
            assert alert.row["ended_at"] == _answered_at(handoff)
        _check_history(handoff)


def _holders(alert: Alert) -> set[str]:
    return {
        id for rung in alert.asked for id in ((rung.office_id,) if rung.role == "desk" else rung.account_ids)
    }


def _check_open(handoff: Row, alert: Alert) -> None:
    assert (handoff["plan"], handoff["rung"]) == (alert.row["revision"], alert.current)
    assert [rung_told(told) for told in handoff["rungs"]] == [without_times(rung) for rung in alert.rungs]
    assert (handoff["state"] == "overdue") == (alert.row["overdue_at"] is not None)
    if alert.current < len(alert.rungs):
        assert handoff["next_at"] == alert.row["next_at"]


def _answered_at(handoff: Row):
    return next(event["at"] for event in handoff["events"] if event["state"] in _OPEN_TO_ACT)


def _check_history(handoff: Row) -> None:
    """Nothing is said twice, and nobody is asked after an answer."""
    events = handoff["events"]
    said = Counter((event["state"], event["rung"]) for event in events)
    assert [what for what, count in said.items() if count > 1] == []
    answers = [event["at"] for event in events if event["state"] in _OPEN_TO_ACT]
    asked = [event["at"] for event in events if event["state"] in ("delivered", "escalated", "overdue")]
    assert not answers or max(asked) <= min(answers)


def check_inboxes(stack: Stack) -> None:
    """Assert that every reader's numbers run from 1 without a gap, and nothing is in one twice."""
    notify = stack.database("notify")
    for reader in notify.rows("SELECT reader, last_seq FROM reader"):
        rows = notify.rows(
            "SELECT seq, alert_id, kind, about FROM inbox_item WHERE reader = :reader ORDER BY seq",
            reader=reader["reader"],
        )
        assert [row["seq"] for row in rows] == list(range(1, reader["last_seq"] + 1)), reader
        assert len({(row["alert_id"], row["kind"], row["about"]) for row in rows}) == len(rows)
    late = notify.scalar(
        "SELECT count(*) FROM inbox_item JOIN alert USING (alert_id)"
        " WHERE kind = 'discharge_note' AND arrived_at > ended_at"
    )
    assert late == 0, "asked after the answer"


def check_letters(stack: Stack, mail: MailCatcher) -> None:
    """Assert that each letter went out once, that none waits, and none was begun after the answer."""
    notify = stack.database("notify")
    states = Counter(row["state"] for row in notify.rows("SELECT state FROM delivery"))
    all_sent = "SELECT letter_id FROM {} WHERE state = 'sent'"
    both = [notify.rows(all_sent.format(table)) for table in ("delivery", "daily_letter")]
    sent = {str(row["letter_id"]) for rows in both for row in rows}
    taken = Counter(str(letter["Message-ID"]).strip("<>").split("@")[0] for letter in mail.messages)
    assert states["queued"] == 0
    assert {id: count for id, count in taken.items() if count != 1} == {}
    assert taken.keys() == sent
    late = "SELECT count(*) FROM delivery JOIN alert USING (alert_id) WHERE queued_at > ended_at"
    assert notify.scalar(late) == 0
    repeated = notify.rows(
        "SELECT alert_id, account_id, rung FROM delivery WHERE rung < 4"
        " GROUP BY alert_id, account_id, rung HAVING count(*) > 1"
    )
    assert repeated == []


def check_seals(stack: Stack, service: str) -> int:
    """Assert that a service's access log is sealed and unbroken; returns how many rows it has."""
    metadata = import_module(f"services.{service}.models").metadata
    with stack.database(service).begin() as tx:
        verdict = audit.verify(tx, metadata)
    assert (verdict.broken_at, verdict.unsealed) == (None, 0)
    return verdict.sealed
