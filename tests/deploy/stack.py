"""The containers of a test session, and a look at them from outside."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from tsunagi.client import Client
from tsunagi.demo.containers import Containers


class Stack(Containers):
    """A demonstration of which tests may ask the engine, and in which they may break things."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, f"deploytest-{os.getpid()}")

    def enter(self, login: str) -> Client:
        """Return somebody of the cast, signed in through the proxy."""
        return Client(self.address, str(self.authority)).sign_in(login, self.passwords()[login])

    def container(self, service: str) -> dict[str, Any]:
        """Return what the engine knows of a service's container."""
        return self.containers()[service]

    def containers(self) -> dict[str, dict[str, Any]]:
        """Return every container of the project by its service."""
        ids = self.compose("ps", "-a", "-q").split()
        found = json.loads(docker("inspect", *ids))
        return {one["Config"]["Labels"]["com.docker.compose.service"]: one for one in found}

    def networks(self) -> dict[str, dict[str, Any]]:
        """Return the project's networks by their names in the compose file."""
        mine = f"label=com.docker.compose.project={self.project}"
        found = json.loads(
            docker("network", "inspect", *docker("network", "ls", "-q", "--filter", mine).split())
        )
        return {one["Labels"]["com.docker.compose.network"]: one for one in found}

    def address_of(self, service: str, network: str) -> str:
        """Return a container's address in one network."""
        found = self.container(service)["NetworkSettings"]["Networks"]
        return str(found[f"{self.project}_{network}"]["IPAddress"])

    def python(self, service: str, code: str) -> str:
        """Run Python code inside a service's container; returns what it prints."""
        return self.compose("exec", "-T", service, "python", "-c", code).strip()

    def is_ready(self, service: str) -> bool:
        """Return whether the process in a container says that it is ready."""
        command = ["docker", "exec", self.container(service)["Id"], "ready"]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0


def docker(*arguments: str) -> str:
    """Run a docker command; returns its output. Raises when it fails."""
    return subprocess.run(
        ["docker", *arguments], capture_output=True, text=True, check=True, timeout=60
    ).stdout
