"""Commands touch an instance that works on: each does its work, and what is sent meanwhile comes once."""

import re
import subprocess
import sys
import threading
from collections import Counter
from types import SimpleNamespace

import pytest

from tests.support.eventually import eventually
from tests.support.people import a_note, a_stay
from tsunagi import holding
from tsunagi import instance as instances
from tsunagi.admin import door
from tsunagi.client import Client
from tsunagi.parts import SERVICES
from tsunagi.vendor import ROOT

# What the module waits for are a dozen programs that start, on a machine that has others to run.
pytestmark = [pytest.mark.timeout(900), pytest.mark.long]
LIST = ROOT / "tests" / "fixtures" / "directory" / "jigyosho_770.csv"
OFFICE = ("--kind", "care_office", "--name", "架空つつじ居宅", "--municipality", "999997", "--service", "430")
COMMANDS = {
    "find": ("directory", "find", "架空"),
    "import": ("directory", "import", LIST.name),
    "migrate": ("migrate",),
    "dead letters": ("dead-letters", "list"),
    "dead letters again": ("dead-letters", "replay"),
    "access logs": ("audit", "verify"),
    "replay": ("replay", "--from", "directory", "--to", "notify.on_facility_changed"),
    "backup": ("backup", "city.backup"),
}


@pytest.fixture(scope="module")
def folder(stack):
    """The instance's folder as `tsunagi run` has it: held, with the admin socket."""
    folder = stack.instance.folder
    with holding.alone(folder), door.opened(folder, stack.instance.logs / "admin.log"):
        yield folder


@pytest.fixture(scope="module")
def tsunagi(folder, tmp_path_factory):
    """Return what starts a command in a folder that is not the instance's."""
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / LIST.name).write_bytes(LIST.read_bytes())

    def start(*words):
        return subprocess.Popen(
            [sys.executable, "-m", "tsunagi", *words, "--instance", folder],
            cwd=elsewhere,
            env={
                **instances.from_outside(),
                "PYTHONPATH": str(ROOT),
                "TSUNAGI_BACKUP_PASSPHRASE": "架空の長い合言葉です。とても",
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    return start


def outcome(process):
    said, complaints = process.communicate(timeout=240)
    return process.returncode, said.strip(), complaints.strip()


@pytest.fixture(scope="module")
def worked(stack, tsunagi, planner, care_manager):
    """What each command said, two at a time, and which notes were accepted meanwhile."""
    body = a_body(planner, care_manager)
    accepted, is_done = [], threading.Event()

    def send():
        while not is_done.wait(0.05):
            accepted.append(planner.post("/api/handoffs", body)["handoff_id"])

    sending = threading.Thread(target=send)
    sending.start()
    try:
        entered = outcome(tsunagi("directory", "add-office", *OFFICE))
        said, words = {}, list(COMMANDS.items())
        for pair in zip(words[::2], words[1::2], strict=True):
            started = {name: tsunagi(*each) for name, each in pair}
            said |= {name: outcome(process) for name, process in started.items()}
    finally:
        is_done.set()
        sending.join(60)
    return SimpleNamespace(entered=entered, said=said, accepted=accepted)


def a_body(planner, care_manager):
    stay_id = a_stay(planner, care_manager)
    return {"stay_id": stay_id, "content": a_note(planner, stay_id)}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_does_its_work_meanwhile(worked, name):
    code, said, complaints = worked.said[name]

    assert (code, complaints) == (0, "")
    assert said


def test_what_they_said_is_of_this_instance(worked):
    said = {name: each[1] for name, each in worked.said.items()}

    assert "架空つつじ居宅" in said["find"]
    assert said["import"].startswith(f"{LIST.name}: ")
    assert [line.partition(":")[0] for line in said["access logs"].splitlines()] == list(SERVICES)
    assert int(said["replay"].split()[0]) > 0
    assert said["backup"].startswith("city.backup: ")


def test_each_was_carried_out_by_the_instance(worked, stack):
    noted = (stack.instance.logs / "admin.log").read_text()

    names = re.findall(r"Z ([a-z -]+): exit code 0", noted)
    wanted = Counter(
        " ".join(words[: 1 if words[0] in ("replay", "backup") else 2]) for words in COMMANDS.values()
    )
    assert Counter(names) >= wanted


def test_what_was_sent_meanwhile_came_once(worked, stack):
    eventually(lambda: len(alerts(stack, worked.accepted)) >= len(worked.accepted), 120)
    stack.broker.settle(timeout=120)

    assert worked.accepted
    assert Counter(alerts(stack, worked.accepted)) == Counter(worked.accepted)


def alerts(stack, handoff_ids):
    rows = stack.database("notify").rows("SELECT handoff_id FROM alert")
    return [id for row in rows if (id := str(row["handoff_id"])) in handoff_ids]


def test_whom_a_command_adds_may_sign_in_at_once(worked, stack, tsunagi):
    code, office_id, _ = worked.entered
    words = ("--name", "架空 花", "--login", "hana", "--office", office_id)

    added = outcome(tsunagi("accounts", "add-administrator", *words))

    assert (code, added[0]) == (0, 0)
    password = added[1].split()[-1]
    assert Client(stack.url).sign_in("hana", password).session
