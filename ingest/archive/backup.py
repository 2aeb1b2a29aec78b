"""Backup and restore: warehouse, archive and the office's files as one ZIP, with a list of what must be in it."""

import hashlib
import json
import os
import shutil
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path, PurePosixPath

from ingest.archive.store import JOURNAL, LEDGER, LOADED, REFUSED, archive_faults
from ingest.durable import BEING_WRITTEN, move, sync_folder
from schemas.errors import UsageFault

_LIST = "danh-muc.json"
_WAREHOUSE, _ARCHIVE, _OFFICE = "kho.duckdb", "kho-goc", "van-phong"
_PIECE = 1 << 20
_RESTORED = ".dang-phuc-hoi"


def backup(warehouse: Path, archive: Path, office: Sequence[Path], target: Path) -> int:
    """Writes all of it to the file `target` and returns how many files that is. Nobody may write meanwhile.

    Raises UsageFault where `target` exists or lies in the archive, WarehouseFault where it cannot be written.
    """
    if target.exists():
        raise UsageFault("BACKUP_EXISTS", f"{target} đã có.", "Chọn tên khác; bản sao lưu cũ không bị ghi đè.")
    if target.absolute().is_relative_to(archive.absolute()):
        raise UsageFault("BACKUP_INSIDE", f"{target} nằm trong kho gốc.", "Chọn thư mục khác, tốt nhất là ổ đĩa khác.")
    beside = target.with_name(target.name + BEING_WRITTEN)
    with archive_faults(target.parent):
        try:
            hashes = _write(beside, list(_members(warehouse, archive, office)))
            move(beside, target)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
    return len(hashes)


def _members(warehouse: Path, archive: Path, office: Sequence[Path]) -> Iterator[tuple[str, Path]]:
    """Name in the backup, file. What belongs to this machine alone (locks, heartbeats) stays out."""
    for path, name in ((warehouse, _WAREHOUSE), (warehouse.with_name(warehouse.name + ".wal"), f"{_WAREHOUSE}.wal")):
        if path.exists():
            yield name, path
    kept = [archive / LEDGER, archive / JOURNAL, *(archive / LOADED).rglob("*"), *(archive / REFUSED).rglob("*")]
    for path in sorted(kept):
        if path.is_file():
            yield f"{_ARCHIVE}/{path.relative_to(archive).as_posix()}", path
    for path in office:
        yield f"{_OFFICE}/{path.name}", path


def _write(path: Path, members: Sequence[tuple[str, Path]]) -> dict[str, str]:
    """Reports are packed already, and a backup is soon wanted back: nothing is compressed."""
    hashes: dict[str, str] = {}
    with path.open("wb") as stream:
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED, strict_timestamps=False) as package:
            for name, source in members:
                sha256 = hashlib.sha256()
                with source.open("rb") as data, package.open(zipfile.ZipInfo(name), "w", force_zip64=True) as packed:
                    while piece := data.read(_PIECE):
                        packed.write(piece)
                        sha256.update(piece)
                hashes[name] = sha256.hexdigest()
            package.writestr(_LIST, json.dumps(hashes, ensure_ascii=False, indent=0))
        stream.flush()
        os.fsync(stream.fileno())
    return hashes


def restore(source: Path, warehouse: Path, archive: Path, set_aside: Callable[[Path], Path | None]) -> list[Path]:
    """Puts a backup in the place of warehouse and archive, once every byte of it is known to be right; what stood there
    keeps standing under other names, which are returned. Office files are written where there are none.

    Raises UsageFault where the file is no backup or is damaged; nothing is changed then.
    """
    fresh, fresh_archive = (path.with_name(path.name + _RESTORED) for path in (warehouse, archive))
    with archive_faults(warehouse.parent):
        for left in (fresh, fresh.with_name(fresh.name + ".wal")):
            left.unlink(missing_ok=True)
        shutil.rmtree(fresh_archive, ignore_errors=True)
        fresh_archive.mkdir()
        try:
            _unpack(source, fresh, fresh_archive, warehouse.parent)
        except BaseException:
            shutil.rmtree(fresh_archive, ignore_errors=True)
            fresh.unlink(missing_ok=True)
            raise
        aside = [kept for path in (warehouse, archive) if (kept := set_aside(path))]
        move(fresh_archive, archive)
        for ending in (".wal", ""):
            if (unpacked := fresh.with_name(fresh.name + ending)).exists():
                move(unpacked, warehouse.with_name(warehouse.name + ending))
    return aside


def _unpack(source: Path, warehouse: Path, archive: Path, office: Path) -> None:
    try:
        with zipfile.ZipFile(source) as package:
            hashes: dict[str, str] = json.loads(package.read(_LIST))
            if not hashes or {*hashes, _LIST} != set(package.namelist()):
                raise _damaged(source, _LIST)
            settled = [(name, target) for name in hashes if (target := _place(name, warehouse, archive, office))]
            for name, target in settled:
                _unpack_one(package, name, target, hashes[name], source)
    except (zipfile.BadZipFile, KeyError, ValueError, EOFError, FileNotFoundError, IsADirectoryError) as error:
        raise _damaged(source, str(error)) from error


def _place(name: str, warehouse: Path, archive: Path, office: Path) -> Path | None:
    """Where a file of the backup goes, None where what is there is kept. Raises ValueError for a name that leads out."""
    top, *rest = PurePosixPath(name).parts
    if ".." in rest or "\\" in name or ":" in name or name.startswith("/"):
        raise ValueError(name)
    if top == _ARCHIVE and rest:
        return archive.joinpath(*rest)
    if top == _OFFICE and len(rest) == 1:
        return None if (office / rest[0]).exists() else office / rest[0]
    if name in (_WAREHOUSE, f"{_WAREHOUSE}.wal"):
        return warehouse.with_name(warehouse.name + name.removeprefix(_WAREHOUSE))
    raise ValueError(name)


def _unpack_one(package: zipfile.ZipFile, name: str, target: Path, wanted: str, source: Path) -> None:
    sha256 = hashlib.sha256()
    target.parent.mkdir(parents=True, exist_ok=True)
    with package.open(name) as packed, target.open("wb") as copy:
        while piece := packed.read(_PIECE):
            copy.write(piece)
            sha256.update(piece)
        copy.flush()
        os.fsync(copy.fileno())
    with suppress(OSError):
        sync_folder(target.parent)
    if sha256.hexdigest() != wanted:
        target.unlink()
        raise _damaged(source, name)


def _damaged(source: Path, what: str) -> UsageFault:
    return UsageFault(
        "BACKUP_DAMAGED", f"{source} không phải bản sao lưu của tonghop hoặc đã hỏng ({what}).", "Dùng bản sao lưu khác."
    )
