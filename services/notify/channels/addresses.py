"""Which addresses of the net an office may have us call: https, and public ones only.

Without this an office could have our own machine knock at its neighbours' doors, behind the firewall. The
name is looked up at each sending, and the connection is made to the very address that was looked at.
"""

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from chassis.offload import off_hub
from contracts.errors import Invalid, Permanent, Transient

# They carry an address of IPv4 inside, which may be a private one.
_TRANSLATED = (ip_network("64:ff9b::/96"), ip_network("64:ff9b:1::/48"), ip_network("2002::/16"))
# All of IPv6 that is given out for the net; other ranges are of old uses, near or none.
_GIVEN_OUT = ip_network("2000::/3")
_PORTS = {"https": 443, "http": 80}


def parts_of(url: str, *, may_be_near: bool) -> SplitResult:
    """Return the parts of an address that may be called. Raises Invalid with what is wrong with `url`.

    `may_be_near`: in a demonstration or test this machine itself may be called, by plain http too.
    """
    try:
        parts = urlsplit(url)
        host, _ = host_of(parts), port_of(parts)
    except (ValueError, UnicodeError) as error:
        raise _wrong("not_a_url") from error
    if parts.scheme not in _PORTS or not host or "@" in parts.netloc or not url.isprintable() or " " in url:
        raise _wrong("not_a_url")
    if parts.scheme == "http" and not (may_be_near and _is_this_machine(host)):
        raise _wrong("not_https")
    return parts


def host_of(parts: SplitResult) -> str:
    """Return the name as the net knows it (IDNA), or the address as it was written."""
    host = parts.hostname or ""
    return host if host.isascii() else host.encode("idna").decode()


def port_of(parts: SplitResult) -> int:
    """Return the port, that of the scheme when none is said. Raises ValueError."""
    return parts.port or _PORTS.get(parts.scheme, 0)


def look_up(parts: SplitResult, *, may_be_near: bool) -> str:
    """Return one address of the host. Permanent when any is not public, Transient when there is none now."""
    try:
        found = off_hub(socket.getaddrinfo, host_of(parts), port_of(parts), 0, socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Transient("not_found_by_name") from error
    addresses = [str(entry[4][0]).partition("%")[0] for entry in found]
    if not addresses or not all(is_allowed(address, may_be_near=may_be_near) for address in addresses):
        raise Permanent("not_public")
    return addresses[0]


def is_allowed(address: str, *, may_be_near: bool) -> bool:
    """Return whether an address is public, or this machine where that may be."""
    ip = ip_address(address)
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    return (may_be_near and ip.is_loopback) or _is_public(ip)


def _is_public(ip: IPv4Address | IPv6Address) -> bool:
    if isinstance(ip, IPv6Address) and ip not in _GIVEN_OUT:
        return False
    is_translated = any(ip in network for network in _TRANSLATED if network.version == ip.version)
    return ip.is_global and not ip.is_multicast and not is_translated


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _wrong(code: str) -> Invalid:
    return Invalid("invalid", {"url": [code]})
