"""What a push service carries without being able to read it, and how it knows that it comes from us.

Source: RFC 8291 (with RFC 8188, aes128gcm, one record) and RFC 8292 (VAPID).
"""

import base64
import os
from dataclasses import dataclass
from datetime import datetime, timedelta

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

_CURVE = ec.SECP256R1()
_SALT, _AUTH = 16, 16
# Every push service takes so much in all.
_RECORD = 4096
_LAST = b"\x02"
# A day is the most that a push service accepts.
_SIGNED_FOR = timedelta(hours=12)


@dataclass(frozen=True)
class Pair:
    """A key of this instance: `public` as browsers want it, `private` as PEM."""

    public: str
    private: str


def new_pair() -> Pair:
    """Return a new key."""
    key = ec.generate_private_key(_CURVE)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return Pair(to_text(_point(key.public_key())), private.decode())


def to_text(value: bytes) -> str:
    """Return base64url without padding."""
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def from_text(text: str) -> bytes:
    """Return what base64url, with or without padding, stands for. Raises ValueError."""
    plain = text.rstrip("=")
    return base64.b64decode(plain + "=" * (-len(plain) % 4), altchars=b"-_", validate=True)


def are_keys(p256dh: str, auth: str) -> bool:
    """Return whether a browser's two keys are such."""
    try:
        _browsers_key(p256dh)
        return len(from_text(auth)) == _AUTH
    except (ValueError, UnsupportedAlgorithm):
        return False


def encrypt(text: bytes, p256dh: str, auth: str) -> bytes:
    """Return `text`, 3,993 bytes at most, as only the browser with these keys can read it."""
    return encrypt_with(text, p256dh, auth, ec.generate_private_key(_CURVE), os.urandom(_SALT))


def encrypt_with(text: bytes, p256dh: str, auth: str, own: ec.EllipticCurvePrivateKey, salt: bytes) -> bytes:
    """Return the same with a key pair and a salt that have to be new for each message."""
    browser = _browsers_key(p256dh)
    here, there = _point(own.public_key()), _point(browser)
    secret = own.exchange(ec.ECDH(), browser)
    shared = _derived(secret, from_text(auth), b"WebPush: info\x00" + there + here, 32)
    key = _derived(shared, salt, b"Content-Encoding: aes128gcm\x00", 16)
    nonce = _derived(shared, salt, b"Content-Encoding: nonce\x00", 12)
    head = salt + _RECORD.to_bytes(4) + len(here).to_bytes(1) + here
    return head + AESGCM(key).encrypt(nonce, text + _LAST, None)


def signed(private: str, public: str, audience: str, subject: str, now: datetime) -> str:
    """Return the header `Authorization` for the push service at the origin `audience`.

    `subject` is where its people can reach those who run this instance; `now` is real time.
    """
    claims = {"aud": audience, "exp": int((now + _SIGNED_FOR).timestamp()), "sub": subject}
    key = load_pem_private_key(private.encode(), None)
    return f"vapid t={jwt.encode(claims, key, algorithm='ES256')}, k={public}"  # type: ignore[arg-type]


def _browsers_key(p256dh: str) -> ec.EllipticCurvePublicKey:
    return ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, from_text(p256dh))


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length, salt, info).derive(secret)
