"""`/metrics` of running processes: what rules and dashboard ask for is there, and it is right."""

import json
import urllib.request
from datetime import UTC, datetime, timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families

from chassis.ids import new_id
from contracts.sharing import DischargePlanned
from tests.support.alerting import asked_by_dashboard, asked_by_rules
from tests.support.eventually import eventually
from tsunagi.parts import ALL

QUEUE = "events.on_discharge_planned"


@pytest.fixture(scope="module")
def stack(start_stack):
    return start_stack()


def minutes_ago(minutes: int) -> datetime:
    return datetime.now(UTC) - timedelta(minutes=minutes)


def page(stack, name: str) -> str:
    process = name if name in stack.supervisor.parts else ALL
    port = stack.instance.ports[f"health_{process}"]
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        return answer.read().decode()


def pages(stack) -> str:
    return "\n".join(page(stack, name) for name in stack.supervisor.parts)


def value(text: str, name: str, **labels: str) -> float | None:
    """Return the one sample with these labels, or None."""
    found = {
        sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == name and labels.items() <= sample.labels.items()
    }
    return found.pop() if found else None


def exported(text: str) -> set[str]:
    """Return every name that can be asked for: of a histogram without a sample those that it will have."""
    families = {line.split()[2]: line.split()[3] for line in text.splitlines() if line.startswith("# TYPE")}
    ends = {"histogram": ("_bucket", "_count", "_sum")}
    return {name + end for name, kind in families.items() for end in ends.get(kind, ("",))}


def test_what_the_rules_and_the_dashboard_ask_for_is_exported(stack):
    there = exported(pages(stack))

    assert asked_by_rules() - there == set()
    assert asked_by_dashboard() - there == set()


def test_every_process_says_that_it_is_ready_and_has_room(stack):
    for name in stack.supervisor.parts:
        text = page(stack, name)
        assert value(text, "part_ready", part=name) == 1
        assert value(text, "disk_free_bytes") > 1e6


def test_parked_messages_are_counted_by_queue(stack):
    stack.broker.publish_raw("events.retry", f"{QUEUE}.dead", "{}")

    eventually(lambda: value(page(stack, "events"), "queue_messages", queue=QUEUE, state="dead") == 1, 20)

    assert value(page(stack, "events"), "queue_consumers", queue=QUEUE) >= 1


def test_facts_that_wait_are_counted_and_timed_by_service(stack):
    """One that has hearers and comes from where none of their queues is bound."""
    row = {"id": new_id(), "key": DischargePlanned.routing_key, "at": minutes_ago(2)}
    envelope = json.dumps({"type": DischargePlanned.type})
    stack.database("directory").execute(
        "INSERT INTO outbox (id, routing_key, envelope, recorded_at) VALUES (:id, :key, :envelope, :at)",
        envelope=envelope,
        **row,
    )

    eventually(lambda: value(page(stack, "directory"), "outbox_unpublished", service="directory") == 1, 20)

    text = page(stack, "directory")
    assert 120 <= value(text, "outbox_oldest_s", service="directory") < 300
    assert value(text, "outbox_oldest_s", service="events") in (0, None)


def test_a_due_job_that_nobody_does_grows_old(stack):
    database = stack.database("events")
    database.execute(
        "INSERT INTO job (id, kind, payload, state, due_at, attempts)"
        " VALUES (:id, 'nobody_does_it', '{}', 'due', :due_at, 0)",
        id=new_id(),
        due_at=minutes_ago(20),
    )

    eventually(lambda: value(page(stack, "events"), "jobs_waiting", service="events") == 1, 20)

    assert 1200 <= value(page(stack, "events"), "job_oldest_s", service="events") < 1400


def test_a_ladder_that_cannot_be_climbed_is_counted(stack):
    stack.database("notify").execute(
        "INSERT INTO alert (alert_id, handoff_id, next_at) VALUES (:id, :handoff, :at)",
        id=new_id(),
        handoff=new_id(),
        at=minutes_ago(3),
    )

    eventually(lambda: value(page(stack, "notify"), "ladders_broke_total") == 1, 20)

    eventually(lambda: value(page(stack, "notify"), "alerts_open") == 1, 20)


def test_no_metric_has_a_label_that_only_grows(stack):
    """Ids would be one series each, and somebody's."""
    labels = {
        text
        for family in text_string_to_metric_families(pages(stack))
        for sample in family.samples
        for text in sample.labels.values()
    }

    assert {text for text in labels if len(text) >= 32 and text.count("-") >= 4} == set()
