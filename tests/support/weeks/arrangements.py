"""What changes in the offices meanwhile: absences, deputies, one suspension, one office's hours."""

import random
from datetime import date, datetime, timedelta

from chassis.clock import TOKYO
from tests.support.weeks.book import Absence
from tests.support.weeks.hours import Hours
from tests.support.weeks.town import SAKURA, Town

_DEPUTIES = {
    "sato": ("nakamura", "takahashi", None),
    "nakamura": ("sato", None),
    "aoki": ("baba", "mori", None),
}
_MAY_BE_AWAY = ("sato", "nakamura", "takahashi", "aoki", "baba", "mori", "kobayashi")
SUSPENDED_AT = datetime(2026, 11, 10, 14, tzinfo=TOKYO)
RESTORED_AT = datetime(2026, 11, 18, 10, tzinfo=TOKYO)
NEW_HOURS_AT = datetime(2026, 11, 12, 15, tzinfo=TOKYO)
NEW_HOURS = Hours((9.5, 17.5), saturdays=(9, 12), closed_days=frozenset({date(2026, 11, 20)}))


class Arrangements:
    """Changes the town by chance, and three times by plan; keeps the book."""

    def __init__(self, town: Town, chance: random.Random) -> None:
        self._town = town
        self._book = town.book
        self._chance = chance
        self._absence_ids: dict[str, Absence] = {}
        self._planned = [
            (SUSPENDED_AT, self._suspend),
            (NEW_HOURS_AT, self._change_hours),
            (RESTORED_AT, self._restore),
        ]

    def maybe_change(self) -> bool:
        """Do what is planned for this time, or something by chance; returns whether anything changed."""
        if self._planned and self._town.now() >= self._planned[0][0]:
            self._planned.pop(0)[1]()
        elif self._chance.random() < 0.06:
            self._chance.choice((self._go_away, self._go_away, self._come_back, self._change_deputy))()
        else:
            return False
        return True

    def _noted(self) -> datetime:
        now = self._town.now()
        self._book.changes.append(now)
        return now

    def _go_away(self) -> None:
        login = self._chance.choice(_MAY_BE_AWAY)
        account_id, start = self._town.account(login), self._town.now()
        start += timedelta(hours=self._chance.choice((0, 0, 3, 20, 70)))
        until = start + timedelta(hours=self._chance.choice((2, 9, 30, 60)))
        if self._cannot_arrange(login) or self._overlaps(account_id, start, until):
            return
        path = f"/api/staff/{self._town.memberships[login]}/absences"
        told = {"from_at": start.isoformat(), "until_at": until.isoformat()}
        answer = self._town.clients[login].post(path, told)
        absence_id = next(
            each["absence_id"]
            for each in answer["staff"]["away"]
            if datetime.fromisoformat(each["from_at"]) == start
        )
        self._absence_ids[absence_id] = Absence(account_id, start, until, self._noted())
        self._book.absences.append(self._absence_ids[absence_id])

    def _overlaps(self, account_id: str, start: datetime, until: datetime) -> bool:
        return any(
            absence.account_id == account_id and absence.from_at < until and start < absence.until_at
            for absence in self._book.absences
            if absence.cleared_at is None
        )

    def _come_back(self) -> None:
        """Take back an absence that is not over."""
        now = self._town.now()
        for absence_id, absence in self._absence_ids.items():
            login = self._login(absence.account_id)
            if absence.cleared_at is None and absence.until_at > now and not self._cannot_arrange(login):
                self._town.clients[login].delete(f"/api/absences/{absence_id}")
                absence.cleared_at = self._noted()
                return

    def _change_deputy(self) -> None:
        login = self._chance.choice(sorted(_DEPUTIES))
        deputy = self._chance.choice(_DEPUTIES[login])
        if self._cannot_arrange(login) or (deputy and self._cannot_arrange(deputy)):
            return
        deputy_id = self._town.account(deputy) if deputy else None
        path = f"/api/staff/{self._town.memberships[login]}/deputy"
        self._town.clients[login].put(path, {"deputy_id": deputy_id})
        entry = (self._noted(), deputy_id)
        self._book.deputies.setdefault(self._town.account(login), []).append(entry)

    def _suspend(self) -> None:
        path = f"/api/staff/{self._town.memberships['nakamura']}/suspension"
        self._town.clients["takahashi"].post(path)
        self._book.suspensions.append((self._town.account("nakamura"), self._noted(), None))

    def _restore(self) -> None:
        path = f"/api/staff/{self._town.memberships['nakamura']}/suspension"
        self._town.clients["takahashi"].delete(path)
        account_id, since, _ = self._book.suspensions.pop()
        self._book.suspensions.append((account_id, since, self._noted()))

    def _change_hours(self) -> None:
        span = {"opens": "09:30", "closes": "17:30"}
        weekly = {day: [span] for day in ("mon", "tue", "wed", "thu", "fri")}
        weekly["sat"] = [{"opens": "09:00", "closes": "12:00"}]
        told = {"weekly": weekly, "closes_on_holidays": True, "closed_days": ["2026-11-20"]}
        self._town.clients["takahashi"].put(f"/api/facilities/{SAKURA}/hours", told)
        self._book.hours[SAKURA].append((self._noted(), NEW_HOURS))

    def _cannot_arrange(self, login: str) -> bool:
        return self._book.is_suspended(self._town.account(login), self._town.now())

    def _login(self, account_id: str) -> str:
        return next(login for login, client in self._town.clients.items() if client.account_id == account_id)
