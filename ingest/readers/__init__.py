"""From a path to a `Document`: the bytes are read once, what they are is told from them, one reader gets them."""

import errno
import hashlib
import os
import stat
from pathlib import Path

from ingest.readers.sniff import recognise
from schemas.document import Document, Format, Source
from schemas.errors import Refused
from schemas.office import Settings

_LOCK_FILES = ("~$", ".~lock.")
_LOCK_FILE_BYTES = 4096
_ABSENT = {errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG, errno.EINVAL}
_NOT_ALLOWED = {errno.EACCES, errno.EPERM}
# Without these a pipe without a writer would hold the program for ever; Windows has neither pipes nor O_NONBLOCK.
_OPEN_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def read(path: Path, settings: Settings) -> Document:
    """The document in the file at `path`. Raises Refused with the true reason, MissingTool for lack of a program."""
    data = read_bytes(path, settings)
    if path.name.startswith(_LOCK_FILES) and len(data) <= _LOCK_FILE_BYTES:
        raise Refused("LOCK_FILE")
    kind = recognise(data, settings)
    source = source_of(path, data, kind)
    try:
        document = _read_as(kind, data, source, settings)
    except RecursionError as error:
        raise Refused("TOO_DEEP") from error
    if not _has_text(document):
        raise Refused("NO_CONTENT")
    return document


def source_of(path: Path, data: bytes, format: Format) -> Source:
    """What `data` is known by; a name that is no Unicode is kept readable."""
    name = os.fsencode(path.name).decode("utf-8", "replace")
    return Source(sha256=hashlib.sha256(data).hexdigest(), file_name=name, format=format, bytes=len(data))


def read_bytes(path: Path, settings: Settings) -> bytes:
    """All of a regular file. Raises Refused: NOT_FOUND, NOT_A_FILE, NO_ACCESS, READ_FAILED, TOO_LARGE."""
    limit = settings.max_file_mb << 20
    try:
        descriptor = os.open(path, _OPEN_FLAGS)
        with open(descriptor, "rb") as stream:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise Refused("NOT_A_FILE")
            data = stream.read(limit + 1)
    except (OSError, ValueError) as error:
        raise _refusal(path, error) from error
    if len(data) > limit:
        raise Refused("TOO_LARGE", f"giới hạn {settings.max_file_mb} MB")
    return data


def _has_text(document: Document) -> bool:
    cells = (cell for table in document.tables() for cell in table.cells)
    return any(paragraph.text.strip() for paragraph in document.paragraphs()) or any(cell.text.strip() for cell in cells)


def _refusal(path: Path, error: OSError | ValueError) -> Refused:
    number = error.errno if isinstance(error, OSError) else errno.EINVAL
    if number in _ABSENT:
        return Refused("NOT_FOUND")
    if number == errno.ELOOP:
        return Refused("NOT_A_FILE", "liên kết vòng")
    # Windows answers "no access" to opening a folder, others "is a directory".
    if os.path.isdir(path) or number == errno.ENXIO:
        return Refused("NOT_A_FILE")
    return Refused("NO_ACCESS") if number in _NOT_ALLOWED else Refused("READ_FAILED", os.strerror(number or 0))


def _read_as(kind: Format, data: bytes, source: Source, settings: Settings) -> Document:
    if kind == "pdf":
        from ingest.readers import pdf  # each reader's libraries are heavy, and most runs need one of them

        return pdf.read(data, source, settings)
    if kind == "doc":
        from ingest.readers import legacy_doc

        return legacy_doc.read(data, source, settings)
    from ingest.readers import word

    return word.read(data, source, settings)
