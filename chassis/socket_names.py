"""Names of sockets that the system takes, however deep their folder lies: one may have 103 bytes."""

import contextlib
import hashlib
import os
import tempfile
from pathlib import Path

_LONGEST_NAME = 100
# Kept open as long as the process.
_folders: dict[Path, int] = {}
_OPEN_ONES = Path("/proc/self/fd")


def address(path: Path) -> str:
    """Return a name by which the socket `path` can be bound and reached; a long one is told by its folder."""
    if len(os.fsencode(path)) <= _LONGEST_NAME:
        return str(path)
    folder = path.parent
    if not _OPEN_ONES.exists():
        return str(_linked(folder) / path.name)
    if folder not in _folders:
        _folders[folder] = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    return f"{_OPEN_ONES}/{_folders[folder]}/{path.name}"


def _linked(folder: Path) -> Path:
    """Return a short name for a folder where the system has none for open ones: a link of our own."""
    home = Path(tempfile.gettempdir()) / f"tsunagi-{os.getuid()}"
    home.mkdir(mode=0o700, exist_ok=True)
    if home.lstat().st_uid != os.getuid() or home.is_symlink():
        raise PermissionError(f"{home} belongs to somebody else")
    link = home / hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    with contextlib.suppress(FileExistsError):
        link.symlink_to(folder)
    return link
