"""Whether commands reach an instance that runs on this machine."""

import socket
from collections.abc import Iterator

from chassis.socket_names import address
from tsunagi.doctor.finding import Finding, doubtful, well, wrong
from tsunagi.doctor.place import Place
from tsunagi.instance import places
from tsunagi.servers.process import answers


def admin_socket(place: Place) -> Iterator[Finding]:
    """Knock at the socket; that nobody is there is well while the pages are not there either."""
    if place.instance is None:
        return
    check = "admin socket"
    try:
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(address(places.admin_socket(place.instance.folder)))
        yield well(check, "commands reach the instance")
    except PermissionError:
        yield wrong(check, "this account may not use it", "Call commands as the owner of the folder.")
    except (FileNotFoundError, ConnectionRefusedError):
        if answers(place.instance.ports["http"]):
            yield doubtful(
                check,
                "the pages are there, but commands do not reach the instance",
                "Start the instance anew (`tsunagi run`): an earlier version had no such socket.",
            )
