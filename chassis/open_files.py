"""How many files and connections a process may have open."""

import resource


def allow_many() -> int:
    """Raise this process's limit as far as the system lets it; returns the limit.

    A shell gives 1,024 by default, and each open page of a gateway takes one.
    """
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return most
