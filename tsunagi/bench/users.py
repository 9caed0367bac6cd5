"""Signs the crowd in and makes ready requests of it."""

import itertools
import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tsunagi.bench import crowd
from tsunagi.bench.wire import request
from tsunagi.client import Client
from tsunagi.demo.note import CONTENT
from tsunagi.instance import Instance


@dataclass(frozen=True)
class User:
    """Somebody signed in: what their browser would send along."""

    cookie: str
    csrf: str


@dataclass(frozen=True)
class Users:
    """The 25 planners and the 25 care managers, and a full note that any planner may send."""

    planners: list[User]
    managers: list[User]
    content: dict[str, Any]
    port: int

    def notes(self, numbers: Iterator[int]) -> Iterator[tuple[int, bytes]]:
        """Yield the requests that send the notes of these persons, each by its own planner."""
        for number in numbers:
            planner = self.planners[number % len(self.planners)]
            body = {"stay_id": crowd.stay_id(number), "content": self.content}
            headers = {
                "Cookie": planner.cookie,
                "X-CSRF-Token": planner.csrf,
                "Referer": f"http://127.0.0.1:{self.port}/",
                "Idempotency-Key": uuid.uuid4().hex,
            }
            sent = json.dumps(body, ensure_ascii=False).encode()
            yield number, request("POST", "/api/handoffs", self.port, headers, sent)

    def echoes(self, port: int) -> Iterator[tuple[int, bytes]]:
        """Yield requests of the same size for the raw limit."""
        body = json.dumps({"stay_id": crowd.stay_id(0), "content": self.content}, ensure_ascii=False).encode()
        for number in itertools.count():
            yield number, request("POST", "/", port, {}, body)


def sign_in(instance: Instance, passwords: dict[str, str]) -> Users:
    """Sign all fifty in and prefill one note, as its page would."""
    planners, managers = crowd.logins()
    clients = {login: Client(instance.public_url).sign_in(login, passwords[login]) for login in passwords}
    draft = clients[planners[0]].get(f"/api/stays/{crowd.stay_id(0)}/note")["draft"]["content"]
    users = {login: User(client.cookies, client.csrf) for login, client in clients.items()}
    return Users(
        [users[login] for login in planners],
        [users[login] for login in managers],
        {**draft, **CONTENT},
        instance.ports["http"],
    )
