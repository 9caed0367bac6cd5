"""A private PostgreSQL: own data folder, password login only, TCP on 127.0.0.1 and no socket file."""

import os
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg import sql

from tsunagi.servers import packages
from tsunagi.servers.process import (
    Failed,
    NotAvailable,
    as_account,
    home_for,
    own,
    server_account,
    start,
    stop,
    tail,
)

ADMIN = "tsunagi_admin"

# Safe for tests only: a power cut loses the database, a killed process does not.
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


@dataclass
class Postgres:
    """One server in `folder`; `password` is that of the superuser `tsunagi_admin`.

    `following` is the one that it has instead when changing it was broken off.
    """

    folder: Path
    port: int
    password: str
    fast: bool = False
    following: str = field(default="", repr=False)
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        self.log = self.folder.parent / "logs" / "postgres.log"

    def launch(self) -> None:
        """Start the server without waiting; the first time its data folder is made."""
        programs = packages.postgres_folder()
        if programs is None:
            raise NotAvailable("PostgreSQL is not installed: sudo apt-get install postgresql")
        self.folder = home_for(self.folder, server_account("postgres"))
        if not (self.folder / "data" / "PG_VERSION").exists():
            self._make_data(programs)
        self.process = start(
            [programs / "postgres", "-D", self.folder / "data", *self.settings(self.port)],
            log=self.log,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TZ": "UTC"},
            account=server_account("postgres"),
            cwd=self.folder,
            death_signal=signal.SIGINT,
        )

    def settings(self, port: int, listen: str = "127.0.0.1") -> list[str]:
        """Return the words of its command line that set it up."""
        settings = [
            f"port={port}",
            f"listen_addresses={listen}",
            "unix_socket_directories=",
            "max_connections=300",
            "shared_buffers=64MB",
            "password_encryption=scram-sha-256",
            "timezone=UTC",
            "log_timezone=UTC",
            # Values in statements are personal data; they do not belong into a log.
            "log_parameter_max_length=0",
            "log_parameter_max_length_on_error=0",
            "log_min_error_statement=panic",
            *(FAST if self.fast else ()),
        ]
        return [part for each in settings for part in ("-c", each)]

    def _make_data(self, programs: Path) -> None:
        account = server_account("postgres")
        secret = self.folder / "admin-password"
        secret.write_text(self.password)
        secret.chmod(0o600)
        own(self.folder, account)
        done = subprocess.run(
            [
                *(programs / "initdb", "-D", self.folder / "data", "-U", ADMIN, "--pwfile", secret),
                *("--auth", "scram-sha-256", "-E", "UTF8", "--locale", "C.UTF-8", "--no-instructions"),
                *(("--no-sync",) if self.fast else ()),
            ],
            capture_output=True,
            text=True,
            cwd=self.folder,
            check=False,
            **as_account(account),
        )
        secret.unlink()
        if done.returncode:
            raise Failed(f"PostgreSQL could not make its data folder: {done.stderr.strip()}")

    def wait_ready(self, within_s: float = 60) -> None:
        """Return when the server takes connections; raise Failed when it ended or was too slow."""
        until = time.monotonic() + within_s
        while time.monotonic() < until:
            if self.process is None or self.process.poll() is not None:
                break
            try:
                self.settle()
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return
        raise Failed(f"PostgreSQL did not start; see {self.log}\n{tail(self.log)}")

    def settle(self) -> None:
        """Have as `password` the one that the server takes. Raises psycopg.OperationalError for neither."""
        try:
            self.connect().close()
        except psycopg.OperationalError:
            if not self.following:
                raise
            self.password, self.following = self.following, self.password
            try:
                self.connect().close()
            except psycopg.OperationalError:
                self.password, self.following = self.following, self.password
                raise

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        """Return an autocommit connection of the superuser."""
        return psycopg.connect(
            host="127.0.0.1",
            port=self.port,
            user=ADMIN,
            password=self.password,
            dbname=database,
            autocommit=True,
            connect_timeout=5,
        )

    def add_role(self, name: str, password: str) -> None:
        """Have a login that may do nothing but use its own database."""
        with self.connect() as db:
            known = db.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone()
            verb = sql.SQL("ALTER" if known else "CREATE")
            role, secret = sql.Identifier(name), sql.Literal(password)
            db.execute(sql.SQL("{} ROLE {} LOGIN PASSWORD {}").format(verb, role, secret))

    def add_database(self, name: str, owner: str, template: str = "template0") -> None:
        """Have a database that only `owner` may connect to; nothing happens when it is there."""
        database, role = sql.Identifier(name), sql.Identifier(owner)
        with self.connect() as db:
            if db.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                return
            make = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {} STRATEGY file_copy")
            db.execute(make.format(database, role, sql.Identifier(template)))
            db.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))

    def drop_database(self, name: str) -> None:
        """Remove a database, whoever is connected."""
        with self.connect() as db:
            db.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def kill(self) -> None:
        """End the server as a power cut would, for fault tests."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(10)

    def halt(self) -> None:
        """Stop at once but cleanly: open transactions are rolled back."""
        stop(self.process, signal.SIGINT)
