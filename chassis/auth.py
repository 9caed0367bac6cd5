"""Who is calling: signed, short-lived, bound to one method and one body (ADR 6).

Only the gateway can speak for people; a service can speak only for itself.
"""

import hashlib
import json
import time
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from chassis.wire import canonical
from contracts.errors import AccessDenied, NotSignedIn
from contracts.roles import SERVICE, VISITOR

GATEWAY = "gateway"
LIFE_S = 60
_LEEWAY_S = 5
_ALGORITHM = "EdDSA"


@dataclass(frozen=True)
class Caller:
    """The person, in one role at one office, for whom a call is made."""

    account_id: str | None = None
    name: str = ""
    office_id: str | None = None
    office_name: str = ""
    role: str = VISITOR
    municipality: str = ""
    session: str = ""
    service: str = ""

    def require(self, *roles: str) -> None:
        """Raise AccessDenied unless the caller acts in one of `roles`."""
        if self.role not in roles:
            raise AccessDenied("role")

    @property
    def id(self) -> str:
        """Return one text that tells callers apart: account, service or session."""
        return self.account_id or self.service or self.session or VISITOR


class Signer:
    """Signs calls with the private key of this process."""

    def __init__(self, name: str, key: Ed25519PrivateKey) -> None:
        self._name = name
        self._key = key

    @classmethod
    def from_folder(cls, name: str, folder: Path) -> "Signer":
        """Load `<name>.pem` from the folder of keys."""
        key = load_pem_private_key((folder / f"{name}.pem").read_bytes(), password=None)
        if not isinstance(key, Ed25519PrivateKey):
            raise TypeError(f"{name}.pem is not an Ed25519 key")
        return cls(name, key)

    def sign(self, caller: Caller, service: str, method: str, request: dict[str, Any]) -> str:
        """Return a token that lets `caller` call `service.method` once with just this request."""
        claims = {
            "iss": self._name,
            "aud": service,
            "mth": method,
            "bh": body_hash(request).hex(),
            "exp": int(time.time()) + LIFE_S,
            "who": {key: value for key, value in vars(caller).items() if value},
        }
        return jwt.encode(claims, self._key, algorithm=_ALGORITHM, headers={"kid": self._name})


class Verifier:
    """Checks tokens against the public keys of the instance."""

    def __init__(self, public_keys: dict[str, str]) -> None:
        self._keys = {name: load_pem_public_key(pem.encode()) for name, pem in public_keys.items()}

    @classmethod
    def from_folder(cls, folder: Path) -> "Verifier":
        """Load `public.json` ({name: PEM}) from the folder of keys."""
        return cls(json.loads((folder / "public.json").read_text()))

    def verify(self, token: str, service: str, method: str, request: dict[str, Any]) -> Caller:
        """Return the caller. Raises NotSignedIn when anything about the token does not fit."""
        try:
            issuer = _issuer(token.partition(".")[0])
            claims = jwt.decode(
                token,
                self._keys[issuer],  # type: ignore[arg-type]
                algorithms=[_ALGORITHM],
                audience=service,
                leeway=_LEEWAY_S,
                issuer=issuer,
                options={"require": ["exp", "aud", "iss"]},
            )
            caller = Caller(**claims["who"])
        except (jwt.PyJWTError, KeyError, TypeError) as error:
            raise NotSignedIn("bad_signature") from error
        if claims.get("mth") != method or claims.get("bh") != body_hash(request).hex():
            raise NotSignedIn("bad_signature")
        if issuer != GATEWAY and (caller.role != SERVICE or caller.service != issuer):
            raise NotSignedIn("bad_signature")
        return caller


@lru_cache(maxsize=64)
def _issuer(header: str) -> str:
    """Return who says to have signed; each issuer's tokens have one header, again and again."""
    return str(jwt.get_unverified_header(f"{header}..")["kid"])


def body_hash(request: dict[str, Any]) -> bytes:
    """Return the SHA-256 of a request in one canonical form."""
    return hashlib.sha256(canonical(request)).digest()
