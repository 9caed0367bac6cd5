"""Runs the checks one after the other; one that breaks or hangs does not keep the others from it."""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial

from tsunagi.doctor.admin_socket import admin_socket
from tsunagi.doctor.broker import broker
from tsunagi.doctor.clock import clock
from tsunagi.doctor.databases import database
from tsunagi.doctor.finding import Finding, wrong
from tsunagi.doctor.hiding import hider
from tsunagi.doctor.holidays import holidays
from tsunagi.doctor.keys import keys
from tsunagi.doctor.machine import disk, folder, programs, python
from tsunagi.doctor.mail import bounces, mail
from tsunagi.doctor.place import Place
from tsunagi.doctor.processes import process
from tsunagi.doctor.secret_files import secret_files
from tsunagi.doctor.settings import settings
from tsunagi.parts import SERVICES

LIMIT_S = 5.0

# Yields what it finds; nothing where it does not apply.
Check = Callable[[Place], Iterable[Finding]]


def checks_of(place: Place) -> dict[str, Check]:
    """Return the checks by name, in the order of the report."""
    processes = place.instance.processes if place.instance else ()
    return {
        "python": python,
        "programs": programs,
        "disk": disk,
        "folder": folder,
        "secret files": secret_files,
        "clock": clock,
        "settings": settings,
        "keys": keys,
        **{f"database {name}": partial(database, service=name) for name in SERVICES},
        "broker": broker,
        **{f"process {name}": partial(process, name=name) for name in processes},
        "admin socket": admin_socket,
        "mail": mail,
        "bounces": bounces,
        "holidays": holidays,
    }


def examine(place: Place, checks: Mapping[str, Check], limit_s: float = LIMIT_S) -> Iterator[Finding]:
    """Yield what the checks find, as they find it, without any secret of the place's settings."""
    hide = hider(place)
    for name, check in checks.items():
        for found in _within(limit_s, name, partial(check, place)):
            yield replace(found, says=hide(found.says), do=hide(found.do))


def _within(limit_s: float, name: str, look: Callable[[], Iterable[Finding]]) -> list[Finding]:
    found: list[Finding] = []
    ended = threading.Event()

    def run() -> None:
        try:
            for each in look():
                found.append(each)
        except BaseException as error:
            found.append(_broken(name, error))
        ended.set()

    # Not waited for: whatever it hangs on, the program may end before it.
    threading.Thread(target=run, name=name, daemon=True).start()
    if ended.wait(limit_s):
        return found
    do = "See what it waits for: a server or disk that does not answer, or a firewall that stays silent."
    return [*found, wrong(name, f"no answer within {limit_s:g} s", do)]


def _broken(name: str, error: BaseException) -> Finding:
    # Errors of these kinds quote what they could not read, which may be a piece of a password.
    reason = "" if isinstance(error, ValueError | LookupError) else str(error).strip().split("\n")[0]
    says = f"the check itself broke: {type(error).__name__}{reason and ': '}{reason}"
    return wrong(name, says, "Look at this by hand, and tell the project what you see here.")
