"""What a watcher is doing, as a small JSON file that people and monitors read; the newest moment in it is its heartbeat."""

import json
import os
import socket
import time
from collections import Counter
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from ingest.durable import write_whole
from ingest.watch.inbox import Look, Waiting

PREFIX = "theo-doi-"
# More names than a person reads; the counts are of all.
_NAMES_SHOWN = 50
_SECONDS_BETWEEN = 1.0


def status_path(archive: Path, inbox: Path) -> Path:
    """Where the watcher of an inbox says what it does: in the archive that it fills."""
    return archive / f"{PREFIX}{sha256(os.fsencode(inbox.resolve())).hexdigest()[:8]}.json"


def read_statuses(archive: Path) -> list[dict[str, Any]]:
    """What every watcher of an archive wrote last."""
    return [found for path in sorted(archive.glob(f"{PREFIX}*.json")) if (found := _read(path))]


class Status:
    """Keeps the status file; that it cannot be written (a full disk) stops nobody."""

    def __init__(self, path: Path, inbox: Path) -> None:
        self._path = path
        self._before = _read(path) or {}
        self.waiting: list[Waiting] = []
        """What waited at the last look."""
        self._written = 0.0
        self.counts: Counter[str] = Counter()
        self._said: dict[str, Any] = {
            "inbox": str(inbox.resolve()),
            "state": "running",
            "host": socket.gethostname(),
            "pid": os.getpid(),
            "started": _now(),
            "beat": _now(),
            "hindered_by": None,
            "last_taken": self._before.get("last_taken"),
        }

    def waiting_before(self) -> list[Waiting]:
        """The files that waited when the last watcher of this inbox stopped."""
        with suppress(TypeError, KeyError, ValueError):
            return [Waiting(**{**row, "standing": tuple(row["standing"])}) for row in self._before.get("waiting", [])]
        return []

    def looked(self, look: Look) -> None:
        """After each look."""
        self.waiting = look.waiting
        self._said |= {
            "hindered_by": None,
            "ready": len(look.ready),
            "waiting_count": len(look.waiting),
            "waiting": [asdict(waiting) for waiting in look.waiting[:_NAMES_SHOWN]],
            "junk": look.junk,
            "ignored_count": len(look.ignored),
            "ignored": look.ignored[:_NAMES_SHOWN],
        }
        self._write()

    def took(self, outcome: str) -> None:
        """After each file."""
        self.counts[outcome] += 1
        self._said["last_taken"] = _now()
        if time.monotonic() - self._written > _SECONDS_BETWEEN:
            self._write()

    def hindered(self, why: str) -> None:
        """When something of ours stands in the way."""
        self._said["hindered_by"] = why
        self._write()

    def ended(self) -> None:
        """When the watcher stops of its own will; one that was killed leaves an old heartbeat instead."""
        self._said["state"] = "stopped"
        self._write()

    def _write(self) -> None:
        content = {**self._said, "beat": _now(), "since_start": dict(self.counts)}
        self._written = time.monotonic()
        with suppress(OSError):
            write_whole(self._path, json.dumps(content, ensure_ascii=False, indent=1).encode("utf-8", "replace"))


def _read(path: Path) -> dict[str, Any] | None:
    with suppress(OSError, ValueError):
        found = json.loads(path.read_bytes())
        return found if isinstance(found, dict) else None
    return None


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
