"""Where the story is played: a private instance of its own, or the containers of compose."""

import contextlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path

from kombu import Connection

import chassis.embedded  # noqa: F401  (makes its addresses known to kombu)
from tsunagi import holding, running
from tsunagi import instance as instances
from tsunagi.client import Client
from tsunagi.demo.story import Cast, Player, open_the_day
from tsunagi.demo_city import PEOPLE
from tsunagi.instance import Instance
from tsunagi.tidy import empty

# Logins of the four rungs in their order: care manager, deputy, office manager, desk.
LADDER = ("sato", "nakamura", "takahashi", "kobayashi")
PLANNER, OPERATOR = "tanaka", "ishida"

Say = Callable[[str], None]


@contextlib.contextmanager
def here(profile: str, say: Say) -> Iterator[tuple[Instance, dict[str, str]]]:
    """Run a fresh demo instance on this machine inside the block; yields it and the passwords by login."""
    folder = Path("var/demo")
    with holding.alone(folder):
        empty(folder)
        instance = instances.ensure(folder, "demo", profile=profile)
        with running.everything(instance, say):
            yield instance, passwords_of(folder)


def passwords_of(folder: Path) -> dict[str, str]:
    """Return the password of each login of the demonstration in `folder`."""
    passwords: dict[str, str] = json.loads((folder / "demo-accounts.json").read_text())
    return passwords


@contextlib.contextmanager
def cast(address: str, passwords: dict[str, str], verify: bool | str = True) -> Iterator[Cast]:
    """Sign everybody in with an open page."""

    def enter(login: str) -> Player:
        client = Client(address, verify).sign_in(login, passwords[login])
        name = next(str(person["name"]) for person in PEOPLE if person["login"] == login)
        return Player(name, client, client.listen(client.get("/api/inbox")["last_seq"]))

    operator = Client(address, verify).sign_in(OPERATOR, passwords[OPERATOR])
    open_the_day(operator)
    planner, ladder = enter(PLANNER), tuple(enter(login) for login in LADDER)
    stays = planner.client.get("/api/handoffs", board="sent")["stays"]
    # Two persons of the first rung's care manager who are to leave soon.
    planned = [stay["stay_id"] for stay in stays if stay["state"] == "discharge_planned"]
    try:
        yield Cast(planner, ladder, operator, (planned[0], planned[1]))
    finally:
        for player in (planner, *ladder):
            player.stream.close()


def drop_next_note(instance: Instance) -> None:
    """Cut notify off from new notes, so that the next one is lost on the way. For the self-test."""
    with Connection(instance.amqp_url("admin")) as connection:
        channel = connection.channel()
        channel.queue_unbind("notify.on_discharge_noted", "sharing.events", "discharge_noted.v1")
