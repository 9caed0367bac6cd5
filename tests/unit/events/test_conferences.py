from dataclasses import replace
from datetime import UTC, datetime, timedelta

from services.events.domain import Conference, Plan, propose, withdraw

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
FRIDAY = NOW + timedelta(days=3)
BLANK = Conference("conference", "stay", "", "new", "hospital")


def a_plan(planned_at=FRIDAY, care_office="sakura", revision=1):
    return Plan("999997", care_office, planned_at, revision)


def proposed(**changes):
    return replace(propose(BLANK, a_plan(), NOW), **changes)


def test_a_planned_discharge_proposes_a_conference_before_it():
    assert propose(BLANK, a_plan(), NOW) == Conference(
        conference_id="conference",
        stay_id="stay",
        municipality="999997",
        state="proposed",
        hospital_id="hospital",
        care_office_id="sakura",
        hold_before=FRIDAY,
        proposed_at=NOW,
        revision=1,
    )


def test_a_moved_plan_moves_the_conference():
    later = a_plan(planned_at=FRIDAY + timedelta(days=4), care_office=None, revision=2)

    moved = propose(proposed(), later, NOW + timedelta(hours=1))

    assert moved == proposed(hold_before=later.planned_at, care_office_id=None, revision=2)


def test_an_older_plan_changes_nothing():
    assert propose(proposed(revision=5), a_plan(revision=4), NOW) is None
    assert propose(proposed(revision=5), a_plan(revision=5), NOW) is None


def test_the_end_of_the_stay_withdraws_it_once():
    withdrawn = withdraw(proposed(), NOW)

    assert withdrawn == proposed(state="withdrawn", withdrawn_at=NOW)
    assert withdraw(withdrawn, NOW) is None


def test_a_plan_after_the_end_proposes_nothing():
    assert propose(withdraw(BLANK, NOW), a_plan(), NOW) is None
