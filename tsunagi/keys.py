"""The Ed25519 keys with which the processes of an instance sign their calls."""

import json
from collections.abc import Iterable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from tsunagi import whole_files


def ensure(folder: Path, names: Iterable[str]) -> None:
    """Have `<folder>/<name>/<name>.pem` for each name, and every public key beside it.

    A process is given its own folder only, so that it cannot sign for another.
    """
    names = list(names)
    public = {name: _public_pem(_private_key(folder / name, name)) for name in names}
    for name in names:
        (folder / name / "public.json").write_text(json.dumps(public, indent=1))


def public_half(path: Path) -> str:
    """Return the public key (PEM) of a private one's file. Raises OSError, or ValueError for any other."""
    key = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError(f"{path.name} holds no Ed25519 key")
    return _public_pem(key)


def _private_key(folder: Path, name: str) -> Ed25519PrivateKey:
    path = folder / f"{name}.pem"
    if path.exists():
        key = load_pem_private_key(path.read_bytes(), password=None)
        assert isinstance(key, Ed25519PrivateKey)
        return key
    key = Ed25519PrivateKey.generate()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    whole_files.write(path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return key


def _public_pem(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
