import re

import eventlet
import pytest
from argon2 import PasswordHasher

from services.accounts import passwords


def test_a_hash_is_argon2id_and_fits_its_password_only():
    stored = passwords.hash_password("Kawa-to-yama 42")

    assert stored.startswith("$argon2id$")
    assert passwords.verify(stored, "Kawa-to-yama 42") == (True, None)
    assert passwords.verify(stored, "kawa-to-yama 42") == (False, None)


def test_an_outdated_hash_is_replaced_after_the_right_password():
    outdated = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash("Kawa-to-yama 42")

    is_right, fresh = passwords.verify(outdated, "Kawa-to-yama 42")

    assert is_right
    assert passwords.verify(fresh, "Kawa-to-yama 42") == (True, None)


@pytest.mark.parametrize("stored", [None, "", "broken"])
def test_without_a_usable_hash_no_password_is_right(stored):
    assert passwords.verify(stored, "") == (False, None)
    assert passwords.verify(stored, "nobody signs in with this") == (False, None)


def test_an_unknown_login_costs_the_same_work(monkeypatch):
    compared = []
    matches = passwords._matches
    monkeypatch.setattr(passwords, "_matches", lambda *given: compared.append(given[0]) or matches(*given))

    passwords.verify(None, "whatever")
    passwords.verify(passwords.hash_here("right"), "whatever")

    cost = [re.search(r"\$m=.*?\$", stored).group() for stored in compared]
    assert cost[0] == cost[1]


@pytest.mark.parametrize(
    "work",
    [
        lambda: passwords.hash_password("Kawa-to-yama 42"),
        lambda: passwords.verify(None, "Kawa-to-yama 42"),
    ],
    ids=["hash", "verify"],
)
def test_hashing_lets_other_greenthreads_run(work):
    ticks = []

    def tick():
        while True:
            ticks.append(1)
            eventlet.sleep(0.002)

    ticker = eventlet.spawn(tick)
    eventlet.sleep(0)
    before = len(ticks)
    work()
    during = len(ticks) - before
    ticker.kill()

    assert during >= 5
