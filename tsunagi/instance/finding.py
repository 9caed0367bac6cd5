"""An instance that was made before."""

import json
from pathlib import Path

from tsunagi import obstacles
from tsunagi.instance import places
from tsunagi.instance.fixed import Instance


def load(folder: Path) -> Instance:
    """Return an instance that exists. Raises FileNotFoundError, or Obstacle when it cannot be read."""
    try:
        return Instance(folder=folder.resolve(), **json.loads(places.fixed(folder).read_text()))
    except (ValueError, TypeError) as error:
        raise obstacles.instance_unreadable(folder) from error


def take_new_passwords(instance: Instance) -> None:
    """Have the instance know the passwords that `tsunagi rotate-passwords` may have written meanwhile."""
    if places.fixed(instance.folder).exists():
        instance.passwords = load(instance.folder).passwords
