"""What is inside a backup: a compressed tar of a description, parts cut into chunks, and their sums.

Nothing is ever held as a whole: parts may be larger than memory.
"""

import gzip
import hashlib
import io
import json
import tarfile
import zlib
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

from tsunagi.backup.refusal import damaged

CHUNK = 1 << 20
_ABOUT, _SUMS, _PARTS = "about.json", "sums.json", "parts/"

Part = tuple[str, Iterable[bytes]]


def packed(about: dict[str, Any], parts: Iterable[Part]) -> Iterator[bytes]:
    """Yield the archive of these named parts piece by piece."""
    buffer, sums = io.BytesIO(), {}
    with (
        gzip.GzipFile(fileobj=buffer, mode="wb", compresslevel=3, mtime=0) as squeezed,
        tarfile.open(fileobj=squeezed, mode="w|") as tar,
    ):
        _add(tar, _ABOUT, _as_json(about))
        for name, chunks in parts:
            digest, size = hashlib.sha256(), 0
            for number, chunk in enumerate(_even(chunks)):
                digest.update(chunk)
                size += len(chunk)
                _add(tar, f"{_PARTS}{name}/{number:06}", chunk)
                yield _taken(buffer)
            sums[name] = {"bytes": size, "sha256": digest.hexdigest()}
        _add(tar, _SUMS, _as_json(sums))
    yield _taken(buffer)


class Contents:
    """An archive that is being read: `about`, then the chunks, once and in order.

    Iterating to the end compares every part with its sum. Raises BackupRefused.
    """

    def __init__(self, plain: BinaryIO) -> None:
        self._members = _members(plain)
        name, content = next(self._members, ("", b""))
        if name != _ABOUT:
            raise damaged("its description is missing")
        self.about: dict[str, Any] = json.loads(content)

    def __iter__(self) -> Iterator[tuple[str, bytes]]:
        digests: dict[str, Any] = {}
        for name, content in self._members:
            if name == _SUMS:
                _compare(json.loads(content), digests)
                return
            part = name.removeprefix(_PARTS).rpartition("/")[0]
            digests.setdefault(part, hashlib.sha256()).update(content)
            yield part, content
        raise damaged("its sums are missing")


def _compare(sums: dict[str, Any], digests: dict[str, Any]) -> None:
    nothing = hashlib.sha256()
    for name in sums.keys() | digests.keys():
        wanted = sums.get(name, {}).get("sha256")
        if digests.get(name, nothing).hexdigest() != wanted:
            raise damaged(f"the sum of {name} does not fit")


def _members(plain: BinaryIO) -> Iterator[tuple[str, bytes]]:
    try:
        with (
            gzip.GzipFile(fileobj=plain, mode="rb") as squeezed,
            tarfile.open(fileobj=squeezed, mode="r|") as tar,
        ):
            for member in tar:
                content = tar.extractfile(member)
                yield member.name, content.read() if content else b""
    except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise damaged("its end is missing") from error


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size = len(content)
    tar.addfile(info, io.BytesIO(content))
    # It keeps a list of all that it has written.
    tar.members.clear()


def _even(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the same bytes in pieces of about one MiB."""
    waiting = bytearray()
    for chunk in chunks:
        waiting += chunk
        if len(waiting) >= CHUNK:
            yield bytes(waiting)
            waiting.clear()
    if waiting:
        yield bytes(waiting)


def _taken(buffer: io.BytesIO) -> bytes:
    taken = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return taken


def _as_json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()
