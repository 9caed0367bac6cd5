"""Makes what `docker-compose.yml` reads as secrets: a login per process, their keys, the broker's rights.

    python deploy/prepare.py FOLDER            make what is missing; nothing that is there changes
    python deploy/prepare.py FOLDER --rotate   new passwords and keys; docs/operating.md says what follows

Everything is random and stays in FOLDER, which only its owner may enter.
"""

import json
import secrets
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tsunagi import key_rings, keys, logins  # noqa: E402
from tsunagi.complaints import spoken  # noqa: E402
from tsunagi.instance import Instance  # noqa: E402
from tsunagi.parts import PROCESSES, SERVICES  # noqa: E402

# The containers run under other numbers than the owner, so the files are readable; the folder is closed.
FILE_MODE = 0o644
FOLDER_MODE = 0o700
ADMIN = "admin"
# Set at the first start only; a new one would lock its owner out (docs/operating.md).
KEPT = {"postgres_admin"}
# Whoever runs it writes these.
TYPED = ("smtp_url", "bounce_imap_url")


def prepare(folder: Path, rotate: bool = False) -> None:
    """Write every secret file of a compose instance into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(FOLDER_MODE)
    instance = Instance(folder, "real", passwords=_passwords(folder / "passwords.json", rotate))
    _make_keys(folder / "keys", rotate)
    for name, text in _files(instance).items():
        _write(folder / name, text)
    for name in TYPED:
        typed = folder / name
        _write(typed, typed.read_text() if typed.exists() else "")


def _passwords(path: Path, rotate: bool) -> dict[str, str]:
    known: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    kept = {name: word for name, word in known.items() if name in KEPT or not rotate}
    brokers = [f"broker_{name}" for name in (*PROCESSES, ADMIN)]
    databases = [f"database_{name}" for name in SERVICES]
    names = ["postgres_admin", "secret_key", *brokers, *databases]
    passwords = {name: kept.get(name) or secrets.token_urlsafe(32) for name in names}
    _write(path, json.dumps(passwords, indent=1), mode=0o600)
    return passwords


def _make_keys(folder: Path, rotate: bool) -> None:
    if rotate:
        # The earlier ones stay behind the new one: it reads what they have encrypted.
        key_rings.rotate(folder)
        for old in folder.glob("*/*.pem"):
            old.unlink()
    keys.ensure(folder, PROCESSES)
    key_rings.ensure(folder)
    for made in folder.glob("*/*"):
        made.parent.chmod(FOLDER_MODE)
        made.chmod(FILE_MODE)


def _files(instance: Instance) -> dict[str, str]:
    files = {
        "definitions.json": json.dumps(logins.broker_definitions(instance)),
        "postgres_admin_password": instance.passwords["postgres_admin"],
        "gateway_secret_key": instance.passwords["secret_key"],
    }
    for service in SERVICES:
        files[f"{service}_database_url"] = _database_url(instance, service)
    for name in (*PROCESSES, ADMIN):
        files[f"{name}_amqp_url"] = _amqp_url(instance, name)
    return files


def _database_url(instance: Instance, service: str) -> str:
    login = instance.login(service)
    password = instance.passwords[f"database_{service}"]
    return f"postgresql+psycopg://{login}:{password}@postgres:5432/{login}"


def _amqp_url(instance: Instance, name: str) -> str:
    password = instance.passwords[f"broker_{name}"]
    return f"amqp://{instance.login(name)}:{password}@rabbitmq:5672/{instance.vhost}"


def _write(path: Path, text: str, mode: int = FILE_MODE) -> None:
    # In place: a running container holds the file itself, not its name.
    path.touch(mode=0o600)
    path.write_text(text)
    path.chmod(mode)


def main(arguments: list[str]) -> int:
    """Run the command line; return its exit code."""
    folders = [word for word in arguments if not word.startswith("-")]
    unknown = set(arguments) - set(folders) - {"--rotate"}
    if len(folders) != 1 or unknown:
        print(__doc__, file=sys.stderr)
        return 2
    with spoken():
        prepare(Path(folders[0]), rotate="--rotate" in arguments)
    print(f"Secrets are ready in {folders[0]}.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
