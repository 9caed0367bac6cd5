"""Sharing's entry points, by subject. Thin: ask the domain, save, announce, log."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from chassis.figures import Figure
from services.sharing.figures import of_handoffs
from services.sharing.service.accesses import Accesses
from services.sharing.service.answers import Answers
from services.sharing.service.boards import Boards
from services.sharing.service.consents import Consents
from services.sharing.service.hearing import Hearing
from services.sharing.service.notes import Notes
from services.sharing.service.stays import Stays


class SharingService(Consents, Stays, Notes, Answers, Boards, Accesses, Hearing):
    """Persons, stays, notes and handoffs."""

    name = "sharing"

    @staticmethod
    def figures(tx: Any, now: datetime) -> Iterator[Figure]:
        """Yield whether what was sent has reached notify."""
        yield from of_handoffs(tx, now)
