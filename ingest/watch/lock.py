"""One watcher a folder: a lock file in the inbox that says who watches, and shows that it is alive."""

import json
import os
import socket
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ingest.durable import FileLock
from schemas.errors import WarehouseFault
from schemas.office import Settings

LOCK = ".tonghop-khoa"
_MOST_BYTES = 4096


class WatchLock:
    """Held while a folder is watched.

    On one machine the system's lock decides, and frees itself when its holder dies. A share may not pass locks on to
    other machines, so the file also has a counter that its holder raises at each look: a lock of another machine is
    taken over only when its counter stood still for `watch_stale_seconds`, told by our own clock.
    """

    def __init__(self, inbox: Path, settings: Settings) -> None:
        self._path = inbox / LOCK
        self._settings = settings
        self._lock = FileLock(self._path)
        self._beats = 0
        self._owner = {
            "host": socket.gethostname(),
            "pid": os.getpid(),
            "process_started": _started(os.getpid()),
            "watching_since": datetime.now(UTC).isoformat(timespec="seconds"),
        }

    def hold(self) -> None:
        """Takes the lock, or shows that it is still held; a folder that went away and came back is locked anew.

        Raises WarehouseFault where another watcher holds it, OSError where the folder cannot be written.
        """
        if not self._lock.is_current():
            self._lock.release()
            self._take()
        elif self._is_of_another(self._read()):  # another machine, to which our lock was not passed on
            self._lock.release()
            raise _held(self._path.parent, self._read())
        self._beats += 1
        self._write({**self._owner, "beats": self._beats})

    def release(self) -> None:
        """Gives the folder back and leaves nothing in it."""
        if self._lock.is_current():
            with suppress(OSError):
                self._path.unlink()
        self._lock.release()

    def _take(self) -> None:
        holder = self._read()
        if not self._lock.take():
            raise _held(self._path.parent, holder)
        if holder.get("host") not in (None, self._owner["host"]):
            self._wait_for_life(holder)
        elif _lives(holder) and self._is_of_another(holder):  # on a file system without locks
            self._lock.release()
            raise _held(self._path.parent, holder)
        if not self._lock.is_current():  # its last holder removed it just now
            self._lock.release()
            raise _held(self._path.parent, holder)

    def _wait_for_life(self, holder: dict[str, Any]) -> None:
        end = time.monotonic() + self._settings.watch_stale_seconds
        while time.monotonic() < end:
            time.sleep(min(1.0, self._settings.watch_poll_seconds))
            if self._read() != holder:
                self._lock.release()
                raise _held(self._path.parent, self._read())

    def _is_of_another(self, holder: dict[str, Any]) -> bool:
        return bool(holder) and any(holder.get(name) != value for name, value in self._owner.items())

    def _read(self) -> dict[str, Any]:
        """What stands in the file, nothing where it is missing, empty or torn."""
        with suppress(OSError, ValueError):
            found = json.loads(self._path.read_bytes()[:_MOST_BYTES])
            return found if isinstance(found, dict) else {}
        return {}

    def _write(self, content: dict[str, Any]) -> None:
        # In place: another file under this name would not be the one that is locked.
        with self._path.open("r+b") as stream:
            stream.write(json.dumps(content).encode().ljust(_MOST_BYTES // 8))
            stream.truncate()


def _started(pid: int) -> str | None:
    """When a process was started, in the system's own measure; a number of a process is used again, this is not."""
    with suppress(OSError, IndexError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    return None


def _lives(holder: dict[str, Any]) -> bool:
    """Whether the process of this machine that wrote the lock is still there; told on Linux only."""
    started = holder.get("process_started")
    return started is not None and _started(holder.get("pid", 0)) == started


def _held(inbox: Path, holder: dict[str, Any]) -> WarehouseFault:
    who = f" (máy {holder.get('host')}, tiến trình {holder.get('pid')})" if holder else ""
    return WarehouseFault(
        "WATCHED_ALREADY",
        f"Thư mục {inbox} đang được một chương trình khác theo dõi{who}.",
        "Mỗi thư mục chỉ một chương trình theo dõi: dừng chương trình kia, hoặc để nó chạy tiếp.",
    )
