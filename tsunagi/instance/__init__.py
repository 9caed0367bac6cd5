"""An instance of Tsunagi on this machine: one folder with its ports, passwords, keys, clock and data.

fixed          what an instance is: chosen once when it is made, kept in instance.json
places         where in the folder everything lies
ports          which ones it has, and what happens when somebody else has taken one
environments   what each of its processes is told, and nothing else
making         the first time: passwords and keys
finding        every other time
"""

from tsunagi.instance.environments import from_outside
from tsunagi.instance.finding import load
from tsunagi.instance.fixed import Instance
from tsunagi.instance.making import ensure
from tsunagi.instance.ports import HTTP_PORT, SERVER_PORTS, move_door, settle_ports

__all__ = [
    "HTTP_PORT",
    "SERVER_PORTS",
    "Instance",
    "ensure",
    "from_outside",
    "load",
    "move_door",
    "settle_ports",
]
