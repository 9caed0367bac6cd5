"""A browser and its maker's push service: takes messages by HTTP as RFC 8030 says, and reads them.

Written by the RFCs and for tests only: shares nothing with what sends.
"""

import base64
import hashlib
import hmac
import json
import os
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


def text_of(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def bytes_of(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def point_of(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


class Browser:
    """Has the keys of one subscription."""

    def __init__(self, key: ec.EllipticCurvePrivateKey | None = None, auth: bytes | None = None) -> None:
        self.key = key or ec.generate_private_key(ec.SECP256R1())
        self.auth = auth or os.urandom(16)

    @property
    def keys(self) -> dict[str, str]:
        return {"p256dh": text_of(point_of(self.key.public_key())), "auth": text_of(self.auth)}

    def read(self, body: bytes) -> bytes:
        """Return what was encrypted for this browser. Source: RFC 8291, 3.4, and RFC 8188, 2."""
        salt, size, length = body[:16], int.from_bytes(body[16:20], "big"), body[20]
        point, sealed = body[21 : 21 + length], body[21 + length :]
        assert len(sealed) <= size
        sender = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        secret = self.key.exchange(ec.ECDH(), sender)
        info = b"WebPush: info\0" + point_of(self.key.public_key()) + point + b"\1"
        shared = _mac(_mac(self.auth, secret), info)
        random = _mac(salt, shared)
        key = _mac(random, b"Content-Encoding: aes128gcm\0\1")[:16]
        nonce = _mac(random, b"Content-Encoding: nonce\0\1")[:12]
        text = AESGCM(key).decrypt(nonce, sealed, None).rstrip(b"\0")
        assert text[-1:] == b"\2"
        return text[:-1]


def _mac(key: bytes, told: bytes) -> bytes:
    return hmac.new(key, told, hashlib.sha256).digest()


@dataclass
class Pushed:
    """One request as it arrived."""

    path: str
    headers: dict[str, str]
    body: bytes

    def claims(self) -> dict[str, Any]:
        """Return what the sender claims, when its signature is that of the key it names. Source: RFC 8292."""
        scheme, _, rest = self.headers["authorization"].partition(" ")
        parts = dict(one.strip().split("=", 1) for one in rest.split(","))
        signed, _, signature = parts["t"].rpartition(".")
        raw, key = bytes_of(signature), bytes_of(parts["k"])
        pair = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
        public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), key)
        public.verify(pair, signed.encode(), ec.ECDSA(SHA256()))
        head, claims = (json.loads(bytes_of(part)) for part in signed.split("."))
        assert (scheme, head["alg"]) == ("vapid", "ES256")
        return {**claims, "key": parts["k"]}


class PushService:
    """Answers by the path's status in `answers`, else 201."""

    def __init__(self) -> None:
        self.pushed: list[Pushed] = []
        self.answers: dict[str, int] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def to(self, path: str) -> list[Pushed]:
        return [one for one in self.pushed if one.path == path]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                service.pushed.append(Pushed(self.path, headers, body))
                self.send_response(service.answers.get(self.path, 201))
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *what: Any) -> None:
                return None

        return Handler
