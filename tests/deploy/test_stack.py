"""The containers, really started: what is open, who may what, and the main job through the proxy."""

import json
import os

import pytest

from tests.support.eventually import eventually
from tsunagi.client import Client, Refused
from tsunagi.demo.note import CONTENT
from tsunagi.parts import PROCESSES

pytestmark = pytest.mark.timeout(900)


def send_a_note(stack):
    """Send a note of 鈴木 一郎 (or of whoever is to leave first) and return the handoff."""
    planner = stack.enter("tanaka")
    stays = planner.get("/api/handoffs", board="sent")["stays"]
    stay_id = next(stay["stay_id"] for stay in stays if stay["state"] == "discharge_planned")
    content = planner.get(f"/api/stays/{stay_id}/note")["draft"]["content"]
    return planner.post("/api/handoffs", {"stay_id": stay_id, "content": {**content, **CONTENT}})


def waits_for(client, handoff_id):
    """Return the inbox's item of a handoff, or None."""
    items = client.get("/api/inbox")["items"]
    return next((item for item in items if item["handoff_id"] == handoff_id), None)


def test_everything_is_up(stack):
    states = {name: one["State"] for name, one in stack.containers().items()}

    assert {name for name, state in states.items() if state["Status"] == "exited"} == {
        "logins",
        "migrate",
        "seed",
    }
    assert not [name for name, state in states.items() if state["ExitCode"]]
    assert {state["Health"]["Status"] for state in states.values() if "Health" in state} == {"healthy"}


def test_only_the_proxy_is_published_and_only_on_this_machine(stack):
    published = {
        name: [(one["HostIp"], one["HostPort"]) for one in bindings]
        for name, container in stack.containers().items()
        for bindings in container["NetworkSettings"]["Ports"].values()
        if bindings
    }

    assert published == {"proxy": [("127.0.0.1", str(stack.port))]}


def test_broker_databases_and_services_have_no_way_out(stack):
    internal = {name for name, network in stack.networks().items() if network["Internal"]}
    open_ended = {
        name
        for name, container in stack.containers().items()
        if {network.removeprefix(f"{stack.project}_") for network in container["NetworkSettings"]["Networks"]}
        - internal
    }

    # A demonstration's mail goes nowhere either.
    assert internal == {"backend", "front", "mail"}
    assert open_ended == {"proxy"}


def test_a_process_has_no_rights_in_its_container(stack):
    for name in PROCESSES:
        container = stack.container(name)
        host = container["HostConfig"]

        assert container["Config"]["User"] == "10001:10001"
        assert host["ReadonlyRootfs"] is True
        assert (host["CapDrop"], host["CapAdd"]) == (["ALL"], None)
        status = stack.python(name, "print(open('/proc/self/status').read())")
        assert "CapEff:\t0000000000000000" in status
        assert "NoNewPrivs:\t1" in status


def test_a_service_cannot_open_anothers_database(stack):
    told = stack.python(
        "events",
        "import pathlib, psycopg\n"
        "url = pathlib.Path('/run/secrets/database_url').read_text().replace('+psycopg', '')\n"
        "try:\n"
        "    psycopg.connect(url.rsplit('/', 1)[0] + '/tsunagi_sharing')\n"
        "except psycopg.OperationalError as error:\n"
        "    print('permission denied' in str(error))\n",
    )

    assert told == "True"


def test_a_stranger_is_shown_nothing(stack):
    stranger = Client(stack.address, str(stack.authority))

    with pytest.raises(Refused) as refusal:
        stranger.get("/api/inbox")

    assert refusal.value.status == 401


def test_a_note_reaches_the_care_manager_who_acknowledges_it(stack):
    handoff = send_a_note(stack)

    care_manager = stack.enter("sato")
    item = eventually(lambda: waits_for(care_manager, handoff["handoff_id"]), timeout=15)
    answer = care_manager.post(f"/api/handoffs/{handoff['handoff_id']}/acknowledgement")

    assert (item["waits"], item["code"]) == (True, handoff["code"])
    assert (answer["state"], answer["acknowledged_by_name"]) == ("acknowledged", "佐藤 恵")


def test_the_mail_holds_the_code_and_no_name(stack):
    handoff = send_a_note(stack)

    def caught():
        code = (
            "import urllib.request as u; print(u.urlopen('http://mail:8025/api/v1/messages').read().decode())"
        )
        found = json.loads(stack.python("notify", code))["messages"]
        return [mail for mail in found if handoff["code"] in mail["Subject"] + mail["Snippet"]]

    mails = eventually(caught, timeout=30, every=1)
    assert [mail["To"][0]["Address"] for mail in mails] == ["sato@example.jp"]
    assert not any(name in mails[0]["Subject"] + mails[0]["Snippet"] for name in ("鈴木", "渡辺", "山口"))


def test_passwords_are_made_in_a_folder_of_whoever_runs_docker(stack, tmp_path):
    folder = tmp_path / "secrets"
    folder.mkdir()
    mail = folder / "smtp_url"
    mail.write_text("smtp://mail.example.jp:25")
    if os.geteuid() == 0:
        for path in (folder, mail):
            os.chown(path, 1000, 1000)

    def prepare(*words):
        # Elsewhere than at /secrets: there the service's own folder would stay, and be rotated.
        volume = f"{folder}:/made"
        return stack.compose("run", "--rm", "-T", "--volume", volume, "prepare", "/made", *words)

    prepare()

    assert prepare("--rotate").strip() == "Secrets are ready in /made."


def test_the_program_is_at_hand_for_operators(stack):
    told = stack.compose("run", "--rm", "-T", "tsunagi", "dead-letters", "list")

    assert told.strip() == "0 parked"
