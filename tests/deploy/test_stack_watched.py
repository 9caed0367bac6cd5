"""The containers with Prometheus and a collector of traces: what is shipped sees, calls, follows a note."""

import json
import os
import subprocess
import urllib.parse
import urllib.request

import pytest

from tests.deploy.stack import Stack, docker
from tests.deploy.test_stack import send_a_note, waits_for
from tests.support import collector
from tests.support.alerting import DASHBOARD, rules
from tests.support.eventually import eventually
from tsunagi.demo.containers import FILES, why_not
from tsunagi.parts import PROCESSES
from tsunagi.servers.process import free_ports

# Rules wait for minutes before they call.
pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]
PROMETHEUS = os.environ.get("PROMETHEUS_IMAGE") or "prom/prometheus:v2.53.4"
COLLECTOR = "collector"
# Figures that are there only once something is wrong, or from another moment on.
MAY_BE_EMPTY = ("> 0", "deliver", "jobs_total", "notifications_total")


class Watched(Stack):
    """A demonstration with Prometheus. Grafana is left out: there may be no image of it."""

    files = (*FILES, "docker-compose.monitoring.yml")

    def __init__(self, folder):
        super().__init__(folder)
        self.project += "-watched"
        (self.prometheus,) = free_ports(1)
        self._environment |= {
            "PROMETHEUS_PORT": str(self.prometheus),
            "TRACES_URL": f"http://{COLLECTOR}:4318/v1/traces",
        }

    def ask(self, path, **query):
        """Return what Prometheus answers."""
        address = f"http://127.0.0.1:{self.prometheus}/api/v1/{path}?{urllib.parse.urlencode(query)}"
        with urllib.request.urlopen(address, timeout=10) as answer:
            return json.load(answer)["data"]

    def spans(self):
        """Return what the collector has taken."""
        lines = docker("logs", f"{self.project}-{COLLECTOR}").splitlines()
        return [collector.Collected(**json.loads(line)) for line in lines]

    def collect(self):
        """Start a collector in the network of the services, from the image that they run in."""
        where = ["--network", f"{self.project}_backend", "--network-alias", COLLECTOR]
        code = ["--volume", f"{collector.__file__}:/collector.py:ro", "--entrypoint", "python"]
        name = f"{self.project}-{COLLECTOR}"
        docker("run", "--detach", "--rm", "--name", name, *where, *code, "tsunagi:demo", "/collector.py")

    def remove(self):
        subprocess.run(
            ["docker", "rm", "-f", f"{self.project}-{COLLECTOR}"], capture_output=True, check=False
        )
        super().remove()


@pytest.fixture(scope="module")
def watched(tmp_path_factory):
    if reason := why_not():
        pytest.skip(reason)
    if subprocess.run(
        ["docker", "image", "inspect", PROMETHEUS], capture_output=True, check=False
    ).returncode:
        pytest.skip(f"An image is missing: docker pull {PROMETHEUS}")
    stack = Watched(tmp_path_factory.mktemp("watched"))
    try:
        stack.make()
        stack.up("proxy", "worker", "prometheus", *PROCESSES)
        stack.collect()
        handoff = send_a_note(stack)
        care_manager = stack.enter("sato")
        eventually(lambda: waits_for(care_manager, handoff["handoff_id"]), timeout=60)
        care_manager.post(f"/api/handoffs/{handoff['handoff_id']}/acknowledgement")
        yield stack
    except Exception:
        print(stack.logs())
        raise
    finally:
        stack.remove()


def test_every_part_is_looked_at_by_its_name(watched):
    def up():
        found = watched.ask("targets", state="active")["activeTargets"]
        return {one["labels"]["process"] for one in found if one["health"] == "up"}

    eventually(lambda: up() == set(PROCESSES), timeout=60, every=1)


def test_all_rules_are_loaded_and_none_fails(watched):
    found = [rule for group in watched.ask("rules")["groups"] for rule in group["rules"]]

    assert {rule["name"] for rule in found} == {rule["alert"] for rule in rules()}
    assert {rule["health"] for rule in found} <= {"ok", "unknown"}


def test_each_panel_of_the_dashboard_has_something_to_show(watched):
    panels = json.loads(DASHBOARD.read_text(encoding="utf-8"))["panels"]
    asked = [target["expr"] for panel in panels for target in panel["targets"]]

    def empty():
        return [expr for expr in asked if not watched.ask("query", query=expr)["result"]]

    eventually(
        lambda: all(any(word in expr for word in MAY_BE_EMPTY) for expr in empty()), timeout=90, every=3
    )


def test_a_note_is_one_trace_through_the_containers(watched):
    def of_the_note():
        spans = watched.spans()
        traces = {span.trace for span in spans if span.name == "POST /api/handoffs"}
        return [{span.service for span in spans if span.trace == trace} for trace in traces]

    eventually(lambda: {"gateway", "sharing", "notify"} <= set().union(*of_the_note()), timeout=60, every=1)
    assert len(of_the_note()) == 1


def test_a_part_that_is_stopped_calls_somebody_and_nothing_else_does(watched):
    def firing():
        found = watched.ask("alerts")["alerts"]
        return {one["labels"]["alertname"]: one for one in found if one["state"] == "firing"}

    assert firing() == {}

    watched.compose("stop", "notify")

    eventually(lambda: "PartMissing" in firing(), timeout=300, every=3)
    told = firing()["PartMissing"]
    assert (told["labels"]["part"], told["labels"]["severity"]) == ("notify", "page")
    assert told["annotations"]["summary"] == "notify が動いていません。"
