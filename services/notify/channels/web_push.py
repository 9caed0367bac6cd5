"""One message to one browser by its maker's push service.

Source: RFC 8030.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from chassis.letters import Letter
from contracts.errors import Invalid, Permanent, Transient
from services.notify.channels.posting import post
from services.notify.channels.push_cipher import Pair, encrypt, signed

# Of one browser; somebody may have several.
LONGEST_S = 5.0
# For so long the service keeps it for a browser that is off: what is urgent climbs within hours anyway.
_TTL_S = {"urgent": 4 * 60 * 60, "today": 24 * 60 * 60}
# What is urgent wakes a telephone that saves its battery.
_URGENCY = {"urgent": "high", "today": "normal"}
# Why a browser is forgotten.
GONE = "device_gone"


@dataclass(frozen=True)
class Subscription:
    """Where a browser is reached, as it says itself."""

    endpoint: str
    p256dh: str
    auth: str


def payload(words: Letter, link: str, topic: str) -> bytes:
    """Return what the service worker of the pages shows."""
    told = {"title": words.subject, "body": words.body.strip(), "link": link, "tag": topic}
    return json.dumps(told, ensure_ascii=False).encode()


def send(
    to: Subscription, pair: Pair, text: bytes, *, urgency: str, topic: str, sender: str, may_be_near: bool
) -> None:
    """Hand `text` to the browser's push service. Raises Transient, or Permanent when no try can help.

    A later message of the same topic takes the place of one that has not been fetched yet. `sender` is an
    address of this instance.
    """
    place = urlsplit(to.endpoint)
    audience = f"{place.scheme}://{place.netloc}"
    headers = {
        "Content-Type": "application/octet-stream",
        "Content-Encoding": "aes128gcm",
        "TTL": str(_TTL_S[urgency]),
        "Urgency": _URGENCY[urgency],
        # 32 letters at most, and the service has not to learn our ids.
        "Topic": hashlib.sha256(topic.encode()).hexdigest()[:32],
        # Real time, also where the clock may be moved.
        "Authorization": signed(pair.private, pair.public, audience, sender, datetime.now(UTC)),
    }
    body = encrypt(text, to.p256dh, to.auth)
    try:
        status = post(to.endpoint, headers, body, longest_s=LONGEST_S, may_be_near=may_be_near)
    except Invalid as error:
        raise Permanent(error.fields["url"][0]) from error
    _judge(status)


def _judge(status: int) -> None:
    if status in (404, 410):
        raise Permanent(GONE)
    if status == 429 or status >= 500:
        raise Transient("push_busy")
    if not 200 <= status < 300:
        raise Permanent("push_refused")
