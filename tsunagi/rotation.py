"""New passwords for a running instance: one part after the other, each started anew with its own.

A new password is written down before server and broker know it. Whatever breaks off in between, the next
start of the instance, or the same command once more, makes both sides agree again.
"""

import os
import secrets
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from tsunagi.instance import Instance
from tsunagi.parts import GATEWAY, SERVICES, WORKER
from tsunagi.servers import packages
from tsunagi.servers.pair import POSTGRES_ADMIN_NEXT
from tsunagi.servers.postgres import ADMIN, Postgres
from tsunagi.servers.process import Failed, answers, as_account, server_account
from tsunagi.servers.rabbitmq import RabbitMQ
from tsunagi.supervisor import Part

_READY_WITHIN_S = 120
# While the administrator's own changes, both are known here.
_NEXT = POSTGRES_ADMIN_NEXT

# The worker knows every database's password, and the gateway shall find all services there.
ORDER = (*SERVICES, WORKER, GATEWAY)


def rotate(instance: Instance, say: Callable[[str], None]) -> None:
    """Give every login a new password. Raises Failed when a part does not come back."""
    _rotate_administrators(instance)
    say("administrators: new passwords")
    for name in ORDER:
        _rotate_part(instance, name)
        say(f"{name}: new password, ready again")


def _rotate_administrators(instance: Instance) -> None:
    _settle_administrator(instance)
    instance.passwords[_NEXT] = _new()
    instance.save()
    server = _postgres(instance)
    server.add_role(ADMIN, instance.passwords[_NEXT])
    _settle_administrator(instance)
    _change_at_broker(instance, "admin")


def _settle_administrator(instance: Instance) -> None:
    """Keep the one of two passwords that the server knows, when an earlier change was broken off."""
    following = instance.passwords.get(_NEXT)
    if following is None:
        return
    server = _postgres(instance)
    server.following = following
    server.settle()
    instance.passwords["postgres_admin"] = server.password
    del instance.passwords[_NEXT]
    instance.save()


def _rotate_part(instance: Instance, name: str) -> None:
    part = Part(name, instance)
    # It need not be ready, since an earlier rotation may have been broken off.
    if not answers(instance.ports[f"health_{name}"]):
        raise Failed(f"{name} does not run: mend that first (`tsunagi doctor`), then call this again.")
    before = _pid(part.pid_file)
    # The broker's program takes a while: a part is not to run that long with a dead password of its database.
    _change_at_broker(instance, name)
    if name in SERVICES:
        instance.passwords[f"database_{name}"] = _new()
        instance.save()
        _postgres(instance).add_role(instance.login(name), instance.passwords[f"database_{name}"])
    os.kill(before, signal.SIGTERM)
    _wait_for_another(part, before)


def _change_at_broker(instance: Instance, name: str) -> None:
    instance.passwords[f"broker_{name}"] = _new()
    instance.save()
    broker = _rabbitmq(instance)
    program = packages.rabbitmq_program()
    assert program is not None
    # By standard input: a command line can be read by every account of the machine.
    done = subprocess.run(
        [program.with_name("rabbitmqctl"), "--quiet", "change_password", instance.login(name)],
        input=instance.passwords[f"broker_{name}"] + "\n",
        env=broker.env(),
        cwd=broker.folder,
        capture_output=True,
        text=True,
        check=False,
        **as_account(server_account("rabbitmq")),
    )
    if done.returncode:
        raise Failed(f"RabbitMQ did not take the new password of {name}: {done.stderr.strip()[-300:]}")


def _wait_for_another(part: Part, before: int) -> None:
    """Return when the supervisor has started the part anew and it is ready."""
    until = time.monotonic() + _READY_WITHIN_S
    while time.monotonic() < until:
        if _pid(part.pid_file) != before and part.is_ready():
            return
        time.sleep(0.2)
    raise Failed(f"{part.name} did not get ready again; see {part.log}")


def _pid(file: Path) -> int:
    try:
        return int(file.read_text())
    except (OSError, ValueError) as error:
        raise Failed(f"{file} does not say which process it is: start the instance anew") from error


def _postgres(instance: Instance) -> Postgres:
    folder = instance.folder / "postgres"
    return Postgres(folder, instance.ports["postgres"], instance.passwords["postgres_admin"])


def _rabbitmq(instance: Instance) -> RabbitMQ:
    ports = instance.ports
    return RabbitMQ(
        (instance.folder / "rabbitmq").resolve(),
        port=ports["amqp"],
        dist_port=ports["dist"],
        epmd_port=ports["epmd"],
        password=instance.passwords["broker_admin"],
        cookie=instance.passwords["cookie"],
    )


def _new() -> str:
    return secrets.token_urlsafe(24)
