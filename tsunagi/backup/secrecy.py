"""The encryption of a backup, by the age format and nothing of our own (ADR 23).

The file is a tar of two age files, so that standard tools open it without this program:
key.age, an age identity encrypted with the passphrase, and data.age, encrypted for that identity.
"""

import contextlib
import io
import os
import tarfile
import threading
from collections.abc import Iterator
from functools import lru_cache
from typing import BinaryIO

import pyrage

from tsunagi.backup.refusal import BackupRefused, damaged

_KEY, _DATA = "key.age", "data.age"
# An identity encrypted with a passphrase has some 260 bytes.
_LONGEST_KEY = 10_000
_END = bytes(2 * tarfile.BLOCKSIZE)


def lock(passphrase: str, plain: Iterator[bytes], out: BinaryIO) -> None:
    """Write what `plain` yields, encrypted, into a file that can be sought in."""
    identity = pyrage.x25519.Identity.generate()
    key = pyrage.passphrase.encrypt(str(identity).encode(), passphrase)
    _add(out, _KEY, key)
    header_at = out.tell()
    out.seek(tarfile.BLOCKSIZE, os.SEEK_CUR)
    source, sink = _Source(plain), _Sink(out)
    try:
        pyrage.encrypt_io(source, sink, [identity.to_public()])
    except Exception:
        # What failed on our side arrives here as a text only.
        if failure := source.failure or sink.failure:
            raise failure from None
        raise
    size = out.tell() - header_at - tarfile.BLOCKSIZE
    out.write(_padding(size) + _END)
    out.seek(header_at)
    out.write(_header(_DATA, size))


@contextlib.contextmanager
def unlocked(file: BinaryIO, passphrase: str) -> Iterator[BinaryIO]:
    """Give the decrypted data inside the block; leave it only when every byte has proved genuine.

    Raises BackupRefused when the passphrase is wrong or a byte has changed, also when the block itself
    stumbled over the end that this has cut off.
    """
    identity, sealed = _opened(file, passphrase)
    readable, writable = os.pipe()
    opening = _Opening(sealed, identity, writable)
    plain = os.fdopen(readable, "rb")
    try:
        opening.start()
        yield plain
        while plain.read(1 << 16):
            pass
    finally:
        plain.close()
        opening.join()
        if opening.failure:
            raise damaged("its encryption does not fit") from opening.failure


def _opened(file: BinaryIO, passphrase: str) -> tuple[pyrage.x25519.Identity, BinaryIO]:
    try:
        members = tarfile.open(fileobj=file, mode="r:")  # noqa: SIM115 (closed with the file)
        key, data = members.next(), members.next()
        if key is None or data is None or not _is_wrapped_as_by_us(file, key, data):
            raise ValueError("not ours")
        secret, sealed = members.extractfile(key), members.extractfile(data)
    except (tarfile.TarError, ValueError, EOFError) as error:
        raise BackupRefused("this is no whole backup of Tsunagi; nothing was restored") from error
    assert secret is not None
    assert sealed is not None
    return pyrage.x25519.Identity.from_str(_unlocked_key(secret.read(), passphrase)), sealed  # type: ignore[return-value]


@lru_cache(maxsize=8)
def _unlocked_key(locked: bytes, passphrase: str) -> str:
    """Return the identity. That takes a second by intention, and a restore reads its file twice."""
    try:
        return str(pyrage.passphrase.decrypt(locked, passphrase), "ascii")
    except pyrage.DecryptError as error:
        raise BackupRefused(
            "the passphrase is wrong, or the backup's beginning is damaged; nothing was restored"
        ) from error


def _is_wrapped_as_by_us(file: BinaryIO, key: tarfile.TarInfo, data: tarfile.TarInfo) -> bool:
    """Compare what is around both members with what `lock` writes: age does not look after it."""
    if key.size > _LONGEST_KEY:
        return False
    before = _header(_KEY, key.size)
    between = _padding(key.size) + _header(_DATA, data.size)
    after = _padding(data.size) + _END
    file.seek(0)
    found = [file.read(len(before))]
    file.seek(key.size, os.SEEK_CUR)
    found.append(file.read(len(between)))
    file.seek(data.size, os.SEEK_CUR)
    found.append(file.read(len(after) + 1))
    return found == [before, between, after]


def _add(out: BinaryIO, name: str, content: bytes) -> None:
    out.write(_header(name, len(content)) + content + _padding(len(content)))


def _header(name: str, size: int) -> bytes:
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    return info.tobuf(tarfile.GNU_FORMAT)


def _padding(size: int) -> bytes:
    return bytes(-size % tarfile.BLOCKSIZE)


class _Source(io.RawIOBase):
    """Lets age read what a generator yields; remembers what the generator failed by."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks, self._rest = chunks, memoryview(b"")
        self.failure: BaseException | None = None

    def read(self, size: int = -1) -> bytes:
        try:
            while not self._rest:
                self._rest = memoryview(next(self._chunks))
        except StopIteration:
            return b""
        except BaseException as error:
            self.failure = error
            raise
        given, self._rest = self._rest[:size], self._rest[size:]
        return bytes(given)


class _Sink(io.RawIOBase):
    """Lets age write into a file; remembers what the file failed by."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self.failure: BaseException | None = None

    def write(self, data: bytes) -> int:  # type: ignore[override]
        try:
            return self._out.write(data)
        except BaseException as error:
            self.failure = error
            raise


class _Opening(threading.Thread):
    """Decrypts into a pipe. Age pushes what it has checked, and whoever unpacks it wants to pull."""

    def __init__(self, sealed: BinaryIO, identity: pyrage.x25519.Identity, writable: int) -> None:
        super().__init__(daemon=True)
        self._sealed, self._identity, self._writable = sealed, identity, writable
        self.failure: BaseException | None = None

    def run(self) -> None:
        with contextlib.suppress(BrokenPipeError), os.fdopen(self._writable, "wb") as pipe:
            sink = _Sink(pipe)
            try:
                pyrage.decrypt_io(self._sealed, sink, [self._identity])
            except Exception as error:
                # Nobody reads on: whoever read has failed by himself.
                if not isinstance(sink.failure, BrokenPipeError):
                    self.failure = error
