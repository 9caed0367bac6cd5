"""Transactions that clash are done again; others are not."""

import pytest
from sqlalchemy.exc import OperationalError

from chassis import contention


class Clash(Exception):
    sqlstate = "40P01"


class Away(Exception):
    sqlstate = "57P01"


class Work:
    """Fails with these causes in turn, then gets through."""

    def __init__(self, *causes):
        self.causes = list(causes)
        self.turns = 0

    def __call__(self):
        self.turns += 1
        if self.causes:
            raise OperationalError("UPDATE", {}, self.causes.pop(0))
        return "through"


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch):
    monkeypatch.setattr(contention, "_PAUSES_S", (0.0,) * len(contention._PAUSES_S))


def test_a_clash_is_tried_again_at_once():
    work = Work(Clash(), Clash())

    assert contention.until_through(work) == "through"
    assert work.turns == 3


def test_a_transaction_that_clashes_again_and_again_is_given_back():
    work = Work(*[Clash() for _ in range(10)])

    with pytest.raises(OperationalError) as failure:
        contention.until_through(work)
    assert work.turns == 6
    assert contention.is_clash(failure.value)


def test_another_fault_is_not_tried_again():
    work = Work(Away())

    with pytest.raises(OperationalError) as failure:
        contention.until_through(work)
    assert work.turns == 1
    assert not contention.is_clash(failure.value)
