"""One message to an office's own system, signed as Standard Webhooks ask for, and what was answered.

Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import base64
import hashlib
import hmac
import json
import secrets
from typing import Any
from urllib.parse import quote

from services.notify.channels.posting import post

SECRET_PREFIX = "whsec_"  # noqa: S105 - how every secret begins
# All in all, whatever the other side does.
LONGEST_S = 10.0


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
    """Send one message; returns the status that was answered. Raises as `post` does."""
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Tsunagi",
        "webhook-id": id,
        "webhook-timestamp": str(at_s),
        "webhook-signature": sign(secret, id, at_s, body),
    }
    return post(url, headers, body.encode(), longest_s=LONGEST_S, may_be_near=may_be_near)
