"""The containers, when something breaks: nothing is lost and nobody has to help."""

import pytest

from tests.deploy.stack import docker
from tests.deploy.test_stack import send_a_note, waits_for
from tests.support.eventually import eventually

pytestmark = pytest.mark.timeout(900)


def arrives(stack, handoff, within_s=60):
    """Return whether the handoff is in the care manager's inbox in time."""
    care_manager = stack.enter("sato")
    return eventually(lambda: waits_for(care_manager, handoff["handoff_id"]), timeout=within_s, every=0.5)


def test_a_killed_process_is_started_again_and_has_what_came_meanwhile(stack):
    before = stack.container("notify")["RestartCount"]
    # All but the init of the container; `docker kill` would count as somebody's wish.
    stack.compose("exec", "-T", "notify", "bash", "-c", "kill -9 -1")

    handoff = send_a_note(stack)

    assert arrives(stack, handoff)
    assert stack.container("notify")["RestartCount"] == before + 1


@pytest.mark.long
def test_a_broker_that_comes_back_at_another_address_is_found(stack):
    before = stack.address_of("rabbitmq", "backend")
    stack.compose("rm", "--stop", "--force", "rabbitmq")
    image = stack.container("gateway")["Config"]["Image"]
    squatter = docker(
        *("run", "-d", "--rm", "--network", f"{stack.project}_backend", "--entrypoint", "sleep", image, "300")
    ).strip()
    try:
        stack.compose("up", "-d", "--wait", "--no-deps", "rabbitmq")
        assert stack.address_of("rabbitmq", "backend") != before
        eventually(lambda: all(stack.is_ready(name) for name in ("gateway", "sharing", "notify")), timeout=60)

        handoff = send_a_note(stack)

        assert arrives(stack, handoff)
    finally:
        docker("rm", "-f", squatter)


@pytest.mark.long
def test_data_outlive_the_containers(stack):
    handoff = send_a_note(stack)
    assert arrives(stack, handoff)

    stack.down()
    stack.up()

    planner = stack.enter("tanaka")
    assert planner.get(f"/api/handoffs/{handoff['handoff_id']}")["code"] == handoff["code"]
    assert arrives(stack, send_a_note(stack))
