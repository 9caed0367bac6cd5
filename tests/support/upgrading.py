"""A city of an earlier version, to be restored by today's code: made once a version, kept for ever.

    python -m tests.support.upgrading NAME

starts the fictional city with this tree's code, lets its people work, and writes in `tests/fixtures/upgrade`
`NAME-sqlite.backup`, a backup under the tests' passphrase, and `NAME-sqlite.json`, what the services told;
then the same with PostgreSQL. To be called before a version with new migrations is given out; never again for
the same version.
"""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.support.backups import back_up
from tests.support.embedded import EmbeddedMachine
from tests.support.machine import Machine
from tests.support.people import a_note, a_stay, settle_city, sign_in
from tests.support.stack import Stack
from tsunagi.client import Client
from tsunagi.parts import PROCESSES
from tsunagi.vendor import ROOT

FOLDER = ROOT / "tests" / "fixtures" / "upgrade"
LARGEST_BYTES = 200_000
# Tables whose rows have to be there after any migration; what grows by itself meanwhile is not among them.
COUNTED = {
    "accounts": ("account", "membership", "deputy", "office"),
    "directory": ("facility", "facility_service", "office_hours"),
    "sharing": ("person", "consent", "stay", "note", "handoff"),
    "events": ("conference",),
    "notify": ("alert", "delivery"),
}


# A backup stays with its kind of database.
MACHINES: dict[str, Callable[[], Machine | EmbeddedMachine]] = {
    "sqlite": EmbeddedMachine,
    "postgresql": Machine,
}


def make(name: str, kind: str) -> None:
    """Write the two files of a kind. Raises FileExistsError when there are some of this name."""
    backup, told = FOLDER / f"{name}-{kind}.backup", FOLDER / f"{name}-{kind}.json"
    if backup.exists():
        raise FileExistsError(backup)
    FOLDER.mkdir(parents=True, exist_ok=True)
    machine = MACHINES[kind]().start()
    try:
        home = machine.fresh()
        settle_city(home)
        stack = Stack(home, PROCESSES).start()
        sent = work(stack)
        told.write_text(json.dumps(answers(stack, sent), ensure_ascii=False, indent=1) + "\n")
        stack.stop()
        back_up(home, backup)
    finally:
        machine.stop()
    size = backup.stat().st_size
    print(f"{backup}: {size} bytes{' (too large)' if size > LARGEST_BYTES else ''}")


def work(stack: Stack) -> list[str]:
    """Have a note that waits, one that was received, one that was declined; returns their handoffs."""
    planner, care_manager = sign_in(stack, "tanaka"), sign_in(stack, "sato")
    sent = []
    for number in ("一", "二", "三"):
        stay_id = a_stay(planner, care_manager, given_name=f"千代{number}")
        note = {"stay_id": stay_id, "content": a_note(planner, stay_id)}
        sent.append(planner.post("/api/handoffs", note)["handoff_id"])
        stack.broker.settle()
    care_manager.post(f"/api/handoffs/{sent[1]}/acknowledgement")
    care_manager.post(f"/api/handoffs/{sent[2]}/refusal", {"reason": "full", "words": "満員です"})
    stack.broker.settle()
    return sent


def answers(stack: Stack, sent: list[str]) -> dict[str, Any]:
    """Return what people are told, and how many rows there are: no new version may change it."""
    planner, care_manager = sign_in(stack, "tanaka"), sign_in(stack, "sato")
    return {
        "handoffs": {id: planner.get(f"/api/handoffs/{id}") for id in sent},
        "ladders": {id: planner.get(f"/api/handoffs/{id}/ladder") for id in sent},
        "inbox": inbox(care_manager),
        "offices": planner.get("/api/facilities", municipality="999997")["facilities"],
        "rows": {service: counts(stack, service) for service in COUNTED},
    }


def inbox(client: Client) -> list[dict[str, Any]]:
    """Return what a person's inbox holds, in its order."""
    items: list[dict[str, Any]] = client.get("/api/inbox")["items"]
    return items


def counts(stack: Any, service: str) -> dict[str, int]:
    """Return how many rows the tables have that are counted."""
    database = stack.database(service)
    return {table: database.scalar(f"SELECT count(*) FROM {table}") for table in COUNTED[service]}


def fixtures() -> list[Path]:
    """Return the backups of all versions and kinds, by name."""
    return sorted(FOLDER.glob("*.backup"))


def kind_of(backup: Path) -> str:
    """Return the kind of database that a backup is one of."""
    return backup.stem.rpartition("-")[2]


if __name__ == "__main__":
    os.chdir(ROOT)
    for kind in MACHINES:
        make(sys.argv[1], kind)
