"""Guessing many logins from one place is slowed down; an office behind the same address goes on."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from chassis.migrate import differences
from contracts.errors import NotSignedIn, Problem, TooMany
from tests.support.eventually import eventually

HERE, THERE = "a" * 64, "b" * 64
FREE = 100
ONE_TRY = timedelta(seconds=6)


@pytest.fixture(autouse=True)
def morning(town):
    town.stack.clock.set("2026-11-24 10:00")
    town.database.execute("DELETE FROM sign_in_place")
    town.database.execute("DELETE FROM sign_in_known")
    town.database.execute("DELETE FROM sign_in_attempt")


def have_tried(town, count, place=HERE):
    """Let so many wrong tries have come from a place just now; returns until when it is busy."""
    busy_until = town.stack.clock.now() + count * ONE_TRY
    town.database.execute(
        "INSERT INTO sign_in_place (place, busy_until) VALUES (:place, :busy_until)"
        " ON CONFLICT (place) DO UPDATE SET busy_until = :busy_until",
        place=place,
        busy_until=busy_until,
    )
    return busy_until


def busy_until(town, place=HERE):
    return town.database.scalar("SELECT busy_until FROM sign_in_place WHERE place = :place", place=place)


def guess(town, count):
    """Try so many logins from here, eight at a time; returns what was answered."""

    def one(number):
        with pytest.raises(Problem) as refused:
            town.sign_in(f"guessed-{number}", "wrong", HERE)
        return refused.value.reason

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(one, range(count)))


def test_the_tables_are_those_of_the_models(town):
    assert differences("accounts", town.stack.instance.database_url("accounts")) == []


def test_many_logins_tried_from_one_place_are_slowed_down(town):
    have_tried(town, FREE - 1)
    assert guess(town, 1) == ["wrong_password"]
    have_tried(town, FREE + 1)

    with pytest.raises(TooMany) as refused:
        town.sign_in("guessed-next", "wrong", HERE)

    assert refused.value.reason == "too_many_here"
    assert 1 <= refused.value.fields["retry_after_s"] <= 6
    town.stack.clock.advance(seconds=refused.value.fields["retry_after_s"])
    with pytest.raises(NotSignedIn):
        town.sign_in("guessed-next", "wrong", HERE)


def test_tries_at_the_same_moment_are_all_counted(town):
    before = have_tried(town, FREE - 10)

    answers = guess(town, 30)

    # Time goes on meanwhile, so some more than ten got through; each of them was counted.
    assert 10 <= answers.count("wrong_password") < 30
    assert answers.count("too_many_here") == 30 - answers.count("wrong_password")
    assert busy_until(town) == before + answers.count("wrong_password") * ONE_TRY


def test_whoever_is_at_home_there_signs_in_all_the_same(town):
    town.sign_in("aoki", place=HERE)
    have_tried(town, FREE + 5)

    assert town.sign_in("aoki", place=HERE)["session"]["name"] == "Aoki"


def test_a_newcomer_there_waits_some_seconds_and_is_in(town):
    have_tried(town, FREE + 1)
    with pytest.raises(TooMany, match="too_many_here"):
        town.sign_in("baba", place=HERE)

    town.stack.clock.advance(seconds=6)

    assert town.sign_in("baba", place=HERE)["session"]["name"] == "Baba"


def test_another_place_and_one_that_is_unknown_are_not_slowed_down(town):
    have_tried(town, FREE + 5)

    assert town.sign_in("ota", place=THERE)["session"]["name"] == "Ota"
    assert town.sign_in("baba")["session"]["name"] == "Baba"


def test_right_passwords_of_a_whole_office_count_for_nothing(town):
    before = have_tried(town, 50)

    for login in ("aoki", "ota", "baba", "aoki"):
        town.sign_in(login, place=HERE)

    assert busy_until(town) == before


def test_a_refusal_for_the_place_does_not_count_for_the_login(town):
    have_tried(town, FREE + 20)
    for _ in range(12):
        with pytest.raises(TooMany, match="too_many_here"):
            town.sign_in("takahashi", place=HERE)

    assert town.sign_in("takahashi", place=THERE)["session"]["name"] == "Takahashi"


def test_a_login_that_is_slowed_down_says_until_when(town):
    for _ in range(8):
        with pytest.raises(NotSignedIn):
            town.sign_in("ishida", "wrong", HERE)

    with pytest.raises(TooMany) as refused:
        town.sign_in("ishida", "wrong", HERE)

    assert refused.value.reason == "too_many"
    assert 1 <= refused.value.fields["retry_after_s"] <= 5


def test_quiet_places_are_forgotten(town):
    have_tried(town, 3)
    town.stack.clock.advance(minutes=1)

    eventually(lambda: busy_until(town) is None, 20)
