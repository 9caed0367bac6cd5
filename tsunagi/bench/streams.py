"""Ten thousand open pages at one gateway: what each takes, and how soon an alert is on the one it is for."""

import contextlib
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator

import psycopg

from chassis.ids import new_id
from chassis.publish import BatchPublisher, Outgoing
from chassis.topology import LIVE
from chassis.wire import to_json
from tsunagi.bench import cpu, crowd, memory
from tsunagi.bench.figures import percentile
from tsunagi.bench.listeners import Listeners
from tsunagi.bench.users import Users
from tsunagi.instance import Instance
from tsunagi.servers.postgres import Postgres

PAGES = 10_000
ALERTS = 300
PER_S = 20
_REST_S = 20

# People of the desk's office, to whom nothing goes; a session needs its token's hash alone.
_PEOPLE = """
CREATE TEMP TABLE idle AS
SELECT
    n, gen_random_uuid() AS account_id, gen_random_uuid() AS membership_id,
    encode(sha256(convert_to(%(begins)s || n, 'UTF8')), 'hex') AS session
FROM generate_series(0, %(pages)s - 1) AS n
"""
_ROWS = (
    """INSERT INTO account (account_id, login, name, kana, must_change_password, created_at)
    SELECT account_id, 'idle' || n, 'Idle', '', false, now() FROM idle""",
    """INSERT INTO membership (membership_id, account_id, office_id, municipality, role, created_at)
    SELECT membership_id, account_id, %(office)s, '999997', 'care_manager', now() FROM idle""",
    """INSERT INTO session (session, account_id, membership_id, started_at, last_used_at, user_agent)
    SELECT session, account_id, membership_id, now(), now(), '' FROM idle""",
)


def figures(
    instance: Instance, server: Postgres, gateway: int, users: Users, pages: int = PAGES
) -> dict[str, float]:
    """Return what `pages` open streams take of the process `gateway`, and how soon alerts arrive then."""
    begins = secrets.token_urlsafe(12)
    _sign_in(instance, server, begins, pages)
    before = memory.share_mb([gateway])
    with _idle(users.port, begins, pages) as opened:
        idle_cpu = _at_rest(gateway)
        taken_kb = (memory.share_mb([gateway]) - before) * 1024
        waits = _alerts_ms(instance, users)
    return {
        "sse_connections": opened,
        "sse_kb_per_connection": taken_kb / opened,
        "sse_idle_cpu_percent": idle_cpu,
        "sse_one_alert_p50_ms": percentile(waits, 0.5),
        "sse_one_alert_p99_ms": percentile(waits, 0.99),
    }


def _sign_in(instance: Instance, server: Postgres, begins: str, pages: int) -> None:
    with server.connect(instance.database("accounts")) as db:
        own = psycopg.ClientCursor(db)
        own.execute(_PEOPLE, {"begins": begins, "pages": pages})
        for statement in _ROWS:
            own.execute(statement, {"office": crowd.QUIET_OFFICE})


@contextlib.contextmanager
def _idle(port: int, begins: str, pages: int) -> Iterator[int]:
    command = [sys.executable, "-W", "ignore", "-m", "tsunagi.bench.idle_pages", str(port), str(pages)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(f"{begins}\n")
        process.stdin.flush()
        yield int(process.stdout.readline())
        process.stdin.close()


def _at_rest(gateway: int) -> float:
    """Return the share of a core that the gateway takes while nothing happens, in percent."""
    before, start = cpu.seconds({"gateway": [gateway]}), time.monotonic()
    time.sleep(_REST_S)
    used = cpu.between(before, cpu.seconds({"gateway": [gateway]}))
    return used["gateway"] / (time.monotonic() - start) * 100


def _alerts_ms(instance: Instance, users: Users) -> list[float]:
    """Say alerts for one care manager on the bus, as notify does; returns how long each took."""
    listeners = Listeners(users.port, [users.managers[0].cookie])
    publisher = BatchPublisher(instance.amqp_url("admin"))
    account = crowd.manager_id(0)
    sent = {}
    for number in range(1, ALERTS + 1):
        id, hint = new_id(), {"event": "live", "to": [f"account:{account}"], "kind": "alert", "seq": number}
        sent[id] = time.perf_counter()
        hint |= {"handoff_id": id, "state": "delivered"}
        publisher.publish([Outgoing(new_id(), LIVE, "", to_json([hint]), is_lasting=False)])
        time.sleep(1 / PER_S)
    time.sleep(1)
    publisher.close()
    listeners.close()
    arrived = [(at - sent[id]) * 1000 for id, at in listeners.arrived]
    if len(arrived) != ALERTS:
        raise RuntimeError(f"{ALERTS - len(arrived)} alerts did not arrive")
    return arrived
