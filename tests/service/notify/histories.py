"""Made-up histories of handoffs, and their figures counted in the plainest way."""

import random
from collections import Counter
from datetime import timedelta

from chassis.clock import TOKYO
from chassis.ids import new_id
from services.notify.models import alert, delivery, inbox_item, milestone

ROLES = ("care_manager", "deputy", "office_manager", "desk")
ENDS = (None, "acknowledged", "accepted", "declined", "recalled", "superseded")
COUNTS = ("arrived", "seen", "acknowledged", "declined", "withdrawn", "overdue", "waiting")
MEASURES = ("seen", "acknowledged", "seen_office", "acknowledged_office")


def a_history(seed, *, desk_id, office_ids, people, start, days, size):
    """Rows by table of `size` notes that arrive within `days` from `start`."""
    chance = random.Random(seed)
    made = {"alert": [], "milestone": [], "inbox_item": [], "delivery": []}
    for number in range(size):
        _a_note(chance, made, number, desk_id, office_ids, people, start, days)
    return made


def _a_note(chance, made, number, desk_id, office_ids, people, start, days):
    raised_at = start + timedelta(days=days) * chance.random()
    office_id = chance.choice(office_ids)
    current = chance.randint(1, 4)
    rungs = [_a_rung(chance, n, role, current, raised_at) for n, role in enumerate(ROLES, 1)]
    one = {
        "alert_id": new_id(),
        "handoff_id": new_id(),
        "urgency": chance.choice(("urgent", "today")),
        "to_office_id": office_id,
        "desk_id": desk_id,
        "raised_at": raised_at,
        "ended_as": chance.choice(ENDS),
        "rungs": rungs,
        "current": current,
        "overdue_at": raised_at + timedelta(hours=9) if chance.random() < 0.2 else None,
    }
    made["alert"].append(one)
    reached = {"handoff_id": one["handoff_id"]}
    for what in ("seen", "acknowledged"):
        is_reached = chance.random() < 0.7
        # Facts of different clocks: sometimes before the alert.
        after = timedelta(seconds=chance.choice((-3, 0, 1, 59.7, chance.uniform(0, 90_000))))
        reached[f"{what}_at"] = raised_at + after if is_reached else None
        reached[f"{what}_office_s"] = (
            chance.randint(0, 30_000) if is_reached and chance.random() < 0.8 else None
        )
    if chance.random() < 0.9:
        made["milestone"].append(reached)
    for account_id, there in chance.sample(people, chance.randint(0, 3)):
        made["inbox_item"].append(_an_item(chance, one, account_id, there, len(made["inbox_item"])))
    for _ in range(chance.randint(0, 3)):
        made["delivery"].append(_a_letter(chance, one))


def _a_rung(chance, number, role, current, at):
    is_skipped = number != current and chance.random() < 0.2
    is_started = number <= current and not is_skipped
    return {
        "number": number,
        "role": role,
        "account_ids": [],
        "office_id": None,
        "starts_at": at.isoformat(),
        "due_at": None,
        "started_at": at.isoformat() if is_started else None,
        "skipped": "away" if is_skipped else None,
    }


def _an_item(chance, one, account_id, office_id, number):
    return {
        "item_id": new_id(),
        "reader": f"account:{account_id}",
        "seq": 1_000_000 + number,
        "alert_id": one["alert_id"],
        "kind": chance.choice(("discharge_note", "discharge_note", "answer")),
        "about": "",
        "rung": 1,
        "role": "care_manager",
        "office_id": office_id,
        "arrived_at": one["raised_at"] + timedelta(hours=chance.uniform(0, 30)),
    }


def _a_letter(chance, one):
    return {
        "delivery_id": new_id(),
        "alert_id": one["alert_id"],
        "account_id": new_id(),
        "rung": chance.randint(1, 4),
        "channel": chance.choice(("email", "push")),
        "state": chance.choice(("queued", "sent", "failed", "cancelled")),
        "queued_at": one["raised_at"],
    }


def keep(database, made):
    """Write a history into notify's tables."""
    tables = {"alert": alert, "milestone": milestone, "inbox_item": inbox_item, "delivery": delivery}
    with database.begin() as tx:
        for name, rows in made.items():
            for row in rows:
                tx.execute(tables[name].insert(), row)


def counted(made, first_day, last_day, *, office_id=None, own_id=None):
    """The figures of these days in Japan, by looking at one note after the other."""
    reached = {row["handoff_id"]: row for row in made["milestone"]}
    notes = [
        {**row, "reached": reached.get(row["handoff_id"], {})}
        for row in made["alert"]
        if first_day <= day_of(row["raised_at"]) <= last_day and office_id in (None, row["to_office_id"])
    ]
    of = {note["alert_id"]: note for note in notes}
    items = [
        item for item in made["inbox_item"] if item["alert_id"] in of and item["kind"] == "discharge_note"
    ]
    here = [item for item in items if office_id in (None, item["office_id"])]
    last = 4 if office_id is None else 3
    letters = [each for each in made["delivery"] if each["alert_id"] in of and each["rung"] <= last]
    return {
        "whole": _share(None, notes),
        "by_urgency": _shares(notes, lambda note: note["urgency"]),
        "by_office": _shares(notes, lambda note: note["to_office_id"]),
        "by_hour": _shares(notes, lambda note: note["raised_at"].astimezone(TOKYO).hour),
        "rungs": _rungs(notes),
        "workload": _load(here),
        "people": _people([item for item in items if item["office_id"] == (office_id or own_id)]),
        "deliveries": [
            {"channel": channel, "state": state, "count": count}
            for (channel, state), count in sorted(
                Counter((each["channel"], each["state"]) for each in letters).items()
            )
        ],
    }


def day_of(moment):
    return moment.astimezone(TOKYO).date()


def _shares(notes, by):
    return [
        _share(str(of), [note for note in notes if by(note) == of])
        for of in sorted({by(note) for note in notes})
    ]


def _share(of, notes):
    ends = Counter(note["ended_as"] for note in notes)
    counts = (
        len(notes),
        sum(note["reached"].get("seen_at") is not None for note in notes),
        sum(note["reached"].get("acknowledged_at") is not None for note in notes),
        ends["declined"],
        ends["recalled"] + ends["superseded"],
        sum(note["overdue_at"] is not None for note in notes),
        ends[None],
    )
    took = {name: _spread([took_s(note, name) for note in notes]) for name in MEASURES}
    return {"of": of, **dict(zip(COUNTS, counts, strict=True)), "took": took}


def took_s(note, measure):
    if measure.endswith("_office"):
        return note["reached"].get(f"{measure}_s")
    at = note["reached"].get(f"{measure}_at")
    if at is None:
        return None
    return max(0, int(at.timestamp()) - int(note["raised_at"].timestamp()))


def _spread(values):
    known = sorted(value for value in values if value is not None)
    return {"count": len(known), "median_s": _rank(known, 1, 2), "p90_s": _rank(known, 9, 10)}


def _rank(known, over, under):
    """The smallest value that so many of all are not above."""
    return next((value for place, value in enumerate(known, 1) if place * under >= len(known) * over), None)


def _rungs(notes):
    asked, climbed = Counter(), Counter()
    for note in notes:
        for rung in note["rungs"]:
            if rung["started_at"]:
                asked[rung["role"]] += 1
                climbed[rung["role"]] += rung["number"] < note["current"]
    return [{"role": role, "asked": asked[role], "climbed": climbed[role]} for role in ROLES if asked[role]]


def _load(items):
    days = Counter((item["reader"], day_of(item["arrived_at"])) for item in items)
    known = sorted(days.values())
    return {
        "people": len({reader for reader, _ in days}),
        "days": len(days),
        "alerts": len(items),
        "median": _rank(known, 1, 2),
        "p90": _rank(known, 9, 10),
        "most": max(known, default=None),
    }


def _people(items):
    days = Counter((item["reader"], day_of(item["arrived_at"])) for item in items)
    found = []
    for reader in {reader for reader, _ in days}:
        own = [count for (name, _), count in days.items() if name == reader]
        account_id = reader.removeprefix("account:")
        found.append({"account_id": account_id, "days": len(own), "alerts": sum(own), "most": max(own)})
    return sorted(found, key=lambda one: (-one["alerts"], one["account_id"]))
