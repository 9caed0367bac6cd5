"""Which addresses stay on this site: a link or a kept form may not lead people away."""

from urllib.parse import urlsplit


def is_inside(path: str) -> bool:
    """Tell whether a browser that is sent to `path` stays here.

    Browsers drop tabs and line ends inside an address and read a backslash as a slash.
    """
    if not path.startswith("/") or path.startswith("//") or "\\" in path:
        return False
    if any(character <= " " for character in path):
        return False
    parts = urlsplit(path)
    return not parts.scheme and not parts.netloc
