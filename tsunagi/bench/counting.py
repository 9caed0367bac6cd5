"""A reader with its own database login, who may only look: what was accepted, and what came of it."""

import secrets
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import psycopg
from psycopg import sql

from tsunagi.instance import Instance
from tsunagi.servers.postgres import Postgres

READER = "tsunagi_bench"


@dataclass(frozen=True)
class Count:
    """How many accepted handoffs have no alert or never came on screen, and how many did so twice."""

    accepted: int
    lost: int
    doubled: int


class Reader:
    """Looks into notify's and sharing's tables."""

    def __init__(self, instance: Instance, server: Postgres) -> None:
        self._instance = instance
        self._password = secrets.token_urlsafe(18)
        server.add_role(READER, self._password)
        for service in ("sharing", "notify"):
            self._let_in(server, instance.database(service))

    def _let_in(self, server: Postgres, database: str) -> None:
        name, reader = sql.Identifier(database), sql.Identifier(READER)
        with server.connect(database) as db:
            db.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(name, reader))
            db.execute(sql.SQL("GRANT SELECT ON ALL TABLES IN SCHEMA public TO {}").format(reader))

    def rows(self, service: str, statement: str) -> list[tuple[object, ...]]:
        """Return the rows of a question to one service's database."""
        with psycopg.connect(
            host="127.0.0.1",
            port=self._instance.ports["postgres"],
            user=READER,
            password=self._password,
            dbname=self._instance.database(service),
        ) as db:
            return db.execute(statement.encode()).fetchall()

    def count(self, accepted: Iterable[str], arrived: Iterable[str]) -> Count:
        """Compare the ids that were answered 201 with the tables and with what came on screens."""
        accepted = set(accepted)
        saved = Counter(str(row[0]) for row in self.rows("sharing", "SELECT handoff_id FROM handoff"))
        raised = (
            "SELECT handoff_id FROM alert JOIN inbox_item USING (alert_id)"
            " WHERE kind = 'discharge_note' AND rung = 1"
        )
        alerts = Counter(str(row[0]) for row in self.rows("notify", raised))
        pushes = Counter(arrived)
        seen = (saved, alerts, pushes)
        lost = {id for id in accepted if not all(counter[id] for counter in seen)}
        doubled = {id for id in accepted if any(counter[id] > 1 for counter in seen)}
        return Count(len(accepted), len(lost), len(doubled) + len(set(saved) - accepted))
