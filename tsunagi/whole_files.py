"""Files that are written as a whole or not at all, whatever ends the process or fills the disk meanwhile."""

import os
import tempfile
from pathlib import Path


def write(path: Path, content: bytes | str) -> None:
    """Have `content` in `path`, on the disk, for its owner only. Raises OSError; then all is as before."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        if os.geteuid() == 0 and path.exists():
            # It stays the file of the account for which it was made.
            os.fchown(handle, path.stat().st_uid, path.stat().st_gid)
        with os.fdopen(handle, "wb") as out:
            out.write(content.encode() if isinstance(content, str) else content)
            out.flush()
            os.fsync(out.fileno())
        Path(name).replace(path)
        _keep_name(path.parent)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _keep_name(folder: Path) -> None:
    """Have the disk know under which name the file is: else a power cut may bring the former one back."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
