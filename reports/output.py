"""Files that people get: written beside under another name, then renamed, so that nobody ever meets half a file."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from schemas.errors import UsageFault

_CLOSE_IT = "Đóng tệp nếu đang mở (Excel, Word), hoặc ghi ra tệp khác."


@contextmanager
def beside(path: Path) -> Iterator[Path]:
    """A path in the folder of `path` to write to; it takes that name when all went well, else nothing of it stays.

    Raises UsageFault where the folder is missing, the disk refuses, or another program holds the file (Excel on Windows
    lets nobody replace what it has open). A file that LibreOffice has open is known by its lock file.
    """
    check_writable(path)
    fresh = path.with_name(f".{path.stem}.{os.getpid()}{path.suffix}")
    try:
        yield fresh
        os.replace(fresh, path)
    except OSError as error:
        raise _unwritable(path, error.strerror or str(error)) from error
    finally:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)


def check_writable(path: Path) -> None:
    """Raises UsageFault where it is known beforehand that `path` cannot be written, so that no work is lost on it."""
    if not path.parent.is_dir():
        raise UsageFault("OUTPUT_UNWRITABLE", f"Không có thư mục {path.parent}.", "Tạo thư mục hoặc ghi ra nơi khác.")
    if path.is_dir():
        raise UsageFault("OUTPUT_UNWRITABLE", f"{path} là thư mục, không phải tệp.", "Ghi tên tệp cần ghi ra.")
    open_in_office = path.with_name(f".~lock.{path.name}#").exists() or path.with_name(f"~${path.name}").exists()
    if open_in_office and path.exists():
        raise _unwritable(path, "tệp đang mở trong chương trình khác")
    try:
        with path.open("r+b"):
            pass
    except FileNotFoundError:
        return
    except OSError as error:
        raise _unwritable(path, error.strerror or str(error)) from error


def make_folder(folder: Path) -> None:
    """Make the folder that files go to. Raises UsageFault where that cannot be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(folder, error.strerror or str(error)) from error


def _unwritable(path: Path, why: str) -> UsageFault:
    return UsageFault("OUTPUT_UNWRITABLE", f"Không ghi được {path}: {why}.", _CLOSE_IT)
