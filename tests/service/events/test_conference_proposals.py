"""A planned discharge proposes a conference to both sides; the end of the stay withdraws it."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from chassis.ids import new_id
from contracts.sharing import DischargePlanned, StayCancelled, StayDischarged
from tests.support.calls import a_caller
from tests.support.eventually import eventually


@pytest.fixture(scope="module")
def stack(start_stack):
    return start_stack("events")


@dataclass
class Stay:
    """A stay that nobody else's test knows."""

    stack: object

    def __post_init__(self):
        self.id, self.hospital, self.sakura = new_id(), new_id(), new_id()
        self.friday = self.stack.clock.now().replace(microsecond=0) + timedelta(days=3)

    def planned(self, at=None, revision=1, care_office="sakura"):
        return DischargePlanned.happened(
            municipality="999997",
            episode=self.id,
            revision=revision,
            stay_id=self.id,
            hospital_id=self.hospital,
            planner_id=new_id(),
            care_office_id=self.sakura if care_office == "sakura" else care_office,
            care_manager_id=new_id(),
            planned_at=at or self.friday,
        )

    def cancelled(self):
        return StayCancelled.happened(stay_id=self.id, hospital_id=self.hospital)

    def discharged(self):
        return StayDischarged.happened(
            stay_id=self.id, hospital_id=self.hospital, discharged_at=self.stack.clock.now()
        )

    def tell(self, *facts, times=1):
        for fact in facts:
            self.stack.broker.publish(fact, times=times)
            for _ in range(2):
                eventually(self._is_quiet, timeout=60)

    def _is_quiet(self):
        depths = self.stack.broker.queue_depths().items()
        waiting = sum(n for name, n in depths if name.startswith("events.") and not name.endswith(".dead"))
        unpublished = "SELECT count(*) FROM outbox WHERE published_at IS NULL"
        return not waiting and not self.stack.database("events").scalar(unpublished)

    def board(self, office_id):
        caller = a_caller(office_id=office_id)
        found = self.stack.ask("events", "list_conferences", {}, caller=caller)["conferences"]
        return [(each["stay_id"], each["state"], each["hold_before"]) for each in found]

    def announced(self):
        rows = self.stack.database("events").rows(
            "SELECT routing_key FROM outbox WHERE envelope->'data'->>'stay_id' = :id"
            " ORDER BY recorded_at, id",
            id=self.id,
        )
        return [row["routing_key"] for row in rows]


@pytest.fixture
def stay(stack):
    return Stay(stack)


def test_both_sides_see_the_proposal(stay):
    stay.tell(stay.planned(), times=2)

    expected = [(stay.id, "proposed", stay.friday.isoformat())]
    assert stay.board(stay.hospital) == expected
    assert stay.board(stay.sakura) == expected
    assert stay.board(new_id()) == []
    assert stay.announced() == ["conference_proposed.v1"]


def test_a_moved_plan_moves_the_proposal_whatever_comes_first(stay):
    later = stay.friday + timedelta(days=4)

    stay.tell(stay.planned(at=later, revision=2), stay.planned(revision=1))

    assert stay.board(stay.hospital) == [(stay.id, "proposed", later.isoformat())]
    assert stay.announced() == ["conference_proposed.v1"]


def test_another_care_office_takes_the_place_of_the_first(stay):
    baba = new_id()

    stay.tell(stay.planned(), stay.planned(revision=2, care_office=baba))

    assert stay.board(stay.sakura) == []
    assert len(stay.board(baba)) == 1


@pytest.mark.parametrize("end", ["cancelled", "discharged"])
def test_the_end_of_the_stay_withdraws_it(stay, end):
    stay.tell(stay.planned(), getattr(stay, end)())

    assert stay.board(stay.hospital) == []
    assert stay.announced() == ["conference_proposed.v1", "conference_withdrawn.v1"]


def test_an_end_that_is_heard_first_wins(stay):
    stay.tell(stay.cancelled(), stay.planned())

    assert stay.board(stay.hospital) == []
    assert stay.announced() == []
