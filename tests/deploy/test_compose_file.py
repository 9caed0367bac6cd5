"""What docker-compose.yml promises, read from the file: no engine needed."""

import subprocess
import sys

import pytest

from chassis.topology import MAY_ASK
from tests.deploy.files import (
    COMPOSE,
    DEMO,
    MONITORING,
    ROOT,
    compose,
    example_values,
    long_running,
    secrets_of,
    services,
    variables,
)
from tsunagi.demo.containers import BASES
from tsunagi.key_rings import RINGS
from tsunagi.parts import GATEWAY, PROCESSES, SERVICES, WORKER

ALL = sorted(services())
TEXT = COMPOSE.read_text() + DEMO.read_text()


@pytest.mark.parametrize("path", [COMPOSE, DEMO, MONITORING], ids=lambda path: path.name)
def test_a_compose_file_fits_the_specification(path):
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(path)]

    checked = subprocess.run(command, capture_output=True, text=True, check=False)

    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_every_process_has_a_container():
    assert set(PROCESSES) <= set(services())


@pytest.mark.parametrize("name", ALL)
def test_a_container_can_change_nothing_and_become_nothing(name):
    service = services()[name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not {"privileged", "ulimits", "container_name", "pid", "ipc", "devices"} & set(service)
    assert not any("docker.sock" in str(volume) for volume in service.get("volumes", []))


def test_nothing_runs_as_root_but_the_maker_of_secrets():
    root = {name for name, service in services().items() if service["user"].startswith("0")}
    with_more = {name for name, service in services().items() if service.get("cap_add")}

    # Writes into a folder of the host, whoever owns it; has no network and ends at once.
    assert root == with_more == {"prepare"}
    assert services()["prepare"]["network_mode"] == "none"


@pytest.mark.parametrize("name", sorted(long_running()))
def test_what_stays_up_is_watched_and_restarted(name):
    service = services()[name]

    assert service["restart"] == "unless-stopped"
    assert service["healthcheck"]["test"][0] == "CMD"


def test_what_ends_by_itself_is_not_restarted():
    ending = {name for name, service in services().items() if service["restart"] == "no"}

    assert ending == {"logins", "migrate", "prepare", "tsunagi"}


def test_only_the_proxy_is_published_and_only_on_this_machine():
    published = {name: service["ports"] for name, service in services().items() if "ports" in service}

    assert published == {"proxy": ["${HTTPS_BIND:-127.0.0.1}:${HTTPS_PORT:-8443}:8443"]}
    assert not any("ports" in service for service in services(DEMO).values())


def test_only_the_proxy_and_the_senders_of_mail_have_a_way_out():
    closed = {name for name, network in compose()["networks"].items() if network.get("internal")}
    open_to_the_outside = {
        name for name, service in services().items() if set(service.get("networks", [])) - closed
    }

    assert closed == {"backend", "front"}
    assert open_to_the_outside == {"proxy", "accounts", "notify", "watch"}


def test_the_proxy_reaches_the_gateway_and_nothing_else():
    beside_it = {
        name
        for name, service in services().items()
        if set(service.get("networks", [])) & set(services()["proxy"]["networks"])
    }

    assert beside_it == {"proxy", GATEWAY}


def test_images_have_a_version_and_can_come_from_a_mirror():
    images = {service["image"] for service in services().values()}

    assert all(image.startswith("${") and ":-" in image for image in images)
    assert not any("latest" in image or "@sha256" in image for image in images)


def test_the_images_named_elsewhere_are_the_same():
    assert {name: example_values()[name] for name in BASES} == BASES
    assert all(f"${{{name}:-{image}}}" in TEXT for name, image in BASES.items())


def test_every_variable_is_explained_in_the_example():
    used = variables(COMPOSE) | variables(DEMO) | variables(MONITORING)

    assert used | {"COMPOSE_PROJECT_NAME"} == set(example_values())


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_given_its_own_secrets_only(name):
    expected = {"public.json", f"{name}.pem", f"{name}_database_url", f"{name}_amqp_url"}

    assert secrets_of(services()[name]) - {"smtp_url", "bounce_imap_url", *RINGS.values()} == expected


@pytest.mark.parametrize(("owner", "file"), RINGS.items())
def test_only_their_service_and_the_operators_commands_read_keys_that_encrypt(owner, file):
    reads = {name for name, service in services().items() if file in secrets_of(service)}

    assert reads == {owner, "tsunagi"}


def test_the_gateway_has_no_database():
    assert secrets_of(services()[GATEWAY]) == {
        "public.json",
        "gateway.pem",
        "gateway_amqp_url",
        "gateway_secret_key",
    }


def test_the_worker_reaches_every_database_since_it_tidies_them_all():
    databases = {name for name in secrets_of(services()[WORKER]) if name.endswith("_database_url")}

    assert databases == {f"{name}_database_url" for name in SERVICES}


def test_only_who_sends_mail_knows_the_mail_server():
    knows = {name for name, service in services().items() if "smtp_url" in secrets_of(service)}

    assert knows == {"accounts", "notify", "watch"}


def test_only_who_reads_what_comes_back_knows_the_mailbox():
    knows = {name for name, service in services().items() if "bounce_imap_url" in secrets_of(service)}

    assert knows == {"notify"}


def test_whoever_may_ask_another_service_can_sign():
    for name in MAY_ASK:
        assert f"{name}.pem" in secrets_of(services()[name])


def test_a_setting_that_names_a_secret_names_one_that_is_there():
    for name, service in services().items():
        targets = {
            one if isinstance(one, str) else one.get("target", one["source"])
            for one in service.get("secrets", [])
        }
        for key, value in service.get("environment", {}).items():
            if key.endswith("_FILE") and str(value).startswith("/run/secrets/"):
                assert value.removeprefix("/run/secrets/") in targets, (name, key)


def test_the_demonstration_changes_no_guard():
    guards = {"user", "cap_add", "cap_drop", "privileged", "read_only", "security_opt", "ports"}
    new = {"mail", "seed"}

    for name, service in services(DEMO).items():
        assert name in new or not guards & set(service), name


def test_the_demonstration_is_marked_as_one_everywhere():
    marked = {
        name
        for name, service in services(DEMO).items()
        if service.get("environment", {}).get("TSUNAGI_INSTANCE") == "demo"
    }

    assert set(PROCESSES) | {"migrate"} <= marked


def test_the_monitoring_watches_every_process_and_changes_nothing_else_of_it():
    added = services(MONITORING)

    assert set(added) - set(PROCESSES) == {"prometheus", "grafana"}
    assert all(added[name] == {"environment": {"TSUNAGI_HEALTH_HOST": "0.0.0.0"}} for name in PROCESSES)


@pytest.mark.parametrize("name", ["prometheus", "grafana"])
def test_what_watches_is_as_guarded_as_the_rest_and_shown_on_this_machine_only(name):
    service = services(MONITORING)[name]

    assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert [port.split(":")[0] for port in service["ports"]] == ["127.0.0.1"]
    assert not service["user"].startswith("0")
    assert "secrets" not in service
    for volume in service["volumes"]:
        source = volume.split(":")[0]
        assert not source.startswith(".") or (ROOT / source).is_file(), source
