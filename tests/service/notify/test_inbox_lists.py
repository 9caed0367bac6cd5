"""Read, unread and answered are three things; lists are narrowed, and their counts are true."""

import re

import pytest
from sqlalchemy import select

from chassis.ids import new_id
from contracts.errors import Invalid
from contracts.sharing import HandoffAcknowledged, HandoffRecalled
from services.notify.models import alert, inbox_item
from services.notify.queries import inbox_lists as lists
from tests.support.calls import a_caller


def ask(town, method, **request):
    caller = a_caller(account_id=town.aoki, office_id=town.sakura)
    return town.stack.ask("notify", method, request, caller=caller)


def ids(answer):
    return [item["handoff_id"] for item in answer["items"]]


def counts(answer):
    return {name: answer[name] for name in ("waiting", "unread", "mine", "found")}


def acknowledge(town, handoff_id):
    at = town.stack.clock.now()
    fact = HandoffAcknowledged.happened(
        handoff_id=handoff_id, acknowledged_by=town.aoki, office_id=town.sakura, acknowledged_at=at
    )
    town.stack.broker.publish(fact)
    town.settle()


def test_read_is_not_answered_and_unread_again_is_not_unanswered(town):
    town.open_all()
    first, second = town.send_note(), town.send_note()
    acknowledge(town, second)
    items = {item["handoff_id"]: item["item_id"] for item in town.inbox(town.aoki)["items"]}

    assert ask(town, "mark_items", item_ids=list(items.values()), is_read=True) == {"changed": 2}
    assert counts(town.inbox(town.aoki)) == {"waiting": 1, "unread": 0, "mine": 0, "found": None}

    assert ask(town, "mark_items", item_ids=[items[second]], is_read=False) == {"changed": 1}
    shown = {item["handoff_id"]: item for item in town.inbox(town.aoki)["items"]}
    assert (shown[first]["read_at"] is None, shown[first]["waits"]) == (False, True)
    assert (shown[second]["read_at"], shown[second]["waits"]) == (None, False)
    assert shown[second]["ended"] == "acknowledged"


def test_lists_hold_what_was_asked_for_and_count_it(town):
    town.open_all()
    other = new_id()
    read, waiting = town.send_note(urgency="today"), town.send_note(from_office_id=other)
    done = town.send_note()
    acknowledge(town, done)
    ask(town, "mark_read", handoff_id=read)
    ask(town, "take_alert", handoff_id=waiting)

    asked = {
        "waiting": ({"show": "waiting"}, [waiting, read], 2),
        "unread": ({"show": "unread"}, [waiting, done], 2),
        "mine": ({"show": "mine"}, [waiting], 1),
        "urgency": ({"urgency": "today"}, [read], 1),
        "sender": ({"from_office_id": other}, [waiting], 1),
        "both": ({"show": "unread", "from_office_id": town.hospital}, [done], 1),
        "day": ({"arrived_from": "2026-11-24", "arrived_until": "2026-11-24"}, [waiting, read, done], 3),
        "later": ({"arrived_from": "2026-11-25"}, [], 0),
        "earlier": ({"arrived_until": "2026-11-23"}, [], 0),
    }
    for whose in ("me", "office"):
        for name, (wanted, handoffs, found) in asked.items():
            answer = town.inbox(town.aoki, whose=whose, **wanted)
            assert (ids(answer), answer["found"]) == (handoffs, found), (whose, name)
            assert (answer["waiting"], answer["unread"], answer["mine"]) == (2, 2, 1)
    assert ask(town, "list_senders", whose="office") == {"office_ids": sorted([town.hospital, other])}


def test_pages_follow_each_other_without_a_gap(town):
    town.open_all()
    sent = [town.send_note() for _ in range(5)]
    acknowledge(town, sent[1])
    acknowledge(town, sent[3])
    expected = [sent[0], sent[2], sent[4], sent[3], sent[1]]

    pages = [ids(town.inbox(town.aoki, page=page, page_size=2)) for page in (1, 2, 3, 4)]

    assert pages == [expected[:2], expected[2:4], expected[4:], []]


def test_pages_of_what_waits_end_with_it(town):
    town.open_all()
    sent = [town.send_note() for _ in range(3)]
    acknowledge(town, town.send_note())

    pages = [ids(town.inbox(town.aoki, show="waiting", page=page, page_size=2)) for page in (1, 2, 3)]

    assert pages == [sent[:2], sent[2:], []]


def test_for_a_stream_that_catches_up_nobody_counts(town):
    town.open_all()
    handoff_id = town.send_note()

    answer = town.inbox(town.aoki, after_seq=0)

    assert ids(answer) == [handoff_id]
    assert {name: answer[name] for name in answer if name != "items"} == {"last_seq": 1}


def test_a_plan_for_every_value_uses_the_indexes_of_a_few_rows(instance):
    if instance.is_embedded:
        pytest.skip("SQLite has no plan for every value")
    own = (inbox_item.c.reader == "account:x", inbox_item.c.office_id == new_id())
    unread = (*own, inbox_item.c.read_at.is_(None))
    wanted = {
        "ix_alert_recalled": select(alert.c.alert_id).where(lists.is_recalled),
        "ix_inbox_item_unread": select(inbox_item.c.seq).where(*unread).order_by(inbox_item.c.seq.desc()),
    }

    for index, statement in wanted.items():
        assert index in generic_plan(instance.database("notify"), statement)


def generic_plan(database, statement):
    """Return how PostgreSQL executes a statement when it does not know the values."""
    with database.begin() as tx:
        tx.exec_driver_sql("SET LOCAL enable_seqscan = off")
        compiled = statement.compile(tx.engine)
        values = list(compiled.params.values())
        named = dict(zip(compiled.params, (f"${n}" for n in range(1, len(values) + 1)), strict=True))
        text = re.sub(r"%\((\w+)\)s(::\w+)?", lambda m: named[m[1]] + (m[2] or ""), compiled.string)
        tx.exec_driver_sql(f"PREPARE asked AS {text}")
        given = f"({', '.join(repr(value) for value in values)})" if values else ""
        tx.exec_driver_sql("SET LOCAL plan_cache_mode = force_generic_plan")
        plan = "\n".join(tx.exec_driver_sql(f"EXPLAIN EXECUTE asked{given}").scalars())
        tx.exec_driver_sql("DEALLOCATE asked")
        return plan


def test_days_at_the_ends_of_time_are_asked_for_safely(town):
    town.open_all()
    handoff_id = town.send_note()

    assert ids(town.inbox(town.aoki, arrived_from="0001-01-01", arrived_until="9999-12-31")) == [handoff_id]
    with pytest.raises(Invalid):
        town.inbox(town.aoki, arrived_from="soon")


def test_what_was_recalled_cannot_be_made_unread_and_so_vanish(town):
    town.open_all()
    handoff_id = town.send_note()
    ask(town, "mark_read", handoff_id=handoff_id)
    town.stack.broker.publish(
        HandoffRecalled.happened(
            handoff_id=handoff_id, recalled_by=town.planner, recalled_at=town.stack.clock.now(), read_by=[]
        )
    )
    town.settle()
    (item,) = town.inbox(town.aoki)["items"]

    assert ask(town, "mark_items", item_ids=[item["item_id"]], is_read=False) == {"changed": 0}
    assert ids(town.inbox(town.aoki)) == [handoff_id]


def test_nobody_marks_what_others_have(town):
    town.open_all()
    handoff_id = town.send_note()
    (theirs,) = town.inbox(town.aoki)["items"]
    stranger = a_caller(account_id=town.counsellor, office_id=town.desk, role="desk")

    wanted = {"item_ids": [theirs["item_id"]], "is_read": True}
    assert town.stack.ask("notify", "mark_items", wanted, caller=stranger) == {"changed": 0}
    assert town.inbox(town.aoki)["items"][0]["read_at"] is None
    assert ids(town.inbox(town.aoki)) == [handoff_id]
