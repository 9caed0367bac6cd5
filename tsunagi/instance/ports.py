"""The ports of an instance, all on 127.0.0.1, and what happens when somebody else has taken one."""

from tsunagi import obstacles
from tsunagi.instance.fixed import Instance
from tsunagi.parts import EMBEDDED, processes
from tsunagi.servers.process import free_ports, is_free

SERVER_PORTS = ("postgres", "amqp", "dist", "epmd")
HTTP_PORT = 8080


def choose(profile: str, door: int | None) -> dict[str, int]:
    """Return free ones for a new instance; that of its pages is `door`, if that is free."""
    servers = () if profile == EMBEDDED else SERVER_PORTS
    names = (*servers, *(f"health_{name}" for name in processes(profile)), "http")
    ports = dict(zip(names, free_ports(len(names)), strict=True))
    if door is not None and is_free(door):
        ports["http"] = door
    return ports


def settle_ports(instance: Instance) -> dict[str, int]:
    """Choose another port where somebody else listens by now; to be called while nothing of it runs.

    Returns what the changed ones were before. Raises Obstacle when the pages of a real instance would have
    to move: links in mails lead to them.
    """
    before = {name: port for name, port in instance.ports.items() if not is_free(port)}
    if "http" in before and instance.kind == "real":
        raise obstacles.port_taken(before["http"])
    instance.ports.update(zip(before, free_ports(len(before)), strict=True))
    if before:
        instance.save()
    return before


def move_door(instance: Instance, port: int) -> None:
    """Have the pages at `port` from now on; nothing of the instance runs. Raises Obstacle when taken."""
    if not is_free(port):
        raise obstacles.port_taken(port)
    instance.ports["http"] = port
    instance.save()
