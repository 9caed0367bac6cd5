"""A duty goes over to a colleague who accepts, whole and at once; else it stays where it is."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from contracts.errors import Conflict, Invalid
from services.notify.duties import Rota, of_person, on_duty
from services.notify.offices import Office
from services.notify.swaps import Swap, accepted, check_answer, check_free, check_offer, state
from tests.unit.notify.test_duties import MONDAY, NIGHTS, WEEK, once
from tests.unit.notify.test_ladder_plan import AOKI, BABA, MANAGER, a_member, an_office, tokyo

NOW = tokyo("2026-11-20 10:00")
BEGINS, ENDS = tokyo("2026-11-23 17:30"), tokyo("2026-11-24 08:30")
OFFER = Swap("offer", AOKI, MANAGER, BEGINS, ENDS)


def sakura(*members: Any, rota: Rota = NIGHTS) -> Office:
    members = members or (a_member(AOKI), a_member(BABA), a_member(MANAGER))
    return replace(an_office(*members), rota=rota)


def test_an_accepted_duty_is_the_colleagues_and_nobody_elses() -> None:
    rota = accepted(NIGHTS, OFFER, "new")

    assert on_duty(rota, tokyo("2026-11-24 00:00")) == MANAGER
    assert of_person(rota, AOKI, MONDAY, MONDAY + WEEK) == []
    assert on_duty(rota, tokyo("2026-12-01 00:00")) == AOKI


@pytest.mark.parametrize(
    ("swap", "now", "told"),
    [
        (OFFER, NOW, "waits"),
        (OFFER, BEGINS - timedelta(seconds=1), "waits"),
        (OFFER, BEGINS, "lapsed"),
        (replace(OFFER, answer="declined"), BEGINS, "declined"),
        (replace(OFFER, until_at=ENDS + timedelta(minutes=15)), NOW, "changed"),
    ],
)
def test_an_offer_waits_until_its_duty_begins(swap: Swap, now: Any, told: str) -> None:
    assert state(swap, NIGHTS, now) == told


def test_whoever_has_not_answered_leaves_the_duty_where_it_is() -> None:
    with pytest.raises(Conflict, match="duty_has_begun"):
        check_answer(OFFER, sakura(), BEGINS)

    assert on_duty(NIGHTS, BEGINS) == AOKI


@pytest.mark.parametrize(
    ("swap", "reason"),
    [
        (replace(OFFER, from_account_id=BABA), "duty_changed"),
        (replace(OFFER, from_at=BEGINS - timedelta(minutes=15)), "duty_changed"),
        (replace(OFFER, until_at=BEGINS), "duty_changed"),
        (replace(OFFER, until_at=tokyo("2999-01-01 00:00")), "duty_changed"),
        (replace(OFFER, from_at=NOW - WEEK, until_at=NOW - WEEK), "duty_has_begun"),
    ],
)
def test_only_a_coming_duty_of_ones_own_is_offered(swap: Swap, reason: str) -> None:
    with pytest.raises(Conflict, match=reason):
        check_offer(swap, sakura(), [], NOW)


def test_a_duty_is_offered_to_one_at_a_time() -> None:
    first = replace(OFFER, to_account_id=BABA)

    with pytest.raises(Conflict, match="swap_waits"):
        check_offer(OFFER, sakura(), [first], NOW)

    check_offer(OFFER, sakura(), [replace(first, answer="declined")], NOW)


@pytest.mark.parametrize(
    ("colleague", "members", "code"),
    [
        (AOKI, (a_member(AOKI),), "not_a_member"),
        (BABA, (a_member(AOKI),), "not_a_member"),
        (BABA, (a_member(AOKI), a_member(BABA, is_active=False)), "not_active"),
        (
            BABA,
            (a_member(AOKI), a_member(BABA, away=[("2026-11-24 00:00", "2026-11-25 00:00")])),
            "away_then",
        ),
    ],
)
def test_a_duty_is_offered_to_whoever_can_be_there(colleague: str, members: Any, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_offer(replace(OFFER, to_account_id=colleague), sakura(*members), [], NOW)

    assert refused.value.fields == {"to_account_id": [code]}


def test_an_offer_counts_no_more_once_the_manager_has_changed_the_duty() -> None:
    changed = sakura(rota=Rota(NIGHTS.weekly, (once("2026-11-23", "17:30", "08:30", BABA),)))

    assert state(OFFER, changed.rota, NOW) == "changed"
    with pytest.raises(Conflict, match="duty_changed"):
        check_answer(OFFER, changed, NOW)


def test_nobody_gets_two_duties_at_once_at_two_offices() -> None:
    other = Rota((), (once("2026-11-24", "08:15", "09:00", MANAGER),))

    with pytest.raises(Conflict, match="on_duty_elsewhere"):
        check_free(OFFER, [other])

    check_free(OFFER, [Rota((), (once("2026-11-24", "08:30", "09:00", MANAGER),))])
