"""From where a request comes, under a name that tells nobody the address."""

import hmac
from hashlib import sha256
from ipaddress import ip_address, ip_network

from flask import request

from gateway.parts import parts

# A household or an office has at least this much of IPv6, and changes within it at will.
_IPV6_PREFIX = 64


def place() -> str:
    """Return the name of the place that the present request comes from; empty when it is unknown.

    Keyed: from the name alone nobody can try out which address it is.
    """
    found = network(_address())
    if not found:
        return ""
    return hmac.new(parts().settings.secret_key.encode(), found.encode(), sha256).hexdigest()


def network(address: str) -> str:
    """Return what counts as one place: an IPv4 address, or a network of IPv6; empty for what is neither."""
    try:
        found = ip_address(address.strip())
    except ValueError:
        return ""
    if found.version == 4:
        return str(found)
    mapped = found.ipv4_mapped
    return str(mapped or ip_network((found.packed, _IPV6_PREFIX), strict=False))


def _address() -> str:
    """Return the browser's address as the last proxy of ours saw it.

    Each proxy adds whom it spoke with at the end of X-Forwarded-For. What stands before our own
    proxies' entries anybody can write, so it is not looked at, and nothing of it without a proxy.
    """
    hops = parts().settings.proxies
    if not hops:
        return request.remote_addr or ""
    told = [part for line in request.headers.getlist("X-Forwarded-For") for part in line.split(",")]
    return told[-hops] if len(told) >= hops else ""
