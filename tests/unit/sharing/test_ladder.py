"""Facts of notify, taken in whatever order they come."""

from datetime import timedelta
from itertools import permutations

import pytest

from services.sharing.domain import ladder
from tests.unit.sharing.a_handoff import NOW, a_handoff, a_raised, an_escalated, an_overdue


def test_the_first_alert_makes_it_delivered():
    heard = ladder.raised(a_handoff(), a_raised())

    assert (heard.handoff.state, heard.handoff.delivered_at, heard.handoff.rung) == ("delivered", NOW, 1)
    assert heard.handoff.next_at == NOW + timedelta(hours=1)
    assert heard.event.state == "delivered"
    assert [holder.account_id for holder in heard.holders] == ["care_manager-1"]


def test_a_skipped_rung_holds_nothing_and_is_not_the_next():
    heard = ladder.raised(a_handoff(), a_raised(current=2, skipped=(1, 3)))

    assert [holder.account_id for holder in heard.holders] == ["deputy-1"]
    assert heard.handoff.next_at == NOW + timedelta(hours=3)


def test_the_desk_holds_as_an_office():
    [holder] = ladder.escalated(a_handoff(), an_escalated(4)).holders

    assert (holder.holder, holder.office_id, holder.account_id) == ("desk", "desk", None)


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_any_order_of_the_same_facts_ends_in_the_same_place(order):
    told = (
        (ladder.raised, a_raised()),
        (ladder.escalated, an_escalated(2)),
        (ladder.escalated, an_escalated(3)),
        (ladder.raised, a_raised()),
    )
    handoff, holders = a_handoff(), set()
    for number in order:
        take, fact = told[number]
        heard = take(handoff, fact)
        handoff, holders = heard.handoff, holders | {holder.holder for holder in heard.holders}

    assert (handoff.state, handoff.rung, handoff.plan) == ("escalated", 3, 1)
    assert handoff.delivered_at == NOW
    assert len(handoff.rungs) == 4
    assert holders == {"care_manager-1", "deputy-1", "office_manager-1"}


def test_overdue_is_not_undone_by_a_late_escalation():
    late = ladder.overdue(ladder.raised(a_handoff(), a_raised()).handoff, an_overdue()).handoff

    after = ladder.escalated(late, an_escalated(4)).handoff

    assert (after.state, after.rung, after.next_at) == ("overdue", 4, None)


@pytest.mark.parametrize(
    "state", ["acknowledged", "accepted", "declined", "recalled", "superseded", "completed"]
)
def test_an_answer_is_never_touched(state):
    for heard in (
        ladder.raised(a_handoff(state=state), a_raised()),
        ladder.escalated(a_handoff(state=state), an_escalated(3)),
        ladder.overdue(a_handoff(state=state), an_overdue()),
    ):
        assert (heard.handoff.state, heard.handoff.next_at) == (state, None)
        assert heard.event is not None
    assert ladder.escalated(a_handoff(state=state, rung=2), an_escalated(3)).handoff.rung == 2


def test_a_new_plan_may_begin_lower_and_an_old_one_is_past():
    first = ladder.raised(a_handoff(), a_raised(current=4, skipped=(1, 2, 3))).handoff

    second = ladder.raised(first, a_raised(current=1, revision=2)).handoff
    after = ladder.raised(second, a_raised(current=4, revision=1, at=NOW - timedelta(seconds=1))).handoff
    after = ladder.escalated(after, an_escalated(4, revision=1)).handoff

    assert (second.rung, after.rung, after.plan) == (1, 1, 2)
    assert after.delivered_at == NOW - timedelta(seconds=1)


def test_a_new_plan_that_is_heard_before_the_step_up_tells_of_it():
    delivered = ladder.raised(a_handoff(), a_raised()).handoff

    after = ladder.raised(delivered, a_raised(current=3, revision=2)).handoff
    after = ladder.escalated(after, an_escalated(3, revision=1)).handoff

    assert (after.state, after.rung) == ("escalated", 3)


def test_beginning_above_skipped_rungs_is_no_step_up():
    heard = ladder.raised(a_handoff(), a_raised(current=2, skipped=(1,)))

    assert heard.handoff.state == "delivered"


def test_the_present_rung_is_marked_while_somebody_has_to_answer():
    handoff = ladder.escalated(ladder.raised(a_handoff(), a_raised()).handoff, an_escalated(2)).handoff

    assert [rung["is_current"] for rung in ladder.shown(handoff)] == [False, True, False, False]
