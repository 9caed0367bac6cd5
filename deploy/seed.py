"""Enters the fictional city into a demonstration's databases and tells who may sign in.

python deploy/seed.py FOLDER     FOLDER keeps the passwords, chosen at random at the first start
"""

import os
import sys
from ipaddress import ip_address
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from chassis import config  # noqa: E402
from tsunagi.demo_city import PEOPLE  # noqa: E402
from tsunagi.instance import Instance  # noqa: E402
from tsunagi.seeding import seed  # noqa: E402


class Containers(Instance):
    """An instance whose databases are where the environment says."""

    def database_url(self, service: str) -> str:
        return config.load(service).database_url


def main(folder: Path) -> None:
    """Seed, and print logins and passwords."""
    if config.load("seed").instance != "demo":
        raise SystemExit("Only a demonstration has the fictional city: TSUNAGI_INSTANCE is not demo.")
    if not ip_address(os.environ.get("HTTPS_BIND", "127.0.0.1")).is_loopback:
        raise SystemExit("A demonstration is for this machine only: set HTTPS_BIND=127.0.0.1.")
    passwords = seed(Containers(folder, "demo"))
    print("Who may sign in; everything and everybody is made up:")
    for person in PEOPLE:
        print(f"  {person['login']:<12}{passwords[person['login']]}  {person['name']}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
