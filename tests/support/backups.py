"""Backing up and restoring test instances, in this process or by the commands."""

import subprocess
import sys
from pathlib import Path

from chassis import config
from chassis.config import Settings
from tests.support.machine import TestInstance
from tsunagi.backup import making, restoring
from tsunagi.parts import SERVICES

PASSPHRASE = "架空 の 合言葉 は 長い ほど よい"


def settings_of(home: TestInstance) -> dict[str, Settings]:
    """Return the settings of an instance's services."""
    return {service: config.load(service, home.instance.admin_environment()) for service in SERVICES}


def back_up(home: TestInstance, file: Path) -> Path:
    """Back an instance up into this file."""
    with making.new_file(file) as out:
        making.write(out, PASSPHRASE, settings_of(home))
    return file


def restore(home: TestInstance, file: Path) -> int:
    """Restore a file into an instance; returns how many facts will be sent again."""
    about = restoring.verified(file, PASSPHRASE)
    return restoring.restore(file, PASSPHRASE, about, settings_of(home))


def released(home: TestInstance) -> TestInstance:
    """Close the test's own connections: a restore wants to be alone."""
    for service in SERVICES:
        home.database(service).close()
    return home


def command(home: TestInstance, *words: str, ulimit: str = "unlimited") -> tuple[int, str]:
    """Run `tsunagi` with these words; returns its exit code and what it said."""
    done = subprocess.run(
        ["bash", "-c", f'ulimit -f {ulimit}; exec "$@"', "-", sys.executable, "-m", "tsunagi", *words],
        env={**home.instance.admin_environment(), "TSUNAGI_BACKUP_PASSPHRASE": PASSPHRASE},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout.strip() or done.stderr.strip()
