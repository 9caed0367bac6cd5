"""A new instance: its ports, random passwords and keys are chosen once."""

import secrets
from pathlib import Path

from tsunagi import key_rings, obstacles
from tsunagi.instance import places, ports
from tsunagi.instance.finding import load
from tsunagi.instance.fixed import Instance
from tsunagi.parts import NODE, PROCESSES, SERVICES, VHOST


def ensure(
    folder: Path,
    kind: str,
    *,
    vhost: str = VHOST,
    prefix: str = "tsunagi",
    profile: str = NODE,
    door: int | None = None,
) -> Instance:
    """Return the instance in `folder`; the first time it is made with random passwords and keys.

    `door` is the port on which its pages are wanted, if it is free. Only where somebody will type it: of
    instances that are made side by side all would want the same. Raises Obstacle when the folder was made by
    another profile, or cannot be read.
    """
    folder = folder.resolve()
    if places.fixed(folder).exists():
        found = _of_profile(profile, load(folder))
        # One that an earlier version made lacks them.
        key_rings.ensure(places.keys(folder))
        return found
    # Imported late: an instance is made once, and keys need a large library.
    from tsunagi import keys

    folder.mkdir(parents=True, exist_ok=True)
    made = Instance(folder, kind, vhost, prefix, profile=profile)
    made.ports = ports.choose(profile, door)
    made.passwords = {name: secrets.token_urlsafe(24) for name in _secrets()}
    keys.ensure(places.keys(folder), PROCESSES)
    key_rings.ensure(places.keys(folder))
    made.save()
    return made


def _of_profile(profile: str, found: Instance) -> Instance:
    if found.profile != profile:
        raise obstacles.other_profile(found.folder, found.profile, profile)
    return found


def _secrets() -> list[str]:
    logins = [f"broker_{name}" for name in (*PROCESSES, "admin")]
    databases = [f"database_{name}" for name in SERVICES]
    return ["secret_key", "cookie", "postgres_admin", *logins, *databases]
