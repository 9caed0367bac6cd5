"""Notes with a fate: who answers them at which rung, who takes them back, which nobody ever answers."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tests.support.weeks.town import MINATO, SAKURA, Town

FATES = ("answered", "declined", "accepted", "recalled", "superseded", "ignored")
_WEIGHTS = (30, 10, 15, 10, 10, 25)
# Care managers by login; "" is an office without members (FAX), None nobody at all: the desk has it.
_RECEIVERS = ("sato", "sato", "sato", "nakamura", "aoki", "aoki", "baba", "", None)
_VERBS = {"answered": "acknowledgement", "declined": "refusal", "accepted": "acceptance"}


@dataclass
class Note:
    """One handoff and what is going to become of it."""

    handoff_id: str
    stay_id: str
    urgency: str
    sent_at: datetime
    fate: str
    at_rung: int
    after: timedelta
    is_opened: bool
    outcome: str | None = None


class Notes:
    """Sends notes at all hours and lets every one meet its fate."""

    def __init__(self, town: Town, chance: random.Random) -> None:
        self._town = town
        self._chance = chance
        self.all: list[Note] = []
        # Nakamura is going to be suspended: nobody new can be put into those hands then.
        nakamura = town.account("nakamura")
        self._of_nakamura = [town.admit(SAKURA, nakamura) for _ in range(20)]

    @property
    def open(self) -> list[Note]:
        return [note for note in self.all if note.outcome is None]

    def maybe_send(self, likely: float) -> bool:
        """Send a note about somebody new, or not."""
        if self._chance.random() >= likely:
            return False
        self._send(self._admit(self._chance.choice(_RECEIVERS)), self._chance.choices(FATES, _WEIGHTS)[0])
        return True

    def _admit(self, login: str | None) -> str:
        if login == "nakamura" and self._of_nakamura:
            return self._of_nakamura.pop()
        login = "sato" if login == "nakamura" else login
        office_id = None if login is None else MINATO if login in ("aoki", "baba", "") else SAKURA
        return self._town.admit(office_id, self._town.account(login) if login else None)

    def _send(self, stay_id: str, fate: str) -> None:
        urgency = self._chance.choice(("urgent", "today", "today"))
        handoff = self._town.send(stay_id, urgency)
        sent_at = datetime.fromisoformat(handoff["sent_at"])
        after = timedelta(minutes=self._chance.randint(1, 2000))
        rung, is_opened = self._chance.randint(1, 4), self._chance.random() < 0.5
        self.all.append(Note(handoff["handoff_id"], stay_id, urgency, sent_at, fate, rung, after, is_opened))

    def meet_fates(self, alerts: dict[str, dict[str, Any]]) -> int:
        """Let those act whose moment has come; returns how many did."""
        acted = 0
        for note in self.open:
            alert = alerts[note.handoff_id]
            if note.fate in _VERBS:
                acted += self._answer(note, alert)
            elif note.fate != "ignored" and self._town.now() >= note.sent_at + note.after:
                acted += self._take_back(note)
        return acted

    def _answer(self, note: Note, alert: dict[str, Any]) -> bool:
        if alert["current"] < note.at_rung:
            return False
        here = [id for id in alert["rungs"][alert["current"] - 1]["account_ids"] if self._can_act(id)]
        if not here:
            return False
        client = self._town.client_of(self._chance.choice(here))
        if note.is_opened:
            client.get(f"/api/handoffs/{note.handoff_id}")
        reason = {"reason": "full", "words": "いまは空きがありません"} if note.fate == "declined" else {}
        answer = client.post(f"/api/handoffs/{note.handoff_id}/{_VERBS[note.fate]}", reason)
        note.outcome = answer["state"]
        return True

    def _can_act(self, account_id: str) -> bool:
        return not self._town.book.is_suspended(account_id, self._town.now())

    def _take_back(self, note: Note) -> bool:
        if note.fate == "recalled":
            self._town.planner.post(f"/api/handoffs/{note.handoff_id}/recall", {"words": "書き間違い"})
        else:
            self._send(note.stay_id, self._chance.choice(("answered", "ignored")))
        note.outcome = note.fate
        return True
