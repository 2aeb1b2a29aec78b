"""Files that outlive a crash: written whole or not at all, lines that say when one of them was lost or changed, locks.

A file counts as written once it is fsynced and so is the folder that names it. Windows keeps no such promise for
folders; there the file alone is fsynced.
"""

import errno
import hashlib
import json
import os
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

Row = dict[str, Any]
BEING_WRITTEN = ".dang-ghi"
"""Ending of a file that is not finished; whoever finds one may remove it."""
_SEAL = "seal"
_SEAL_DIGITS = 16
# Locked far behind the end of the file: Windows lets nobody else read the bytes that are locked.
_LOCKED_BYTE = 1 << 30
# What systems answer where another holds the lock; any other answer means that there are no locks here.
_HELD_ELSEWHERE = {errno.EAGAIN, errno.EWOULDBLOCK, errno.EACCES, errno.EDEADLK}


class DamagedLinesError(Exception):
    """Line `number` (from 1) is not what was written, or one before it is gone."""

    def __init__(self, path: Path, number: int) -> None:
        super().__init__(f"{path}: {number}")
        self.path = path
        self.number = number


def sync_folder(folder: Path) -> None:
    """Makes names in `folder` outlive a crash."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_whole(path: Path, data: bytes) -> None:
    """`data` as the file `path`: a reader, or a crash, meets the old one or the new one, never a part."""
    beside = path.with_name(path.name + BEING_WRITTEN)
    try:
        with beside.open("wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(beside, path)
    except OSError:
        with suppress(OSError):
            beside.unlink()
        raise
    sync_folder(path.parent)


def move(source: Path, target: Path) -> None:
    """Renames within one file system; nothing may be at `target`."""
    os.rename(source, target)
    sync_folder(target.parent)
    sync_folder(source.parent)


def move_if_free(source: Path, target: Path) -> bool:
    """Renames where nothing is at `target`, not even since a moment ago; False where something is, or it cannot be
    done so safely."""
    try:
        if sys.platform == "win32":
            os.rename(source, target)
        else:
            os.link(source, target, follow_symlinks=False)
            os.unlink(source)
    except OSError:
        return False
    return True


def is_being_written(path: Path) -> bool:
    """Whether a process of this machine has the file open for writing. Told by Linux alone, and only of files of ours on
    its own disks; False where it is not known."""
    if sys.platform != "linux":
        return False
    import fcntl

    with suppress(OSError):
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        try:
            # Whoever opens the file in this moment would otherwise have us ended by SIGIO; SIGURG is ignored.
            fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGURG)
            fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        except OSError as error:
            return error.errno == errno.EAGAIN
        finally:
            os.close(descriptor)
    return False


class Lines:
    """An append-only file of JSON objects, one a line, each fsynced and sealed with a hash over itself and the seal of
    the line before: a changed, lost or inserted line is found. A last line that a crash tore was never written."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._seal = ""
        self._end = 0
        self._lacks_newline = False

    def read(self) -> list[Row]:
        """All lines, in order; none where there is no file. Raises DamagedLinesError, OSError."""
        rows: list[Row] = []
        self._seal, self._end = "", 0
        data = self.path.read_bytes() if self.path.exists() else b""
        *whole, rest = data.split(b"\n")
        for number, line in enumerate(whole, 1):
            row = self._opened(line)
            if row is None:
                raise DamagedLinesError(self.path, number)
            rows.append(row)
            self._end += len(line) + 1
        row = self._opened(rest)
        self._lacks_newline = row is not None
        if row is not None:
            rows.append(row)
            self._end += len(rest)
        return rows

    def append(self, row: Mapping[str, Any]) -> None:
        """Adds a line; it is on the disk when this returns. `read` must have been called before. Raises OSError, and
        nothing is added then."""
        seal = _seal(self._seal, dict(row))
        line = b"\n" * self._lacks_newline + _as_line({**row, _SEAL: seal}) + b"\n"
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o644)
        try:
            _write_at(descriptor, self._end, line)
        finally:
            os.close(descriptor)
        if self._end == 0:
            sync_folder(self.path.parent)
        self._seal, self._end, self._lacks_newline = seal, self._end + len(line), False

    def _opened(self, line: bytes) -> Row | None:
        """The object in a line, None where it does not follow the line before."""
        with suppress(ValueError, AttributeError):
            row: Row = json.loads(line)
            seal = row.pop(_SEAL, None)
            if seal == _seal(self._seal, row):
                self._seal = str(seal)
                return row
        return None


def _as_line(row: Row) -> bytes:
    try:
        return json.dumps(row, ensure_ascii=False).encode()
    except UnicodeEncodeError:  # half a character, from a terminal or a file name that is no Unicode
        return json.dumps(row).encode()


def _seal(before: str, row: Row) -> str:
    text = before + json.dumps(row, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_SEAL_DIGITS]


def _write_at(descriptor: int, start: int, data: bytes) -> None:
    """Writes at `start`, over what a crash left there; a write that fails half-way is taken back."""
    os.ftruncate(descriptor, start)
    os.lseek(descriptor, start, os.SEEK_SET)
    try:
        while data:
            data = data[os.write(descriptor, data) :]
        os.fsync(descriptor)
    except OSError:
        with suppress(OSError):
            os.ftruncate(descriptor, start)
        raise


class FileLock:
    """A lock that the system takes back when its holder dies, whatever killed it. It holds the file, not a name: after
    taking it, `is_current` says whether the file is still the one at `path`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None

    def take(self) -> bool:
        """Whether it was free; on a file system that knows no locks it always is. Raises OSError where the file cannot
        be made."""
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o644)
        if not _lock(descriptor):
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        return True

    def is_current(self) -> bool:
        """Whether it is held, and the file that is held stands at the path still."""
        if self._descriptor is None:
            return False
        try:
            return os.path.samestat(os.fstat(self._descriptor), os.stat(self.path))
        except OSError:
            return False

    def release(self) -> None:
        """Gives it back; nothing happens where it is not held."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def _lock(descriptor: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno not in _HELD_ELSEWHERE
    return True
