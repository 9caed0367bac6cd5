"""Settings of one process, read from its environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from chassis.retry import DEFAULT_DELAYS_S
from contracts.roles import AUDITOR, MUNICIPAL, OPERATOR, STAFF_ROLES

KINDS = ("real", "demo", "test")

# Who sees or changes more than one office's work never signs in by a password alone.
ALWAYS_SECOND_FACTOR = (OPERATOR, MUNICIPAL, AUDITOR)


class BadSettings(Exception):
    """A setting is missing or wrong; the message says which and what to do."""


@dataclass(frozen=True)
class Settings:
    """What a process knows from outside. Secrets are never printed (`repr` leaves them out)."""

    service: str
    instance: str = "real"
    database_url: str = field(default="", repr=False)
    amqp_url: str = field(default="", repr=False)
    keys: Path = Path()
    clock_file: Path | None = None
    health_port: int = 0
    health_host: str = "127.0.0.1"
    http_host: str = "127.0.0.1"
    http_port: int = 8080
    proxies: int = 0
    rate_account: int = 30
    rate_address: int = 30
    secret_key: str = field(default="", repr=False)
    public_url: str = "http://127.0.0.1:8080"
    smtp_url: str = field(default="", repr=False)
    mail_from: str = "tsunagi@localhost"
    bounce_to: str = ""
    bounce_imap_url: str = field(default="", repr=False)
    retry_delays_s: tuple[float, ...] = DEFAULT_DELAYS_S
    max_workers: int = 10
    stuck_after_s: int = 60
    job_lease_s: int = 600
    log_level: str = "INFO"
    municipality: str = ""
    second_factor_roles: tuple[str, ...] = ()
    start_after: Path | None = None
    traces_url: str = ""
    watch_to: tuple[str, ...] = ()
    watch_smtp_url: str = field(default="", repr=False)
    watch_ping_url: str = field(default="", repr=False)
    watch_processes: tuple[str, ...] = ()
    watch_every_s: int = 30
    watch_held_s: int = 180
    watch_state: Path | None = None

    @property
    def may_move_clock(self) -> bool:
        """Only demonstrations and tests may move the clock."""
        return self.instance in ("demo", "test")


def load(service: str, environment: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings of process `service`. Raises BadSettings.

    Every `TSUNAGI_X` may be given as `TSUNAGI_X_FILE`, the path of a file that holds the value.
    """
    read = _Reader(environment)
    kind = read.text("INSTANCE", "real")
    if kind not in KINDS:
        raise BadSettings(f"TSUNAGI_INSTANCE is {kind!r}: use one of {', '.join(KINDS)}")
    clock_file, start_after = read.text("CLOCK_FILE", ""), read.text("START_AFTER", "")
    watch_state = read.text("WATCH_STATE", "")
    return Settings(
        service=service,
        instance=kind,
        database_url=read.text(f"DATABASE_URL_{service.upper()}", "") or read.text("DATABASE_URL", ""),
        amqp_url=read.text("AMQP_URL", ""),
        # A process that runs several services is given each one's own database and keys.
        keys=Path(read.text(f"KEYS_{service.upper()}", "") or read.text("KEYS", ".")),
        clock_file=Path(clock_file) if clock_file else None,
        health_port=read.number("HEALTH_PORT", 0),
        health_host=read.text("HEALTH_HOST", "127.0.0.1"),
        http_host=read.text("HTTP_HOST", "127.0.0.1"),
        http_port=read.number("HTTP_PORT", 8080),
        proxies=read.number("PROXIES", 0),
        rate_account=read.number("RATE_ACCOUNT", 30),
        rate_address=read.number("RATE_ADDRESS", 30),
        secret_key=read.text("SECRET_KEY", ""),
        public_url=read.text("PUBLIC_URL", "http://127.0.0.1:8080").rstrip("/"),
        smtp_url=read.text("SMTP_URL", ""),
        mail_from=read.text("MAIL_FROM", "tsunagi@localhost"),
        bounce_to=_bounce_to(read.text("BOUNCE_TO", "")),
        bounce_imap_url=read.text("BOUNCE_IMAP_URL", ""),
        retry_delays_s=read.numbers("RETRY_DELAYS_S", DEFAULT_DELAYS_S),
        max_workers=read.number("MAX_WORKERS", 10),
        stuck_after_s=read.number("STUCK_AFTER_S", 60),
        job_lease_s=read.number("JOB_LEASE_S", 600),
        log_level=read.text("LOG_LEVEL", "INFO").upper(),
        municipality=read.text("MUNICIPALITY", ""),
        second_factor_roles=_second_factor_roles(kind, read.text("SECOND_FACTOR_ROLES", "")),
        start_after=Path(start_after) if start_after else None,
        traces_url=read.text("TRACES_URL", ""),
        watch_to=read.words("WATCH_TO"),
        watch_smtp_url=read.text("WATCH_SMTP_URL", "") or read.text("SMTP_URL", ""),
        watch_ping_url=_web_address(read.text("WATCH_PING_URL", "")),
        watch_processes=_processes(read.words("WATCH_PROCESSES")),
        watch_every_s=read.number("WATCH_EVERY_S", 30),
        watch_held_s=read.number("WATCH_HELD_S", 180),
        watch_state=Path(watch_state) if watch_state else None,
    )


def _second_factor_roles(kind: str, text: str) -> tuple[str, ...]:
    """Return the roles that need a second factor; demonstrations and tests ask nobody but whom they name."""
    named = [part.strip() for part in text.split(",") if part.strip()]
    if unknown := set(named) - set(STAFF_ROLES):
        raise BadSettings(f"TSUNAGI_SECOND_FACTOR_ROLES has {sorted(unknown)}: use {', '.join(STAFF_ROLES)}")
    always = ALWAYS_SECOND_FACTOR if kind == "real" else ()
    return tuple(dict.fromkeys([*always, *named]))


def _bounce_to(text: str) -> str:
    """Return the address to which letters go back; a name before the @ holds 64 characters, a token 42."""
    before, at, after = text.replace("{token}", "t" * 42, 1).rpartition("@")
    is_address = at and before and after and len(before) <= 64 and not set(text) & set(" <>,")
    if text and (not is_address or "{" in before + after):
        raise BadSettings(
            "TSUNAGI_BOUNCE_TO is no address: use bounce+{token}@mail.example.jp or a plain one"
        )
    return text


def _web_address(text: str) -> str:
    if text and not text.startswith(("http://", "https://")):
        raise BadSettings("TSUNAGI_WATCH_PING_URL is no address of the web: begin it with https://")
    return text


def _processes(named: tuple[str, ...]) -> tuple[str, ...]:
    if wrong := [one for one in named if "=http" not in one]:
        raise BadSettings(f"TSUNAGI_WATCH_PROCESSES has {wrong}: use NAME=http://HOST:PORT with commas")
    return named


class _Reader:
    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = environment

    def text(self, name: str, default: str) -> str:
        path = self.environment.get(f"TSUNAGI_{name}_FILE")
        if path:
            try:
                return Path(path).read_text(encoding="utf-8").strip()
            except OSError as error:
                raise BadSettings(f"TSUNAGI_{name}_FILE cannot be read: {error}") from error
        return self.environment.get(f"TSUNAGI_{name}", default)

    def number(self, name: str, default: int) -> int:
        text = self.text(name, str(default))
        if not text.isdigit():
            raise BadSettings(f"TSUNAGI_{name} is {text!r}: a whole number is needed")
        return int(text)

    def words(self, name: str) -> tuple[str, ...]:
        return tuple(part.strip() for part in self.text(name, "").split(",") if part.strip())

    def numbers(self, name: str, default: tuple[float, ...]) -> tuple[float, ...]:
        text = self.text(name, "")
        if not text:
            return default
        try:
            return tuple(float(part) for part in text.split(","))
        except ValueError as error:
            raise BadSettings(f"TSUNAGI_{name} is {text!r}: seconds with commas are needed") from error
