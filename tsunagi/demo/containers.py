"""A demonstration in containers: project, port, images and secrets of its own, gone afterwards."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from tsunagi.servers.process import NotAvailable, free_ports
from tsunagi.vendor import ROOT

FILES = ("docker-compose.yml", "docker-compose.demo.yml")
# What everything is made of; fetched when it is not here and a registry answers.
BASES = {
    "PYTHON_IMAGE": "python:3.11-slim-bookworm",
    "RABBITMQ_IMAGE": "rabbitmq:4.0-management",
    "POSTGRES_IMAGE": "postgres:17-bookworm",
    "CADDY_IMAGE": "caddy:2",
    "MAIL_IMAGE": "axllent/mailpit:v1.21",
}
# With time to fetch images.
BUILD_S = 1200
START_S = 900
HEALTHY_S = 300
_AUTHORITY = "/state/caddy/pki/authorities/local/root.crt"


class Failed(Exception):
    """A compose command failed; the message holds what it said last."""


class Containers:
    """The containers of one project. `folder` keeps its secrets."""

    files = FILES

    def __init__(self, folder: Path, project: str) -> None:
        self.folder = folder.resolve()
        self.project = project
        (self.port,) = free_ports(1)
        self.address = f"https://localhost:{self.port}"
        self.authority = self.folder / "authority.crt"
        self._environment = {
            **os.environ,
            "HTTPS_PORT": str(self.port),
            "PUBLIC_URL": self.address,
            "SECRETS": str(self.folder / "secrets"),
            "IMPORTS": str(self.folder),
            "BACKUPS": str(self.folder / "backups"),
            # Not the images of an instance that people work with.
            "TSUNAGI_IMAGE": "tsunagi:demo",
            "PROXY_IMAGE": "tsunagi-proxy:demo",
        }

    def compose(self, *arguments: str, within_s: float = 120) -> str:
        """Run a compose command; returns its output. Raises Failed."""
        files = [part for name in self.files for part in ("-f", name)]
        done = subprocess.run(
            ["docker", "compose", "-p", self.project, *files, *arguments],
            cwd=ROOT,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=within_s,
            check=False,
        )
        if done.returncode:
            raise Failed(f"docker compose {' '.join(arguments)}:\n{done.stderr[-3000:]}{done.stdout[-1000:]}")
        return done.stdout

    def make(self) -> None:
        """Make secrets and images."""
        command = [sys.executable, str(ROOT / "deploy" / "prepare.py"), self._environment["SECRETS"]]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        self.compose("build", within_s=BUILD_S)

    def up(self, *services: str) -> None:
        """Start what is not running, wait until all is healthy, take the proxy's certificate.

        With names only these, and what they need.
        """
        self.compose("up", "-d", "--wait", "--wait-timeout", str(HEALTHY_S), *services, within_s=START_S)
        self.authority.write_text(self.compose("exec", "-T", "proxy", "cat", _AUTHORITY))

    def passwords(self) -> dict[str, str]:
        """Return the demonstration's passwords by login."""
        told = self.compose(
            "run", "--rm", "--no-deps", "-T", "--entrypoint", "cat", "seed", "/cast/demo-accounts.json"
        )
        found: dict[str, str] = json.loads(told)
        return found

    def logs(self) -> str:
        """Return the last lines of every container."""
        return self.compose("logs", "--no-color", "--tail", "40")

    def down(self) -> None:
        """Remove the containers and keep the data."""
        self.compose("down", "-t", "30")

    def remove(self) -> None:
        """Leave neither containers nor data behind."""
        self.compose("--profile", "*", "down", "-v", "-t", "10", "--remove-orphans")


@contextlib.contextmanager
def containers(say: Callable[[str], None]) -> Iterator[tuple[str, dict[str, str], str]]:
    """Run a demonstration inside the block; yields address, passwords by login, certificate to trust."""
    if reason := why_not():
        raise NotAvailable(reason)
    folder = Path("var/containers")
    shutil.rmtree(folder, ignore_errors=True)
    stack = Containers(folder, f"tsunagi-demo-{os.getpid()}")
    try:
        say("Building the images")
        stack.make()
        say("Starting the containers")
        stack.up()
        yield stack.address, stack.passwords(), str(stack.authority)
    finally:
        say("Removing the containers")
        stack.remove()


def why_not() -> str:
    """Return in one sentence why no containers can be started here; empty when they can."""
    if shutil.which("docker") is None:
        return "There is no docker: install Docker Engine and its compose plugin."
    if _run("docker", "info").returncode:
        return "No Docker engine answers: start one."
    if not _run("docker", "compose", "version", "--short").stdout.lstrip("v").startswith("2."):
        return "docker compose 2.20 or later is missing: install the plugin."
    return ""


def missing_images() -> list[str]:
    """Return the images that would have to be fetched first."""
    images = [os.environ.get(name) or default for name, default in BASES.items()]
    return [image for image in images if _run("docker", "image", "inspect", image).returncode]


def _run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False)
