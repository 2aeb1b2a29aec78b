"""The folder of a warehouse's snapshots: names, the pointer to the newest, and sweeping. Knows files, no SQL."""

import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from ingest.durable import FileLock

KEPT = 3
POINTER = "moi-nhat.txt"
SUFFIX = ".duckdb"
LOCK = "khoa"
BEING_WRITTEN = ".dang-ghi"


def folder(warehouse: Path) -> Path:
    """Where the snapshots of a warehouse stand."""
    return warehouse.with_name(warehouse.name + ".snapshots")


def fresh(warehouse: Path) -> Path:
    """A path to write the next snapshot to; what an interrupted writer left there is removed (there is one writer)."""
    place = folder(warehouse)
    place.mkdir(exist_ok=True)
    for left in place.glob(f"*{BEING_WRITTEN}*"):
        _remove(left)
    serial = 1 + max((_serial(path) for path in place.glob(f"*{SUFFIX}")), default=0)
    return place / f"{serial:06d}-{datetime.now():%Y%m%dT%H%M%S}{SUFFIX}{BEING_WRITTEN}"


@contextmanager
def turn(warehouse: Path) -> Iterator[None]:
    """For readers that may have to write a snapshot: one after the other."""
    folder(warehouse).mkdir(exist_ok=True)
    lock = FileLock(folder(warehouse) / LOCK)
    while not lock.take():
        time.sleep(0.05)
    try:
        yield
    finally:
        lock.release()


def publish(warehouse: Path, written: Path) -> Path:
    """Give a finished snapshot its name, make it read-only, point to it and sweep the oldest. Returns its path."""
    snapshot = written.with_name(written.name.removesuffix(BEING_WRITTEN))
    written.rename(snapshot)
    snapshot.chmod(stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH)
    pointer = folder(warehouse) / POINTER
    beside = pointer.with_name(POINTER + BEING_WRITTEN)
    beside.write_text(snapshot.name, encoding="utf-8")
    os.replace(beside, pointer)
    for old in sorted(folder(warehouse).glob(f"*{SUFFIX}"), key=_serial)[:-KEPT]:
        _remove(old)
    return snapshot


def newest(warehouse: Path) -> Path | None:
    """The newest snapshot, None where there is none."""
    with suppress(OSError):
        named = folder(warehouse) / (folder(warehouse) / POINTER).read_text(encoding="utf-8").strip()
        if named.is_file():
            return named
    return max(folder(warehouse).glob(f"*{SUFFIX}"), key=_serial, default=None)


def _serial(path: Path) -> int:
    """The number a name begins with: it rises even where the clock was set back."""
    head = path.name.split("-", 1)[0]
    return int(head) if head.isdigit() else 0


def _remove(path: Path) -> None:
    """Where a reader holds the file (Windows), it goes at a later sweep."""
    with suppress(OSError):
        path.chmod(stat.S_IRUSR | stat.S_IWUSR)
        path.unlink()
