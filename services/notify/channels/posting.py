"""One POST to an address that others have given us: to just the address that was looked up, with limits."""

import ssl
from functools import lru_cache
from http.client import CONTINUE, HTTPException, HTTPResponse
from typing import Any
from urllib.parse import SplitResult

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, Timeout
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, SSLError
from urllib3.exceptions import TimeoutError as WaitedTooLong

from chassis.deadline import within
from contracts.errors import Transient
from services.notify.channels.addresses import host_of, look_up, parts_of, port_of

_WAIT_S = 5.0
_INTERIM_AT_MOST = 5


def post(url: str, headers: dict[str, str], body: bytes, *, longest_s: float, may_be_near: bool) -> int:
    """Post `body`; returns the status that was answered. Redirects are not followed.

    All in all it takes `longest_s`, whatever the other side does; a single wait is shorter. Raises Transient,
    Permanent when the address is none that may be called, or Invalid likewise.
    """
    parts = parts_of(url, may_be_near=may_be_near)
    host = parts.netloc if parts.netloc.isascii() else host_of(parts)
    try:
        with within(longest_s):
            return _post(parts, look_up(parts, may_be_near=may_be_near), {"Host": host, **headers}, body)
    except SSLError as error:
        raise Transient("bad_certificate") from error
    except (WaitedTooLong, TimeoutError) as error:
        raise Transient("timed_out") from error
    except (HTTPError, OSError) as error:
        raise Transient("not_reached") from error


def _post(parts: SplitResult, address: str, headers: dict[str, str], body: bytes) -> int:
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    with _pool(parts, address) as pool:
        answer = pool.urlopen("POST", path, body=body, headers=headers, redirect=False, preload_content=False)
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
