"""Whether each process has the key with which it signs, and all agree on the public ones."""

import json
from collections.abc import Iterator
from pathlib import Path

from chassis.key_ring import KeyRing
from tsunagi import key_rings
from tsunagi import keys as key_files
from tsunagi.doctor.finding import Finding, well, wrong
from tsunagi.doctor.place import Place
from tsunagi.parts import PROCESSES

_HOW = (
    "Restore the keys from a backup; in containers `docker compose run --rm prepare` makes what is missing."
)


def keys(place: Place) -> Iterator[Finding]:
    """Look at every private key that is here, and at each `public.json`."""
    private = _private(place)
    folders = {path.parent for path in private} | _folder_of_settings(place)
    if not folders:
        return
    faults = [fault for path in private for fault in _key_faults(path)]
    own = {} if faults else {path.stem: key_files.public_half(path) for path in private}
    faults += [fault for path in _rings(place) for fault in _ring_faults(path)]
    faults += [fault for folder in sorted(folders) for fault in _public_faults(folder / "public.json", own)]
    yield from (wrong("keys", fault, _HOW) for fault in faults)
    if not faults:
        yield well("keys", f"{len(own)} private keys are here; the public ones of {len(PROCESSES)} fit")


def _private(place: Place) -> list[Path]:
    if place.instance is not None:
        return [place.instance.folder / "keys" / name / f"{name}.pem" for name in PROCESSES]
    return [
        path
        for folder in _folder_of_settings(place)
        for path in folder.glob("*.pem")
        if path.stem in PROCESSES
    ]


def _rings(place: Place) -> list[Path]:
    """Return the files of keys that encrypt what is stored for long."""
    if place.instance is not None:
        return key_rings.files(place.instance.folder / "keys")
    files = [folder / name for folder in _folder_of_settings(place) for name in key_rings.RINGS.values()]
    return [file for file in files if file.exists()]


def _ring_faults(path: Path) -> Iterator[str]:
    try:
        KeyRing.of_text(path.read_text(encoding="ascii"))
    except OSError as error:
        yield f"{path} cannot be read: {error.strerror}"
    except ValueError:
        yield f"{path} holds no keys, or a broken one"


def _folder_of_settings(place: Place) -> set[Path]:
    return {Path(place.environment["TSUNAGI_KEYS"])} if place.environment.get("TSUNAGI_KEYS") else set()


def _key_faults(path: Path) -> Iterator[str]:
    try:
        key_files.public_half(path)
    except OSError as error:
        yield f"{path} cannot be read: {error.strerror}"
    except (ValueError, TypeError):
        yield f"{path} holds no Ed25519 key"


def _public_faults(path: Path, own: dict[str, str]) -> Iterator[str]:
    try:
        told = dict(json.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        yield f"{path} cannot be read: {error.strerror}"
        return
    except (ValueError, TypeError):
        yield f"{path} does not hold public keys"
        return
    yield from (f"{path} has no key of {name}" for name in PROCESSES if name not in told)
    for name, public in own.items():
        if name in told and told[name] != public:
            yield f"{path} has another key of {name} than {name}.pem"
