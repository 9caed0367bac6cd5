"""Whether the files that hold passwords and private keys are closed to other accounts."""

import stat
from collections.abc import Iterator

from tsunagi.doctor.finding import Finding, well, wrong
from tsunagi.doctor.place import Place


def secret_files(place: Place) -> Iterator[Finding]:
    """Look at the files' modes. Containers are given theirs from a closed folder that they cannot see."""
    if place.instance is None:
        return
    folder = place.instance.folder
    files = [folder / "instance.json", *sorted(folder.glob("keys/*/*.pem")), *folder.glob("keys/*/*.keys")]
    open_ = [str(file) for file in files if stat.S_IMODE(file.stat().st_mode) & 0o077]
    if open_:
        says = f"others may read {', '.join(open_)}"
        yield wrong("secret files", says, f"chmod 600 {' '.join(open_)}")
    else:
        yield well("secret files", f"{len(files)} files are readable by their owner only")
