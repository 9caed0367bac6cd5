"""Work that would hold up the hub (password hashing, images) runs in real threads."""

from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")


def off_hub(work: Callable[..., T], *args: Any) -> T:
    """Return `work(*args)`, run in a thread of the system while other greenthreads go on."""
    from eventlet import tpool

    result: T = tpool.execute(work, *args)
    return result
