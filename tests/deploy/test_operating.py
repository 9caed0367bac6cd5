"""What the handbook has people type is there: programs, commands, options, containers, files and names."""

import re
import subprocess
from pathlib import Path

import click
import pytest

from tests.deploy.files import DEMO, MONITORING, compose, example_values, services, variables
from tests.support.handbook import HANDBOOK, PROGRAM, after_options, command_lines, commands, parse, spans_of
from tests.support.handbook import OWN as READERS
from tsunagi.commands import COMMANDS, program
from tsunagi.demo.containers import why_not
from tsunagi.vendor import ROOT

LINES = command_lines()
TEXT = HANDBOOK.read_text(encoding="utf-8")
CONTAINERS = {name for path in (None, DEMO, MONITORING) for name in (services(path) if path else services())}
# What every machine has; their words are the reader's business, but files of ours have to be there.
EVERYWHERE = {"git", "cd", "cp", "mv", "mkdir", "chown", "chmod"}
WITH_VALUE = {"-e", "-f", "--scale", "--tail", "--entrypoint", "-U", "-c"}
# Written in code, and no setting: what stands for others, a level of logs, a method.
FOREIGN = {"TSUNAGI_X", "X_FILE", "INFO", "POST"}
CODE = "\n".join(
    path.read_text(encoding="utf-8")
    for folder in ("chassis", "contracts", "services", "gateway", "tsunagi", "deploy")
    for path in (ROOT / folder).rglob("*")
    if path.suffix in (".py", ".yml", ".json", ".conf") and "node_modules" not in path.parts
)


def ours(words):
    """Return the words that follow the program's name, or None for another program."""
    if words[0] in COMMANDS:
        return words
    return words[1:] if Path(words[0]).name == PROGRAM else None


def composed(words):
    """Return verb, its options, and what follows, of a `docker compose` command."""
    _, (verb, *rest) = after_options(words[2:], WITH_VALUE)
    options, rest = after_options(rest, WITH_VALUE)
    return verb, options, rest


def test_the_handbook_has_commands_of_each_kind():
    assert {"docker compose build", "make run"} <= set(LINES)
    assert len(LINES) > 50


@pytest.mark.parametrize("line", LINES)
def test_a_command_names_only_what_is_there(line):
    for words in commands(line):
        check(words)


def check(words):
    if (command := ours(words)) is not None:
        parse(program, command)
    elif words[:2] == ["docker", "compose"]:
        check_compose(words)
    elif words[:3] == ["docker", "volume", "rm"]:
        project = example_values()["COMPOSE_PROJECT_NAME"]
        assert {name.removeprefix(f"{project}_") for name in words[3:]} <= set(compose()["volumes"])
    elif words[:3] == ["docker", "network", "connect"]:
        project = example_values()["COMPOSE_PROJECT_NAME"]
        assert words[3].removeprefix(f"{project}_") in compose()["networks"]
    elif words[0] == "make":
        assert re.search(rf"^{words[1]}:", (ROOT / "Makefile").read_text(), re.MULTILINE)
    elif words[1:2] == ["-m"]:
        assert (ROOT / f"{words[2].replace('.', '/')}.py").exists()
    else:
        assert words[0] in EVERYWHERE or words[:3] == ["docker", "image", "prune"], words


def check_compose(words):
    files = [words[place + 1] for place, word in enumerate(words) if word == "-f"]
    assert [name for name in files if not (ROOT / name).exists()] == []
    verb, _, rest = composed(words)
    if verb == "run" and rest[0] == PROGRAM:
        parse(program, rest[1:])
    elif verb in ("run", "exec"):
        assert rest[0] in CONTAINERS | {"NAME"}
    else:
        assert set(rest) <= CONTAINERS | {"NAME"}
    scaled = re.findall(r"--scale (\w+)=", " ".join(words))
    assert set(scaled) <= CONTAINERS


@pytest.mark.parametrize(
    "line",
    [
        "tsunagi refresh",
        "tsunagi backup F --loud",
        "docker compose up nobody",
        "make coffee",
        "systemctl stop",
    ],
)
def test_a_command_that_is_not_there_is_noticed(line):
    [words] = commands(line)

    with pytest.raises((AssertionError, click.UsageError)):
        check(words)


@pytest.mark.skipif(bool(why_not()) and "engine" not in why_not(), reason="There is no docker compose.")
def test_docker_compose_knows_the_options():
    used = [
        composed(words) for line in LINES for words in commands(line) if words[:2] == ["docker", "compose"]
    ]
    for verb in {verb for verb, *_ in used}:
        told = subprocess.run(
            ["docker", "compose", verb, "--help"], capture_output=True, text=True, check=True
        ).stdout
        mine = {option for one, options, _ in used if one == verb for option in options}
        assert {option for option in mine if not re.search(rf"(?<!\S){option}\b", told)} == set(), verb


def test_a_setting_that_it_names_is_read():
    """Every word in capitals is in `.env.example`, in a compose file, or read by the code."""
    known = {*example_values(), *variables(ROOT / "docker-compose.yml"), *FOREIGN, *READERS}
    named = {
        name for span in spans_of(TEXT) for name in re.findall(r"^(?:TSUNAGI_)?([A-Z][A-Z_]+[A-Z])\b", span)
    }

    assert named > {"SITE", "BACKUP_PASSPHRASE", "TRACES_URL"}
    assert {name for name in named - known if not re.search(rf'"(?:TSUNAGI_)?{name}"', CODE)} == set()


def test_an_event_a_fault_or_a_metric_that_it_names_is_in_the_code():
    named = {name for span in spans_of(TEXT) for name in re.findall(r"^([a-z]+(?:_[a-z]+)+)(?::…)?$", span)}

    assert named > {"process_not_live", "queue_missing", "disk_free_bytes", "mailbox_refused"}
    assert named - set(re.findall(r"[a-z]+(?:_[a-z]+)+", CODE)) == set()


def test_it_leads_to_headings_that_it_has():
    headings = {
        re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        for heading in re.findall(r"^#+ (.+)$", TEXT, re.MULTILINE)
    }

    assert set(re.findall(r"\]\(#([^)]+)\)", TEXT)) <= headings
