"""What every answer tells the browser to refuse: frames, foreign scripts, copies, plain HTTP."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import Response, request

from gateway.cookies import is_secure
from gateway.parts import parts

# No 'unsafe-inline' anywhere: neither scripts nor styles stand in a page.
_POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
_UNUSED = ("camera", "microphone", "geolocation", "payment", "usb", "serial", "bluetooth", "display-capture")
HEADERS = {
    "Content-Security-Policy": _POLICY,
    # For browsers that do not know frame-ancestors.
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{name}=()" for name in _UNUSED),
}
_ONE_YEAR = "max-age=31536000"


def add(response: Response) -> None:
    """Give an answer its headers; all but the files of the pages may be kept by nobody."""
    response.headers.update(HEADERS)
    if request.endpoint != "static" and "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    if _is_by_tls() and is_secure() and _has_public_name():
        response.headers["Strict-Transport-Security"] = _ONE_YEAR


def _is_by_tls() -> bool:
    """Tell whether the browser came by TLS, as we or the nearest proxy of ours saw it."""
    told = request.headers.get("X-Forwarded-Proto", "") if parts().settings.proxies else ""
    return request.is_secure or told.rpartition(",")[2].strip() == "https"


def _has_public_name() -> bool:
    """Tell whether the instance has a name of its own.

    Of localhost browsers would refuse plain HTTP on every port; for addresses the header does not count.
    """
    name = urlsplit(parts().settings.public_url).hostname or ""
    try:
        return not ip_address(name)
    except ValueError:
        return name != "localhost" and not name.endswith(".localhost")
