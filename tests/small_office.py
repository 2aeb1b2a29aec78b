"""A small office whose reports are one line of JSON: what archive and watch folder do does not depend on Word.

`python -m tests.small_office INBOX DB [--once] [--kill STEP:NUMBER]` watches as the program does; `--kill` ends it with
SIGKILL at a step, the NUMBERth time that it comes to it.
"""

import argparse
import json
import os
import signal
import sys
import threading
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from ingest import durable
from ingest.archive import Archive, Staged, folder_of
from ingest.intake import Answer, Read, WatchedIntake
from ingest.readers.whole import is_whole
from ingest.warehouse import Warehouse
from ingest.watch import Inbox, Status, Watcher, status_path
from schemas.errors import MissingTool, Refused
from schemas.office import Settings
from tests.office_made import AN, BINH, CHI, DONG, OFFICE, number, report

QUICK = Settings(
    watch_poll_seconds=0.02,
    watch_doubt_seconds=0.5,
    watch_retry_seconds=0.01,
    watch_stale_seconds=0.2,
    watch_free_mb=0,
    busy_seconds=0.2,
)
SMALL = OFFICE.model_copy(update={"settings": QUICK})
UNITS = {unit.short_name: unit for unit in (AN, BINH, CHI, DONG)}


def write(path: Path, unit: str | None = "An", value: float = 5, day: int = 1, **more: Any) -> Path:
    """A report; `more` may be refuse=CODE, or needs=TOOL."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"unit": unit, "value": value, "day": day, **more}), encoding="utf-8")
    return path


def packed(unit: str, value: float, day: int, filling: int = 0) -> bytes:
    """A report in a ZIP, as Word's are: its end can be told."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr("bao-cao.json", json.dumps({"unit": unit, "value": value, "day": day}))
        package.writestr("anh.bin", bytes(filling))
    return stream.getvalue()


def read_one(staged: Staged) -> Answer:
    content = staged.path.read_bytes()
    if content.startswith(b"PK"):
        try:
            with zipfile.ZipFile(BytesIO(content)) as package:
                content = package.read("bao-cao.json")
        except zipfile.BadZipFile:
            return Refused("DAMAGED")
    data = json.loads(content)
    if "refuse" in data:
        return Refused(data["refuse"], "vì thử")
    if "needs" in data and not os.environ.get(data["needs"]):
        return MissingTool("TOOL_MISSING", "Máy này chưa có công cụ cần dùng.", "Cài công cụ.")
    unit = UNITS.get(staged.arrival.unit or data["unit"])
    signed = date(2020, 6, 1) + timedelta(days=data["day"])
    made = report(unit, {(1, "1", "2019"): number(data["value"])}, name=staged.arrival.file_name, signed=signed)
    source = replace(
        made.source,
        sha256=staged.arrival.sha256,
        file_name=staged.arrival.file_name,
        bytes=staged.arrival.bytes,
    )
    return replace(made, source=source)


def read(staged: Iterable[Staged]) -> Iterator[tuple[Staged, Answer]]:
    for one in staged:
        yield one, read_one(one)


def render(connection: Any, submission_id: str) -> str:
    return f"<p>{submission_id}</p>"


def watcher(
    inbox: Path, db: Path, settings: Settings = QUICK, tell: Callable[[str], None] = lambda text: None, read: Read = read
) -> Watcher:
    archive = folder_of(db)
    archive.mkdir(exist_ok=True)
    office = SMALL.model_copy(update={"settings": settings})
    status = Status(status_path(archive, inbox), inbox)
    take_in = WatchedIntake(db, office, read, render, lambda verdict, answer, warehouse: None, tell)
    return Watcher(Inbox(inbox, settings, is_whole), settings, take_in, status, tell)


def watch_once(inbox: Path, db: Path, settings: Settings = QUICK) -> dict[str, int]:
    """Watches until all that is ready is taken in; the counts of outcomes."""
    made = watcher(inbox, db, settings)
    made.run(threading.Event(), once=True)
    return dict(json.loads(status_path(folder_of(db), inbox).read_bytes())["since_start"])


# -- killing

STEPS: dict[str, tuple[Any, str, bool]] = {
    "seen": (Inbox, "claim", False),
    "claimed": (Inbox, "claim", True),
    "copying": (Archive, "_copy", False),
    "copied": (Archive, "stage", True),
    "parsed": (Warehouse, "load", False),
    "in transaction": (Warehouse, "_insert", True),
    "committed": (Warehouse, "_checkpoint", False),
    "loaded": (Warehouse, "load", True),
    "before the move": (Archive, "place", False),
    "after the move": (Archive, "place", True),
    "before the ledger": (Archive, "note", False),
    "in the ledger's line": (durable, "_write_at", False),
    "after the ledger": (Archive, "note", True),
    "before removal": (Inbox, "release", False),
    "after removal": (Inbox, "release", True),
    "refused": (Warehouse, "refuse", True),
    "before rejection": (Archive, "reject", False),
    "after rejection": (Archive, "reject", True),
    "before the snapshot": (Warehouse, "snapshot", False),
}
"""Step → what to wrap, and whether the blow comes after it."""


def kill_at(step: str, number: int) -> None:
    """Makes this process end, as by kill -9, the `number`th time that it comes to `step`."""
    owner, name, comes_after = STEPS[step]
    original = getattr(owner, name)
    left = [number]

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        left[0] -= 1
        if left[0] == 0 and not comes_after:
            if step == "in the ledger's line":
                descriptor, start, line = args
                os.pwrite(descriptor, line[: len(line) // 2], start)
            os.kill(os.getpid(), signal.SIGKILL)
        result = original(*args, **kwargs)
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(owner, name, wrapped)


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("inbox", type=Path)
    arguments.add_argument("db", type=Path)
    arguments.add_argument("--once", action="store_true")
    arguments.add_argument("--kill", default="")
    given = arguments.parse_args()
    if given.kill:
        step, _, number = given.kill.rpartition(":")
        kill_at(step, int(number))
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    watcher(given.inbox, given.db, tell=lambda text: print(text, file=sys.stderr, flush=True)).run(stop, once=given.once)


if __name__ == "__main__":
    main()
