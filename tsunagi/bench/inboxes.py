"""How soon a full inbox opens: 50,000 alerts of years before those of today."""

import time
from typing import Any

import psycopg
import requests

from tsunagi.bench import crowd
from tsunagi.bench.figures import percentile
from tsunagi.client import Client
from tsunagi.instance import Instance
from tsunagi.servers.postgres import Postgres

Row = dict[str, Any]
ALERTS = 50_000
VISITS = 40
# What narrows a list, and the list by itself: each looks in its own way for what it shows.
SHOWN = ("", "?show=waiting", "?show=unread", "?show=mine", "?urgency=urgent")
PATHS = tuple(f"{path}{shown}" for path in ("/inbox", "/inbox/office") for shown in SHOWN)

# One in fifty still waits, one in ten is unread, one in five hundred is held. What waits is due far from
# now, and no copy of an office is newer than its plan.
_MADE = """
CREATE TEMP TABLE made AS
SELECT
    n, gen_random_uuid() AS alert_id,
    ('01900000-0000-7000-8009-' || lpad(to_hex(n), 12, '0'))::uuid AS handoff_id,
    now() - n * interval '20 minutes' AS at, n %% 50 = 0 AS is_open
FROM generate_series(1, %(alerts)s) AS n
"""
_ALERTS = """
INSERT INTO alert (
    alert_id, handoff_id, municipality, code, urgency, from_account_id, from_office_id, to_account_id,
    to_office_id, noted_at, raised_at, ended_as, ended_at, rungs, current, next_at, office_version,
    desk_version, held_by, held_for_office_id, held_since
)
SELECT
    made.alert_id, made.handoff_id, '999997', 'BENCH', CASE n %% 3 WHEN 0 THEN 'urgent' ELSE 'today' END,
    pattern.from_account_id, pattern.from_office_id, %(account)s, %(office)s, made.at, made.at,
    CASE WHEN NOT is_open THEN 'acknowledged' END, CASE WHEN NOT is_open THEN made.at END,
    pattern.rungs, 1, CASE WHEN is_open THEN now() + interval '1 year' END, 1000000, 1000000,
    CASE WHEN n %% 500 = 0 THEN %(account)s::uuid END, CASE WHEN n %% 500 = 0 THEN %(office)s::uuid END,
    CASE WHEN n %% 500 = 0 THEN made.at END
FROM made, (SELECT * FROM alert WHERE to_account_id = %(account)s LIMIT 1) AS pattern
"""
# The same handoffs in sharing, so that every row has its person, badge and links.
_HANDOFFS = """
INSERT INTO handoff
SELECT copied.*
FROM
    made,
    (SELECT handoff AS row FROM handoff WHERE to_account_id = %(account)s LIMIT 1) AS pattern,
    jsonb_populate_record(pattern.row, jsonb_build_object(
        'handoff_id', made.handoff_id, 'code', lpad(to_hex(n), 8, '0'), 'sent_at', made.at,
        'state', CASE WHEN is_open THEN 'delivered' ELSE 'acknowledged' END
    )) AS copied
"""
_HOLDERS = """
INSERT INTO handoff_holder (handoff_id, holder, office_id, account_id, rung)
SELECT handoff_id, %(account)s, %(office)s, %(account)s, 1 FROM made
"""
_RUNGS = (("account", 1), ("office", 3))
_ITEMS = """
INSERT INTO inbox_item (
    item_id, reader, seq, alert_id, kind, about, rung, role, office_id, arrived_at, read_at
)
SELECT
    gen_random_uuid(), %(reader)s, -n, alert_id, 'discharge_note', '', %(rung)s, 'care_manager', %(office)s,
    at, CASE WHEN n %% 10 <> 0 THEN at END
FROM made
"""


def figures(instance: Instance, server: Postgres, passwords: dict[str, str]) -> dict[str, float]:
    """Return the 95th percentile of the slowest list in a care manager's two inboxes, in milliseconds."""
    login = crowd.logins()[1][0]
    person = Client(instance.public_url).sign_in(login, passwords[login])
    _fill(instance, server, person)
    return {"inbox_50k_p95_ms": max(percentile(_times_ms(person, path), 0.95) for path in PATHS)}


def _fill(instance: Instance, server: Postgres, person: Client) -> None:
    known = {"account": person.account_id, "office": person.session["acting"]["office_id"], "alerts": ALERTS}
    readers = [{"reader": f"{kind}:{known[kind]}", "rung": rung} for kind, rung in _RUNGS]
    _put(instance, server, "sharing", ("handoff", "handoff_holder"), [(_HANDOFFS, known), (_HOLDERS, known)])
    items = [(_ITEMS, known | reader) for reader in readers]
    _put(instance, server, "notify", ("alert", "inbox_item"), [(_ALERTS, known), *items])


def _put(
    instance: Instance, server: Postgres, service: str, tables: tuple[str, ...], made: list[tuple[str, Row]]
) -> None:
    """Fill tables of one service, and leave them as autovacuum would: read from indexes alone."""
    with server.connect(instance.database(service)) as db:
        # A table that is made of a query takes no parameters from the server.
        own = psycopg.ClientCursor(db)
        for statement, values in [(_MADE, {"alerts": ALERTS}), *made]:
            own.execute(statement, values)
        for table in tables:
            db.execute(f"VACUUM ANALYZE {table}")  # type: ignore[arg-type]


def _times_ms(person: Client, path: str) -> list[float]:
    with requests.Session() as browser:
        return [_one_ms(browser, person, path) for _ in range(VISITS)]


def _one_ms(browser: requests.Session, person: Client, path: str) -> float:
    start = time.perf_counter()
    answer = browser.get(person.address + path, headers={"Cookie": person.cookies}, timeout=30)
    answer.raise_for_status()
    return (time.perf_counter() - start) * 1000
