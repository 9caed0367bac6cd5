"""Makes rows of a file: container, encoding, CSV, header. Holds one row at a time."""

import codecs
import csv
import gzip
import hashlib
import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from contracts.errors import Invalid
from services.directory.normalise import matching_text

ENCODINGS = ("utf-8-sig", "cp932")
# The largest official file has 15 MB; whatever unpacks to more than this is no list of facilities.
LARGEST_BYTES = 300_000_000
_CHUNK = 1 << 16
_HEADER_WITHIN = 15
_PUNCTUATION = re.compile(r"[()\[\]「」_・･/]")


@dataclass(frozen=True)
class File:
    """A file that can be read as text."""

    path: Path
    encoding: str
    sha256: str


@dataclass(frozen=True)
class Header:
    """Where the header is and which column holds which field; `missing` are fields without one."""

    row: int
    columns: Mapping[str, int]
    names: Sequence[str]
    missing: Sequence[str]


def inspect(path: Path) -> File:
    """Return the file with the first encoding in which all of it can be read.

    Raises Invalid for a file that is empty, too large, broken or in no known encoding.
    """
    decoders = {name: codecs.getincrementaldecoder(name)() for name in ENCODINGS}
    digest, size = hashlib.sha256(), 0
    with _opened(path) as raw:
        while chunk := raw.read(_CHUNK):
            size += len(chunk)
            if size > LARGEST_BYTES:
                raise Invalid("file_too_large")
            digest.update(chunk)
            _drop_failing(decoders, chunk, final=False)
    _drop_failing(decoders, b"", final=True)
    if not size:
        raise Invalid("file_empty")
    if not decoders:
        raise Invalid("encoding_unknown")
    return File(path, next(iter(decoders)), digest.hexdigest())


def _drop_failing(decoders: dict[str, codecs.IncrementalDecoder], chunk: bytes, *, final: bool) -> None:
    for name in list(decoders):
        try:
            decoders[name].decode(chunk, final)
        except UnicodeDecodeError:
            del decoders[name]


def rows(file: File) -> Iterator[tuple[int, list[str]]]:
    """Yield each row that is not blank, with its number as a spreadsheet counts it.

    Python's csv module reads quotes, line breaks in cells and all line ends; it is fed characters,
    not lines, so that U+2028 stays inside its cell. A cell that never ends raises csv.Error.
    """
    with _opened(file.path) as raw, io.TextIOWrapper(raw, file.encoding, newline="") as text:
        for number, cells in enumerate(csv.reader(text), start=1):
            if any(cells):
                yield number, cells


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    """Open the file, or the one file inside a gzip or zip."""
    try:
        with path.open("rb") as plain:
            magic = plain.read(4)
            plain.seek(0)
            if magic[:2] == b"\x1f\x8b":
                with gzip.GzipFile(fileobj=plain) as unpacked:
                    yield unpacked  # type: ignore[misc]
            elif magic == b"PK\x03\x04":
                with zipfile.ZipFile(plain) as archive, archive.open(_only_member(archive)) as unpacked:
                    yield unpacked  # type: ignore[misc]
            else:
                yield plain
    except (EOFError, zipfile.BadZipFile, gzip.BadGzipFile, zlib.error) as error:
        raise Invalid("file_broken") from error


def _only_member(archive: zipfile.ZipFile) -> str:
    members = [name for name in archive.namelist() if not name.endswith("/")]
    if "[Content_Types].xml" in members:
        raise Invalid("spreadsheet_not_csv")
    if len(members) != 1:
        raise Invalid("archive_needs_one_file")
    return members[0]


def find_header(file: File, fields: Mapping[str, Sequence[str]], required: Sequence[str]) -> Header | None:
    """Return the header, looked for by its names in the first rows, or None.

    `fields` maps a field to the names that lists give its column. Lines above it (#LINK, notes) are
    passed over.
    """
    for number, cells in islice(rows(file), _HEADER_WITHIN):
        keys = [header_key(cell) for cell in cells]
        columns = {field: at for field, names in fields.items() if (at := _position(keys, names)) is not None}
        if all(field in columns for field in required):
            missing = [field for field in fields if field not in columns]
            return Header(number, columns, cells, missing)
    return None


def _position(keys: Sequence[str], names: Sequence[str]) -> int | None:
    return next((keys.index(key) for key in map(header_key, names) if key in keys), None)


def header_key(name: str) -> str:
    """Return a column's name without what varies: width, case, spaces, brackets."""
    return _PUNCTUATION.sub("", matching_text(name))


def data_rows(file: File, header: Header) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows below the header, type rows (#object_type_xsd, #property_context) left out."""
    for number, cells in rows(file):
        if number > header.row and not cells[0].startswith("#"):
            yield number, cells
