"""Every example of docs/api.md works as it stands, at a real instance without servers."""

import json
import os
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import redirect_stdout
from io import StringIO
from typing import Any

import pytest

from services.notify.channels.webhook import new_secret, sign
from tests.support.embedded import EmbeddedMachine
from tests.support.people import a_note, a_stay, sign_in
from tests.support.stack import Stack
from tsunagi.client import Client
from tsunagi.demo.note import CONTENT
from tsunagi.vendor import ROOT

PASSWORD = "Yama-to-hashi 77"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BLOCKS = BLOCK.findall((ROOT / "docs" / "api.md").read_text("utf-8"))


# Without servers, whatever the profile of the other tests.
@pytest.fixture(scope="module")
def machine() -> Iterator[EmbeddedMachine]:
    prepared = EmbeddedMachine().start()
    yield prepared
    prepared.stop()


@pytest.fixture(scope="module")
def keys(stack: Stack, planner: Client, care_manager: Client) -> dict[str, str]:
    """The environment of the examples. Two notes wait for the care manager."""
    for name in ("千代", "花子"):
        stay_id = a_stay(planner, care_manager, given_name=name)
        planner.write_note(stay_id, a_note(planner, stay_id))
    stack.broker.settle()
    scopes = ["inbox:read", "handoffs:read", "handoffs:answer"]
    return {
        "TSUNAGI": stack.url,
        "TSUNAGI_KEY": a_key(sign_in(stack, "takahashi"), care_manager, scopes),
        "HOSPITAL_KEY": a_key(hospital_manager(stack, planner), planner, ["handoffs:read", "notes:write"]),
    }


def hospital_manager(stack: Stack, planner: Client) -> Client:
    """The demonstration's hospital has no manager yet: the city adds the first one."""
    asked = {"name": "架空 一郎", "login": "kakuu.ichiro", "role": "office_manager"}
    office = {"office_id": planner.session["acting"]["office_id"]}
    code = sign_in(stack, "ishida").post("/api/staff", asked | office)["invitation"]
    Client(stack.url).visit().post("/api/password", {"code": code, "password": PASSWORD})
    return Client(stack.url).sign_in(asked["login"], PASSWORD)


def a_key(manager: Client, person: Client, scopes: list[str]) -> str:
    asked = {
        "name": "記録システム",
        "membership_id": person.session["acting"]["membership_id"],
        "scopes": scopes,
    }
    made = manager.post("/api/keys", asked)
    person.post(f"/api/keys/{made['key']['key_id']}/agreement")
    return str(made["secret"])


def run_shell(code: str, environment: dict[str, str]) -> str:
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", code],
        env={**os.environ, **environment, "no_proxy": "*"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, (code, done.stdout, done.stderr)
    return done.stdout


def test_the_examples_of_the_shell(keys: dict[str, str]) -> None:
    inbox, received, refused = (run_shell(code, keys) for kind, code in BLOCKS if kind == "sh")

    assert len(json.loads(inbox)["items"]) == 2
    assert received.split() == ["acknowledged", "acknowledged"]
    assert refused.split() == ["403", "scope_missing", "persons:read"]


def test_the_examples_of_python(keys: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in keys.items():
        monkeypatch.setenv(name, value)
    known: dict[str, Any] = {"NOTE": CONTENT}
    said = StringIO()

    with redirect_stdout(said):
        for kind, code in BLOCKS:
            if kind == "python":
                exec(compile(code, "docs/api.md", "exec"), known)

    *read, accepted, refused, sent, heard = said.getvalue().splitlines()
    assert sorted(line.split()[1] for line in read) == ["acknowledged", "seen"]
    assert accepted == "accepted"
    assert refused == "403 scope_missing"
    assert sent.split()[1] in ("sent", "delivered")
    assert heard == "seen"
    assert_tells_genuine(known["is_genuine"])


def assert_tells_genuine(is_genuine: Any) -> None:
    secret, now_s, body = new_secret(), int(time.time()), '{"type": "test"}'
    headers = {
        "webhook-id": "1",
        "webhook-timestamp": str(now_s),
        "webhook-signature": sign(secret, "1", now_s, body),
    }
    assert is_genuine(secret, headers, body.encode())
    assert not is_genuine(secret, headers, body.replace("test", "west").encode())
    assert not is_genuine(secret, headers | {"webhook-timestamp": str(now_s - 3600)}, body.encode())
