"""How soon a full inbox opens: 50,000 alerts of years before those of today."""

import time

import psycopg
import requests

from tsunagi.bench import crowd
from tsunagi.bench.figures import percentile
from tsunagi.client import Client
from tsunagi.instance import Instance
from tsunagi.servers.postgres import Postgres

ALERTS = 50_000
VISITS = 60
PATHS = ("/inbox", "/inbox/office")

# One in fifty still waits, one in ten is unread. What waits is due far from now, and no copy of an office
# is newer than its plan.
_ALERTS = """
CREATE TEMP TABLE made AS
SELECT gen_random_uuid() AS alert_id, n, now() - n * interval '20 minutes' AS at, n %% 50 = 0 AS is_open
FROM generate_series(1, %(alerts)s) AS n;
INSERT INTO alert (
    alert_id, handoff_id, municipality, code, urgency, from_account_id, from_office_id, to_account_id,
    to_office_id, noted_at, raised_at, ended_as, ended_at, rungs, current, next_at, office_version,
    desk_version
)
SELECT
    made.alert_id, gen_random_uuid(), '999997', 'BENCH', CASE n %% 3 WHEN 0 THEN 'urgent' ELSE 'today' END,
    pattern.from_account_id, pattern.from_office_id, %(account)s, %(office)s, made.at, made.at,
    CASE WHEN NOT is_open THEN 'acknowledged' END, CASE WHEN NOT is_open THEN made.at END,
    pattern.rungs, 1, CASE WHEN is_open THEN now() + interval '1 year' END, 1000000, 1000000
FROM made, (SELECT * FROM alert WHERE to_account_id = %(account)s LIMIT 1) AS pattern
"""
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
    """Return the 95th percentile of the slower one of a care manager's two inboxes, in milliseconds."""
    login = crowd.logins()[1][0]
    person = Client(instance.public_url).sign_in(login, passwords[login])
    _fill(instance, server, person)
    return {"inbox_50k_p95_ms": max(percentile(_times_ms(person, path), 0.95) for path in PATHS)}


def _fill(instance: Instance, server: Postgres, person: Client) -> None:
    known = {"account": person.account_id, "office": person.session["acting"]["office_id"], "alerts": ALERTS}
    with server.connect(instance.database("notify")) as db:
        # A table that is made of a query takes no parameters from the server.
        own = psycopg.ClientCursor(db)
        own.execute(_ALERTS, known)
        for kind, rung in (("account", 1), ("office", 3)):
            own.execute(_ITEMS, known | {"reader": f"{kind}:{known[kind]}", "rung": rung})
        db.execute("ANALYZE alert")
        db.execute("ANALYZE inbox_item")


def _times_ms(person: Client, path: str) -> list[float]:
    with requests.Session() as browser:
        return [_one_ms(browser, person, path) for _ in range(VISITS)]


def _one_ms(browser: requests.Session, person: Client, path: str) -> float:
    start = time.perf_counter()
    answer = browser.get(person.address + path, headers={"Cookie": person.cookies}, timeout=30)
    answer.raise_for_status()
    return (time.perf_counter() - start) * 1000
