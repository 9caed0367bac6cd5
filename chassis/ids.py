"""Ids: UUIDs in their canonical text form."""

import uuid
from datetime import datetime

import uuid_utils


def new_id() -> str:
    """Return a UUIDv7: it sorts by the time at which it was made."""
    return str(uuid_utils.uuid7())


def new_secret_id() -> str:
    """Return a UUIDv4, for links and sheets whose time of making would tell something."""
    return str(uuid.uuid4())


def first_id_at(moment: datetime) -> str:
    """Return what sorts after every `new_id` made before `moment` and before every later one."""
    return str(uuid.UUID(int=int(moment.timestamp() * 1000) << 80))
