"""Names of people and offices for display: asked for in one go, remembered for a minute.

A page is worth more than the names on it: while accounts or directory is away, old names are shown,
and those never heard are left out.
"""

import time
from collections.abc import Callable, Iterable
from typing import Any

from contracts.errors import Unavailable

TRUSTED_S = 60
# How long to wait for names, and how long not to ask again after waiting in vain.
_PATIENCE_S = 1.0
_PAUSE_S = 5.0
_MOST_PEOPLE = 20_000
_MOST_OFFICES = 2_000

Ask = Callable[..., dict[str, Any]]
Fetch = Callable[[list[str]], dict[str, Any]]


class Names:
    """Looks up people and offices by id. `ask` is `gateway.ask.ask`."""

    def __init__(self, ask: Ask, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._ask = ask
        self._people = Remembered(self._fetch_people, 500, _MOST_PEOPLE, monotonic)
        self._offices = Remembered(self._fetch_offices, 200, _MOST_OFFICES, monotonic)

    def people(self, ids: Iterable[str | None]) -> dict[str, str]:
        """Return {account_id: name}; unknown ids are left out."""
        return self._people.find(ids)

    def offices(self, ids: Iterable[str | None]) -> dict[str, dict[str, Any]]:
        """Return {facility_id: Facility}; unknown ids are left out."""
        return self._offices.find(ids)

    def forget_office(self, facility_id: str) -> None:
        """Ask anew for an office that was just changed here."""
        self._offices.forget(facility_id)

    def _fetch_people(self, ids: list[str]) -> dict[str, Any]:
        return self._ask("accounts", "get_names", {"account_ids": ids}, timeout_s=_PATIENCE_S)["names"]

    def _fetch_offices(self, ids: list[str]) -> dict[str, Any]:
        answer = self._ask("directory", "get_facilities", {"facility_ids": ids}, timeout_s=_PATIENCE_S)
        return {facility["facility_id"]: facility for facility in answer["facilities"]}


class Remembered:
    """A bounded table of answers; those older than `TRUSTED_S` are asked for again."""

    def __init__(self, fetch: Fetch, at_once: int, most: int, monotonic: Callable[[], float]) -> None:
        self._fetch = fetch
        self._at_once = at_once
        self._most = most
        self._monotonic = monotonic
        self._entries: dict[str, tuple[float, Any]] = {}
        self._pause_until = 0.0

    def find(self, ids: Iterable[str | None]) -> dict[str, Any]:
        """Return {id: answer} for those of `ids` that can be known now."""
        wanted = list(dict.fromkeys(id_ for id_ in ids if id_))
        now = self._monotonic()
        stale = [id_ for id_ in wanted if not self._is_fresh(id_, now)]
        for start in range(0, len(stale), self._at_once):
            self._learn(stale[start : start + self._at_once], now)
        return {id_: self._entries[id_][1] for id_ in wanted if id_ in self._entries}

    def forget(self, id_: str) -> None:
        """Forget one answer."""
        self._entries.pop(id_, None)

    def _is_fresh(self, id_: str, now: float) -> bool:
        return id_ in self._entries and now - self._entries[id_][0] < TRUSTED_S

    def _learn(self, ids: list[str], now: float) -> None:
        if now < self._pause_until:
            return
        try:
            answers = self._fetch(ids)
        except Unavailable:
            self._pause_until = self._monotonic() + _PAUSE_S
            return
        self._make_room(len(answers))
        self._entries |= {id_: (now, answer) for id_, answer in answers.items()}

    def _make_room(self, count: int) -> None:
        # The oldest go first: a dict keeps the order in which its keys came.
        for id_ in list(self._entries)[: max(0, len(self._entries) + count - self._most)]:
            del self._entries[id_]
