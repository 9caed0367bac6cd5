"""One message to an office's own system, signed as Standard Webhooks ask for, and what was answered.

Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import base64
import hashlib
import hmac
import json
import secrets
import ssl
from functools import lru_cache
from http.client import CONTINUE, HTTPException, HTTPResponse
from typing import Any
from urllib.parse import SplitResult, quote

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, Timeout
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, SSLError
from urllib3.exceptions import TimeoutError as WaitedTooLong

from chassis.deadline import within
from contracts.errors import Transient
from services.notify.channels.addresses import host_of, look_up, parts_of, port_of

SECRET_PREFIX = "whsec_"  # noqa: S105 - how every secret begins
# All in all, whatever the other side does; a single wait is shorter.
LONGEST_S = 10.0
_WAIT_S = 5.0
_INTERIM_AT_MOST = 5


def new_secret() -> str:
    """Return a secret of 256 random bits: `whsec_…`."""
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def body_of(row: Any, public_url: str) -> str:
    """Return what a system is told: ids, kind, state, time and link, and nothing of a person."""
    about = {"handoff_id": row.handoff_id, "code": row.code, "kind": "discharge_note", "state": row.what}
    link = {"link": f"{public_url}/h/{quote(row.code, safe='')}"}
    is_test = row.handoff_id is None
    told = {
        "type": "test" if is_test else f"handoff.{row.what}",
        "timestamp": row.happened_at.isoformat(),
        "data": {} if is_test else about | link,
    }
    return json.dumps(told)


def sign(secret: str, id: str, at_s: int, body: str) -> str:
    """Return the signature of a message, version 1 of the scheme; `at_s` are seconds since 1970."""
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    digest = hmac.digest(key, f"{id}.{at_s}.{body}".encode(), hashlib.sha256)
    return f"v1,{base64.b64encode(digest).decode()}"


def send(url: str, secret: str, id: str, at_s: int, body: str, *, may_be_near: bool) -> int:
    """Send one message; returns the status that was answered. Redirects are not followed.

    Raises Transient, Permanent when the address is none that may be called, or Invalid likewise.
    """
    parts = parts_of(url, may_be_near=may_be_near)
    headers = {
        "Host": parts.netloc if parts.netloc.isascii() else host_of(parts),
        "Content-Type": "application/json",
        "User-Agent": "Tsunagi",
        "webhook-id": id,
        "webhook-timestamp": str(at_s),
        "webhook-signature": sign(secret, id, at_s, body),
    }
    try:
        with within(LONGEST_S):
            return _post(parts, look_up(parts, may_be_near=may_be_near), headers, body)
    except SSLError as error:
        raise Transient("bad_certificate") from error
    except (WaitedTooLong, TimeoutError) as error:
        raise Transient("timed_out") from error
    except (HTTPError, OSError) as error:
        raise Transient("not_reached") from error


def _post(parts: SplitResult, address: str, headers: dict[str, str], body: str) -> int:
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    with _pool(parts, address) as pool:
        answer = pool.urlopen(
            "POST", path, body=body.encode(), headers=headers, redirect=False, preload_content=False
        )
        # What it says beyond its status is of no use, and may have no end.
        answer.close()
        return answer.status


class _Answer(HTTPResponse):
    """An answer before which "go on" is said a few times at most.

    http.client would read on as long as that comes; where it comes without a pause nobody else in this
    process would have a turn.
    """

    _interim = 0

    def _read_status(self) -> tuple[str, int, str]:
        told: tuple[str, int, str] = super()._read_status()  # type: ignore[misc]
        self._interim += told[1] == CONTINUE
        if self._interim > _INTERIM_AT_MOST:
            raise HTTPException("no end of interim answers")
        return told


class _Plain(HTTPConnection):
    response_class = _Answer


class _Secure(HTTPSConnection):
    response_class = _Answer


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _Secure


def _pool(parts: SplitResult, address: str) -> HTTPConnectionPool:
    """Return a way to just this address; the certificate has to be that of the name."""
    how: dict[str, Any] = {"timeout": Timeout(_WAIT_S), "retries": False, "maxsize": 1}
    if parts.scheme == "http":
        return _PlainPool(address, port_of(parts), **how)
    return _SecurePool(address, port_of(parts), ssl_context=_trusted(), server_hostname=host_of(parts), **how)


@lru_cache
def _trusted() -> ssl.SSLContext:
    """Reading the authorities takes a while: once."""
    return ssl.create_default_context()
