"""JSON logs, one object a line: events with ids, never a person's data.

Only fields on the allow-list are written; anything else in `extra` becomes "…", so that a careless
line shows that something was there without showing it.
"""

import json
import logging
import re
import sys
from datetime import UTC, datetime
from typing import Any

from chassis import trace

_SECRET_IN_URL = re.compile(r"(://[^:/@\s]*:)[^@\s]+@")

# What a log line may carry besides its event: ids, kinds, counts, durations, codes.
ALLOWED = frozenset(
    [
        "account_id",
        "action",
        "alert_id",
        "amount",
        "attempt",
        "attempts",
        "channel",
        "code",
        "count",
        "counts",
        "delay_s",
        "delivery_id",
        "duration_ms",
        "episode",
        "error",
        "event_id",
        "exchange",
        "expected",
        "fact_id",
        "facility_id",
        "file",
        "handler",
        "handoff_id",
        "host",
        "hub_gap_ms",
        "id",
        "ids",
        "interval_s",
        "job_id",
        "kind",
        "limit",
        "method",
        "missing",
        "name",
        "number",
        "office_id",
        "origin",
        "path",
        "pid",
        "port",
        "queue",
        "reason",
        "request_id",
        "revision",
        "role",
        "routing_key",
        "rows",
        "rung",
        "seconds",
        "service",
        "session_end",
        "signal",
        "state",
        "status",
        "stay_id",
        "table",
        "type",
        "unit",
        "url",
        "version",
        "wait_s",
    ]
)
# Whose sentences are events. Libraries mix values into theirs: what somebody typed, rows, addresses.
_OURS = ("chassis", "services", "gateway", "tsunagi")
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}


class JsonFormatter(logging.Formatter):
    """Formats a record as one JSON object."""

    def __init__(self, service: str) -> None:
        super().__init__()
        self._service = service

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "service": self._service,
            "logger": record.name,
            "event": _event(record),
        }
        if trace.current():
            line["trace"] = trace.trace_id()
        for key, value in vars(record).items():
            if key not in _STANDARD:
                line[key] = _safe(value) if key in ALLOWED else "…"
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
            line["where"] = _frames(record.exc_info[2])
        return json.dumps(line, ensure_ascii=False, default=str)


def _event(record: logging.LogRecord) -> str:
    """Return the event; of a library its bare sentence, without the values that belong into it."""
    is_ours = record.name.partition(".")[0] in _OURS
    return mask(record.getMessage() if is_ours else str(record.msg))


def mask(text: str) -> str:
    """Return `text` with the passwords of all URLs in it hidden, however many there are."""
    return _SECRET_IN_URL.sub(r"\1***@", text)


def _safe(value: Any) -> Any:
    return mask(value) if isinstance(value, str) else value


def _frames(traceback: Any) -> list[str]:
    """Return where an error came from, innermost last: no values, since they may be a person's."""
    frames = []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        frames.append(f"{code.co_filename.rsplit('/', 2)[-1]}:{traceback.tb_lineno} {code.co_name}")
        traceback = traceback.tb_next
    return frames[-8:]


def set_up(service: str, level: str = "INFO") -> None:
    """Send all logs of this process to standard error as JSON lines."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter(service))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for noisy in ("nameko.web", "kombu", "amqp", "alembic", "nameko.containers", "sqlalchemy.engine.Engine"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
