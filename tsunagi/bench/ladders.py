"""How punctually ladders climb while a hundred thousand others wait for their time."""

import time
from datetime import datetime

import psycopg

from tsunagi.bench.figures import percentile
from tsunagi.instance import Instance
from tsunagi.servers.postgres import Postgres
from tsunagi.servers.process import Failed

WAITING = 100_000
CLIMBING = 400
PER_S = 20
_FIRST_IN_S = 5
_PATIENCE_S = 60

# Those that climb are due one after the other, the others between one hour and some days from now.
_ALERTS = """
INSERT INTO alert (
    alert_id, handoff_id, municipality, code, urgency, stay_id, from_account_id, from_office_id,
    to_account_id, to_office_id, desk_id, noted_at, raised_at, rungs, current, next_at, is_complete,
    office_version, desk_version
)
SELECT
    gen_random_uuid(), gen_random_uuid(), municipality, 'LADDER', urgency, stay_id, from_account_id,
    from_office_id, to_account_id, to_office_id, desk_id, now(), now(), rungs, 1,
    now() + CASE
        WHEN n <= %(climbing)s THEN %(first)s * interval '1 second' + n * interval '1 second' / %(per_s)s
        ELSE interval '1 hour' + n * interval '3 seconds'
    END,
    true, office_version, desk_version
FROM
    generate_series(1, %(waiting)s + %(climbing)s) AS n,
    (SELECT * FROM alert WHERE code = 'BENCH' AND current = 1 AND ended_as IS NULL LIMIT 1) AS pattern
"""
_DUE = "SELECT alert_id, next_at FROM alert WHERE code = 'LADDER' AND next_at < now() + interval '30 minutes'"
_BEGUN = "SELECT rungs->(current - 1)->>'started_at' FROM alert WHERE alert_id = %s AND current > 1"


def figures(instance: Instance, server: Postgres) -> dict[str, float]:
    """Return by how many seconds after its time a ladder climbs. Raises Failed when one does not."""
    with server.connect(instance.database("notify")) as db:
        own = psycopg.ClientCursor(db)
        known = {"waiting": WAITING, "climbing": CLIMBING, "first": _FIRST_IN_S, "per_s": PER_S}
        own.execute(_ALERTS, known)
        due = own.execute(_DUE).fetchall()
        late = [_late_s(db, alert_id, at) for alert_id, at in due]
    return {"ladder_late_p50_s": percentile(late, 0.5), "ladder_late_p99_s": percentile(late, 0.99)}


def _late_s(db: "psycopg.Connection[tuple[str, ...]]", alert_id: str, due_at: datetime) -> float:
    """Wait until a ladder has climbed; returns the seconds from its time to its next rung's beginning."""
    until = time.monotonic() + _PATIENCE_S
    while time.monotonic() < until:
        found = db.execute(_BEGUN, [alert_id]).fetchone()
        if found:
            return (datetime.fromisoformat(found[0]) - due_at).total_seconds()
        time.sleep(0.1)
    raise Failed("A ladder did not climb.")
