"""Which processes an instance has."""

import importlib.util

SERVICES = ("accounts", "directory", "sharing", "events", "notify")
GATEWAY = "gateway"
WORKER = "worker"
PROCESSES = (*SERVICES, WORKER, GATEWAY)


def services_with_jobs() -> list[str]:
    """Return the services whose CPU work the worker process does."""
    return [name for name in SERVICES if importlib.util.find_spec(f"services.{name}.jobs")]
