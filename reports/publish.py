"""What the office gives to those who have no tonghop: dated copies of the warehouse in a shared folder, read-only, as a
DuckDB file and as Parquet, and a file that names the newest.

    moi-nhat.txt                    the name of the newest copy: one line
    HUONG-DAN.txt                   how to open it in Excel, DuckDB, Python
    000012-20201123T081500/         one copy; whoever has it open keeps it
        tonghop.duckdb              views, and comments that say what each column means
        parquet/<view>.parquet

A copy is written beside under another name, then renamed: nobody ever meets half of one.
"""

import os
import shutil
import stat
from contextlib import suppress
from datetime import datetime
from importlib.resources import files
from pathlib import Path

import duckdb

from reports.output import make_folder
from reports.query import list_views
from schemas.errors import UsageFault

POINTER, GUIDE, DATABASE, PARQUET = "moi-nhat.txt", "HUONG-DAN.txt", "tonghop.duckdb", "parquet"
BEING_WRITTEN, BEING_REMOVED = ".dang-ghi", ".dang-xoa"
_READ_ONLY = stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH


def publish(connection: duckdb.DuckDBPyConnection, folder: Path, now: datetime, kept: int) -> Path:
    """Writes a copy of the snapshot that `connection` has open into `folder` (made if need be), points to it, sweeps all
    but the newest `kept`, and returns its folder. Raises UsageFault where it cannot be written; the pointer still names
    the last whole copy then."""
    make_folder(folder)
    try:
        for left in [*folder.glob(f"*{BEING_WRITTEN}"), *folder.glob(f"*{BEING_REMOVED}")]:
            _remove(left)
        name = f"{1 + max(map(_serial, folder.iterdir()), default=0):06d}-{now:%Y%m%dT%H%M%S}"
        fresh = folder / (name + BEING_WRITTEN)
        try:
            _write(connection, fresh)
            fresh.rename(folder / name)
        finally:
            _remove(fresh)
        _put(folder / GUIDE, _guide(connection, folder, name, kept))
        _put(folder / POINTER, name + "\n")
        for old in sorted((path for path in folder.iterdir() if _serial(path)), key=_serial)[:-kept]:
            _sweep(old)
    except (OSError, duckdb.IOException) as error:
        said = getattr(error, "strerror", None) or str(error)
        raise UsageFault(
            "OUTPUT_UNWRITABLE", f"Không ghi được vào {folder}: {said}.", "Kiểm tra ổ đĩa còn chỗ và quyền ghi."
        ) from error
    return folder / name


def _write(connection: duckdb.DuckDBPyConnection, fresh: Path) -> None:
    (fresh / PARQUET).mkdir(parents=True)
    found = connection.execute("SELECT path FROM duckdb_databases() WHERE database_name = current_database()").fetchone()
    if found is None or found[0] is None:
        raise UsageFault("OUTPUT_UNWRITABLE", "Không thấy tệp của kho dữ liệu.", "Chạy lại lệnh.")
    shutil.copyfile(found[0], fresh / DATABASE)
    for view in list_views(connection):
        path = fresh / PARQUET / f"{view.name}.parquet"
        connection.sql(f"FROM {view.name}").write_parquet(str(path))
        path.chmod(_READ_ONLY)
    (fresh / DATABASE).chmod(_READ_ONLY)


def _guide(connection: duckdb.DuckDBPyConnection, folder: Path, name: str, kept: int) -> str:
    views = "\n".join(f"    {view.name}: {view.about or ''}" for view in list_views(connection))
    text = (files("reports") / "templates" / "publish.txt").read_text(encoding="utf-8")
    return text.format(folder=folder.absolute(), name=name, kept=kept, views=views)


def _put(path: Path, text: str) -> None:
    """Line ends as Notepad on older Windows needs them; no mark: the pointer is read by programs."""
    beside = path.with_name(path.name + BEING_WRITTEN)
    with beside.open("w", encoding="utf-8", newline="\r\n") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    os.replace(beside, path)


def _serial(path: Path) -> int:
    """The number that the name of a whole copy begins with: it rises though the clock was set back. 0: no copy."""
    head, _, rest = path.name.partition("-")
    return int(head) if head.isdigit() and rest.replace("T", "").isdigit() else 0


def _sweep(old: Path) -> None:
    """Under another name first: where a reader holds a file (Windows) that fails, and the copy stays whole until later."""
    gone = old.with_name(old.name + BEING_REMOVED)
    with suppress(OSError):
        old.rename(gone)
        _remove(gone)


def _remove(path: Path) -> None:
    """A file, or a folder with all that is in it, also what is read-only; what cannot go stays for a later sweep."""
    with suppress(OSError):
        if not path.is_dir():
            path.unlink(missing_ok=True)
            return
        for inner in path.rglob("*"):
            if inner.is_file():
                inner.chmod(stat.S_IRUSR | stat.S_IWUSR)
        shutil.rmtree(path, ignore_errors=True)
