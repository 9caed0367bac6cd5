"""Vhosts with everything declared. One that was used is emptied and given out again.

A hundred quorum queues take a second or two to make and as long to remove; emptying them takes a tenth.
"""

import time
from collections import defaultdict

from chassis import topology
from tests.support.console import Console, load_definitions, queue_depths
from tsunagi.instance import Instance
from tsunagi.logins import broker_definitions

EMPTY_WITHIN_S = 10.0

_HANG_UP = """
[rabbit_networking:close_connection(element(6, Each), "the test is over")
 || Each <- rabbit_connection_tracking:list(<<"{vhost}">>)]
"""
_CONNECTIONS = 'length(rabbit_connection_tracking:list(<<"{vhost}">>))'
_PURGE = """
[rabbit_amqqueue:purge(Queue) || Queue <- rabbit_amqqueue:list(<<"{vhost}">>),
 amqqueue:get_type(Queue) =:= rabbit_quorum_queue]
"""
# Nobody has to wait for that.
_REMOVE = 'is_pid(spawn(rabbit_vhost, delete, [<<"{vhost}">>, <<"tests">>]))'


class Vhosts:
    """The vhosts of one machine, by the delays that their wait queues were declared with."""

    def __init__(self) -> None:
        self._spare: dict[tuple[float, ...], list[str]] = defaultdict(list)
        self._declared: dict[str, set[str]] = {}

    def spare(self, console: Console, delays_s: tuple[float, ...]) -> str | None:
        """Return the name of an empty vhost that was used before, if there is one."""
        while self._spare[delays_s]:
            name = self._spare[delays_s].pop()
            if self._empty(console, name):
                return name
            console.ask(_REMOVE.format(vhost=name))
        return None

    def make(self, console: Console, made: Instance, delays_s: tuple[float, ...]) -> None:
        """Make the vhost of an instance and declare everything in it."""
        load_definitions(console, broker_definitions(made))
        self._declared[made.vhost] = set(topology.declare(made.amqp_url("admin"), delays_s))

    def give_back(self, console: Console, name: str, delays_s: tuple[float, ...]) -> None:
        """Take back a vhost that nothing uses any more; who is still connected is cut off."""
        console.ask(_HANG_UP.format(vhost=name))
        self._spare[delays_s].append(name)

    def _empty(self, console: Console, name: str) -> bool:
        """Empty the queues; returns whether all of them are there and stay empty, with nobody connected."""
        until = time.monotonic() + EMPTY_WITHIN_S
        looks = 0
        while time.monotonic() < until:
            depths = queue_depths(console, name)
            if not self._declared[name] <= depths.keys():
                return False
            is_quiet = not any(depths.values()) and console.ask(_CONNECTIONS.format(vhost=name)) == "0"
            looks = looks + 1 if is_quiet else 0
            if looks == 2:
                return True
            if not looks:
                console.ask(_PURGE.format(vhost=name))
            time.sleep(0.05)
        return False
