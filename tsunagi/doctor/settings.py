"""Whether the settings are there and well-formed; their names are told, never their values."""

import re
from collections.abc import Callable, Iterator, Mapping

from chassis import config
from chassis.config import BadSettings, Settings
from tsunagi.doctor import addresses
from tsunagi.doctor.finding import Finding, well, wrong
from tsunagi.doctor.place import Place
from tsunagi.parts import ALL, GATEWAY, SERVICES

# As the gateway wants it.
_SHORTEST_SECRET = 32
_NOT_SET = "is not set; in containers `docker compose run --rm --no-deps tsunagi doctor` has it"
_HOW = "See docs/operating.md (Settings); what needs it is not looked at until then."


def settings(place: Place) -> Iterator[Finding]:
    """Look at the settings of this command and, on this machine, of every process."""
    faults = list(dict.fromkeys(_all_faults(place)))
    yield from (wrong("settings", fault, _HOW) for fault in faults)
    if not faults:
        yield well("settings", "all that is needed is set and well-formed")


def _all_faults(place: Place) -> Iterator[str]:
    for name, environment in place.environments():
        try:
            known = config.load(name, environment)
        except BadSettings as error:
            yield _without_value(error)
        else:
            yield from _faults(name, known)
            if name == "operator":
                yield from _database_faults(environment)


def _faults(name: str, known: Settings) -> Iterator[str]:
    yield from _address("TSUNAGI_AMQP_URL", known.amqp_url, addresses.broker_fault)
    if known.smtp_url:
        yield from _address("TSUNAGI_SMTP_URL", known.smtp_url, addresses.mail_fault)
    if known.bounce_imap_url:
        yield from _address("TSUNAGI_BOUNCE_IMAP_URL", known.bounce_imap_url, addresses.mailbox_fault)
    if (known.secret_key or name in (GATEWAY, ALL)) and len(known.secret_key) < _SHORTEST_SECRET:
        yield f"TSUNAGI_SECRET_KEY is shorter than {_SHORTEST_SECRET} characters"
    if known.municipality and not re.fullmatch(r"[0-9]{6}", known.municipality):
        yield "TSUNAGI_MUNICIPALITY is not a code of 6 digits"


def _database_faults(environment: Mapping[str, str]) -> Iterator[str]:
    for service in SERVICES:
        url = config.load(service, environment).database_url
        yield from _address(f"TSUNAGI_DATABASE_URL_{service.upper()}", url, addresses.database_fault)


def _address(name: str, url: str, fault_of: Callable[[str], str]) -> Iterator[str]:
    fault = fault_of(url) if url else _NOT_SET
    if fault:
        yield f"{name} {fault}"


def _without_value(error: BadSettings) -> str:
    """Return what the error says, without the value that it quotes between the name and the last colon."""
    words = str(error)
    name = words.split(" ", 1)[0]
    if isinstance(error.__cause__, OSError):
        return f"{name} names a file that cannot be read: {error.__cause__.strerror}"
    return f"{name} is not well-formed: {words.rpartition(': ')[2]}"
