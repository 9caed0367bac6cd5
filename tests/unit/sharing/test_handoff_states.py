"""Which state follows which, by whom: example by example, then any course of events at all."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.errors import Conflict
from contracts.sharing import HANDOFF_STATES
from services.sharing.domain import facts, handoffs, ladder
from services.sharing.domain.handoffs import BEFORE, ENDS, OPEN, WAITING
from tests.unit.sharing.a_handoff import AOKI, NOW, TANAKA, a_handoff, a_raised, an_escalated, an_overdue

ACTS = {
    "acknowledge": lambda handoff: handoffs.acknowledge(handoff, AOKI, NOW),
    "accept": lambda handoff: handoffs.accept(handoff, AOKI, NOW),
    "decline": lambda handoff: handoffs.decline(handoff, "full", "", AOKI, NOW),
    "complete": lambda handoff: handoffs.complete(handoff, AOKI, NOW),
    "recall": lambda handoff: handoffs.recall(handoff, "", TANAKA, NOW),
    "supersede": lambda handoff: handoffs.supersede(handoff, "h2", TANAKA, NOW),
}
HEARD = {
    "raised": lambda handoff, n, revision: ladder.raised(handoff, a_raised(n, revision)),
    "escalated": lambda handoff, n, revision: ladder.escalated(handoff, an_escalated(n, revision)),
    "overdue": lambda handoff, n, revision: ladder.overdue(handoff, an_overdue()),
}


def test_the_states_are_those_of_the_contract():
    assert {"draft", "sent", *BEFORE} == set(HANDOFF_STATES)
    assert WAITING < OPEN
    assert OPEN | ENDS | {"draft"} == set(HANDOFF_STATES)


@pytest.mark.parametrize("state", sorted(WAITING))
def test_whatever_waits_can_be_acknowledged(state):
    after, event = handoffs.acknowledge(a_handoff(state=state, rung=2), AOKI, NOW)

    assert (after.state, after.acknowledged_by, after.acknowledged_by_name) == (
        "acknowledged",
        "aoki",
        "Aoki",
    )
    assert (event.state, event.actor_name, event.rung) == ("acknowledged", "Aoki", 2)


def test_accepting_after_somebody_acknowledged_keeps_their_name():
    taken, _ = handoffs.acknowledge(a_handoff(), AOKI, NOW)

    after, _ = handoffs.accept(taken, handoffs.Actor("baba", "Baba", "sakura"), NOW + timedelta(hours=1))

    assert (after.state, after.acknowledged_by_name, after.acknowledged_at) == ("accepted", "Aoki", NOW)
    assert after.accepted_at == NOW + timedelta(hours=1)


def test_what_was_accepted_can_no_longer_be_declined():
    with pytest.raises(Conflict, match="is_accepted"):
        handoffs.decline(a_handoff(state="accepted"), "full", "", AOKI, NOW)


def test_each_side_may_do_its_own():
    assert handoffs.may(a_handoff(), "receiver") == ["acknowledge", "accept", "decline"]
    assert handoffs.may(a_handoff(), "sender") == ["recall", "supersede"]
    assert handoffs.may(a_handoff(state="acknowledged"), "receiver") == ["accept", "decline", "complete"]
    assert handoffs.may(a_handoff(state="recalled"), "receiver") == []


@pytest.mark.parametrize("state", sorted(set(BEFORE) - {"seen"}))
def test_being_opened_moves_nothing_but_what_had_not_been_opened(state):
    step = handoffs.see(a_handoff(state=state), AOKI, NOW)

    expected = "seen" if state in ("delivered", "escalated") else state
    assert (step[0].state if step else state) == expected
    assert (step is None) == (state in ENDS)


@given(
    st.lists(
        st.one_of(
            st.sampled_from(sorted(ACTS)),
            st.just("see"),
            st.tuples(st.sampled_from(sorted(HEARD)), st.integers(1, 4), st.integers(1, 3)),
        ),
        max_size=12,
    )
)
def test_no_course_of_events_leaves_an_end_or_forgets_an_answer(course):
    handoff = a_handoff()
    for step in course:
        before, handoff, actor = handoff, *_take(handoff, step)

        assert handoff.state in HANDOFF_STATES
        if before.state in ENDS:
            assert (handoff.state, handoff.ended_at) == (before.state, before.ended_at)
        if before.state not in WAITING:
            assert handoff.state not in WAITING
        if handoff.acknowledged_at and not before.acknowledged_at:
            assert actor is not None
            assert handoff.acknowledged_by_name == actor.name
        if before.acknowledged_at:
            assert handoff.acknowledged_by_name == before.acknowledged_by_name
        if handoff.state in ("acknowledged", "accepted", "completed"):
            assert handoff.acknowledged_by
        if not handoff.is_waiting:
            assert handoff.next_at is None


def _take(handoff, step):
    """Return what a step makes of a handoff, and who acted."""
    if isinstance(step, tuple):
        name, number, revision = step
        return HEARD[name](handoff, number, revision).handoff, None
    if step == "see":
        seen = handoffs.see(handoff, AOKI, NOW)
        return (seen[0] if seen else handoff), AOKI
    try:
        return ACTS[step](handoff)[0], AOKI
    except Conflict:
        assert step not in handoffs.may(handoff, "receiver") + handoffs.may(handoff, "sender")
        return handoff, None


@pytest.mark.parametrize("act", sorted(ACTS))
def test_each_act_is_announced_by_ids_alone(act):
    before = a_handoff(state="acknowledged" if act == "complete" else "delivered")
    handoff, event = ACTS[act](before)

    fact = facts.of_event(handoff, event)

    assert fact.kind.what == f"handoff_{handoff.state}"
    assert fact.episode == "s1"
    assert "Aoki" not in str(fact.data)
