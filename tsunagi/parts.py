"""Which processes an instance has."""

ACCOUNTS, NOTIFY = "accounts", "notify"
SERVICES = (ACCOUNTS, "directory", "sharing", "events", NOTIFY)
GATEWAY = "gateway"
WORKER = "worker"
PROCESSES = (*SERVICES, WORKER, GATEWAY)
# Services and gateway in one process, with the bus inside it.
ALL = "all"

# The broker's virtual host.
VHOST = "tsunagi"

NODE = "node"
EMBEDDED = "embedded"


def processes(profile: str) -> tuple[str, ...]:
    """Return the names of the processes that run in a profile."""
    return (ALL, WORKER) if profile == EMBEDDED else PROCESSES
