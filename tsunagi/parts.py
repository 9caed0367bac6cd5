"""Which processes an instance has."""

SERVICES = ("accounts", "directory", "sharing", "events", "notify")
GATEWAY = "gateway"
WORKER = "worker"
PROCESSES = (*SERVICES, WORKER, GATEWAY)
