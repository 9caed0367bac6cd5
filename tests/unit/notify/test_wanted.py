"""Whether any office has a webhook, as a process remembers it."""

from types import SimpleNamespace

import pytest

from services.notify import wanted


class Engine:
    """Something to remember by."""


@pytest.fixture
def tx():
    return SimpleNamespace(engine=Engine())


def test_one_that_is_added_while_the_database_is_asked_is_known_at_once(tx, monkeypatch):
    def ask(tx):
        wanted.note_first(tx)
        return False

    monkeypatch.setattr(wanted.webhooks, "are_there_any", ask)

    assert [wanted.is_anything(tx), wanted.is_anything(tx)] == [True, True]


def test_that_there_is_none_is_asked_once_a_second(tx, monkeypatch):
    now, asked = [100.0], []
    monkeypatch.setattr(wanted.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(wanted.webhooks, "are_there_any", lambda tx: asked.append(tx) or False)

    wanted.is_anything(tx), wanted.is_anything(tx)
    now[0] += 1
    wanted.is_anything(tx)

    assert len(asked) == 2
