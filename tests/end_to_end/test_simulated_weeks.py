"""Three weeks of a town in minutes, with weekends and two holidays: nothing is lost, nobody is passed over.

What happens is chosen by a seed, which is printed; `TSUNAGI_SEED=… pytest …` plays the same choices again.
"""

import os
import random
from datetime import datetime, timedelta

import pytest

from chassis.clock import TOKYO
from tests.support.eventually import eventually
from tests.support.people import settle_city
from tests.support.weeks.agreement import check_inboxes, check_letters, check_pictures_agree, check_seals
from tests.support.weeks.arrangements import Arrangements
from tests.support.weeks.ladders import check_ladder
from tests.support.weeks.notes import Notes
from tests.support.weeks.records import alerts_of, handoffs_of
from tests.support.weeks.town import open_town
from tsunagi.parts import SERVICES

START = datetime(2026, 11, 2, 11, tzinfo=TOKYO)  # a Monday; the 3rd and the 23rd are holidays
END = datetime(2026, 11, 24, 12, tzinfo=TOKYO)
NOTES_A_DAY = 6
_DUE = "SELECT count(*) FROM alert WHERE ended_as IS NULL AND next_at <= :now"
_TO_PLAN = (
    "SELECT count(*) FROM alert a LEFT JOIN office o ON o.office_id = a.to_office_id"
    " LEFT JOIN office d ON d.office_id = a.desk_id WHERE a.ended_as IS NULL"
    " AND (o.version > a.office_version OR d.version > a.desk_version)"
)


@pytest.fixture
def chance(capsys):
    seed = os.environ.get("TSUNAGI_SEED") or str(random.randrange(10**6))
    with capsys.disabled():
        print(f"\nTSUNAGI_SEED={seed}", flush=True)
    return random.Random(seed)


@pytest.fixture
def town(instance, start_stack):
    instance.clock.set(START)
    settle_city(instance)
    town = open_town(start_stack())
    town.book.ticks.append(town.now())
    return town


class Weeks:
    """Moves the clock in steps, lets people act, and looks at everything in between."""

    def __init__(self, town, chance):
        self.town = town
        self.chance = chance
        self.notes = Notes(town, chance)
        self.arrangements = Arrangements(town, chance)

    def step(self):
        """Move the clock on; by day in small steps, by night in larger ones."""
        hour = self.town.now().astimezone(TOKYO).hour
        minutes = self.chance.randint(20, 30) if 8 <= hour < 19 else self.chance.randint(60, 120)
        self.town.stack.clock.advance(minutes=minutes)
        self.town.book.ticks.append(self.town.now())
        self.wait_until_quiet()
        # What changes in an office is known before the next note: then the book says who is to be asked.
        if self.arrangements.maybe_change():
            self.wait_until_quiet(is_sure=True)
        acted = [self.meet_fates(), self.notes.maybe_send(NOTES_A_DAY * minutes / (24 * 60))]
        if any(acted):
            self.wait_until_quiet(is_sure=True)

    def meet_fates(self):
        alerts = alerts_of(self.town.stack)
        return self.notes.meet_fates({id: alert.row for id, alert in alerts.items()})

    def wait_until_quiet(self, is_sure=False):
        """Return when notify has done all that is due; `is_sure` also when every fact is heard."""
        notify = self.town.stack.database("notify")
        if is_sure:
            self.town.stack.broker.settle(60)
        eventually(lambda: notify.scalar(_DUE, now=self.town.now()) + notify.scalar(_TO_PLAN) == 0, 60)
        if is_sure:
            self.town.stack.broker.settle(60)

    def look(self):
        """Check every ladder, and that everybody tells the same."""
        now = self.town.now()
        self.wait_until_quiet(is_sure=True)
        alerts, handoffs = alerts_of(self.town.stack), handoffs_of(self.town.stack)
        assert alerts.keys() == {note.handoff_id for note in self.notes.all}
        for id, alert in alerts.items():
            try:
                check_ladder(alert, self.town.book, now)
            except AssertionError as error:
                error.add_note(f"handoff {id}: {alert}")
                raise
        check_pictures_agree(handoffs, alerts)
        return alerts


@pytest.mark.long
@pytest.mark.timeout(1200)
def test_three_weeks_go_by_and_every_note_has_an_end_or_a_holder(town, chance, mail):
    weeks = Weeks(town, chance)
    day = START.date()
    while town.now() < END:
        weeks.step()
        if town.now().astimezone(TOKYO).date() != day:
            day = town.now().astimezone(TOKYO).date()
            weeks.look()

    alerts = weeks.look()
    notes = weeks.notes
    ended = {note.handoff_id: note.outcome for note in notes.all if note.outcome}
    told = {"acknowledged": "acknowledged"}
    assert {id: alerts[id].row["ended_as"] for id in ended} == {
        id: told.get(outcome, outcome) for id, outcome in ended.items()
    }
    long_ago = town.now() - timedelta(days=6)
    ignored = [note for note in notes.open if note.fate == "ignored" and note.sent_at < long_ago]
    assert ignored
    assert {alerts[note.handoff_id].current for note in ignored} == {4}
    assert all(alerts[note.handoff_id].row["overdue_at"] for note in ignored)
    assert set(ended.values()) >= {"acknowledged", "declined", "accepted", "recalled", "superseded"}
    eventually(lambda: check_letters(town.stack, mail) or True, 120)
    check_inboxes(town.stack)
    assert town.stack.broker.dead_letters() == {}
    for service in SERVICES:
        eventually(lambda service=service: check_seals(town.stack, service) >= 0, 30)
