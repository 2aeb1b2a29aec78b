"""Many files in one go: as many communes' Word files as asked for, read and loaded by the program itself, killed on the way
and started again.

Measured: seconds, the most memory of any worker and of the program, what was lost or doubled by the kill (nothing may be).
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random

import duckdb

from bench.accuracy.base import draw_report
from bench.accuracy.layout import lay_out
from bench.accuracy.word_file import write_docx
from bench.scale.units import communes
from ingest.snapshots import newest
from schemas.form import load_form

ROOT = Path(__file__).parent.parent.parent
FORM = "cchc-2011-2020"
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Many:
    """What was read: files, files in the warehouse and communes among their senders, seconds, megabytes."""

    files: int
    loaded: int
    senders: int
    seconds: float
    killed_after: float
    worker_megabytes: float
    program_megabytes: float
    warehouse_megabytes: float


def write_files(folder: Path, count: int, jobs: int) -> None:
    """`count` reports of as many communes."""
    folder.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(jobs) as pool:
        for _ in pool.map(partial(_write, folder, count), range(count), chunksize=20):
            pass


def _write(folder: Path, count: int, number: int) -> None:
    rng = Random(f"nation {number}")
    report = draw_report(rng, load_form(FORM), communes(count)[number])
    write_docx(rng, lay_out(rng, report), folder / f"{number:05}.docx", report.hand.size, report.split_share)


def measure(folder: Path, office: Path, jobs: int) -> Many:
    """Reads the folder with `jobs` workers; the program is killed when it has done for a while, and started again."""
    db = folder.parent / "kho.duckdb"
    count = sum(1 for _ in folder.glob("*.docx"))
    command = [sys.executable, ROOT / "pipeline.py", "ingest", folder, "--jobs", str(jobs), "--json",
               "--db", db, "--office", office]  # fmt: skip
    start = time.perf_counter()
    first = _Watched(command)
    while first.lines < count // 3 and first.poll():
        continue
    first.process.send_signal(signal.SIGKILL)
    first.process.wait()
    killed_after = time.perf_counter() - start
    second = _Watched(command)
    while second.poll():
        continue
    if second.process.returncode != 0:
        raise RuntimeError(f"ingest ended with {second.process.returncode}")
    seconds = time.perf_counter() - start
    snapshot = newest(db)
    assert snapshot
    with duckdb.connect(str(snapshot), read_only=True) as connection:
        found = connection.execute(
            "SELECT count(*), count(DISTINCT unit_code) FROM submissions WHERE is_current AND status = 'received'"
        ).fetchone()
    assert found
    worker, program = max(first.worker, second.worker), max(first.program, second.program)
    return Many(count, found[0], found[1], seconds, killed_after, worker, program, db.stat().st_size / 1e6)


class _Watched:
    """The program as it runs: how many files it has told of, and the most memory it and each of its workers had."""

    def __init__(self, command: list[object]) -> None:
        self.process = subprocess.Popen(list(map(str, command)), stdout=subprocess.PIPE, cwd=ROOT)
        self.lines = 0
        self.worker = self.program = 0.0
        self._buffer = b""
        assert self.process.stdout
        os.set_blocking(self.process.stdout.fileno(), False)

    def poll(self) -> bool:
        """Looks once; False when the program has ended."""
        time.sleep(0.2)
        assert self.process.stdout
        self._buffer += self.process.stdout.read() or b""
        *whole, self._buffer = self._buffer.split(b"\n")
        self.lines += sum(1 for line in whole if json.loads(line))
        self.program = max(self.program, _resident(self.process.pid))
        for child in _children(self.process.pid):
            self.worker = max(self.worker, _resident(child))
        return self.process.poll() is None


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _resident(pid: int) -> float:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE / 1e6
    except (OSError, IndexError):
        return 0.0


def lines(many: Many, jobs: int) -> Iterator[str]:
    """What docs/measurements.md says."""
    yield "| tệp | `--jobs` | giây | giây/tệp | `kill -9` lúc | vào kho, số xã | bộ nhớ trình đọc, chương trình | kho |"
    yield "|--:|--:|--:|--:|--:|--:|--:|--:|"
    yield (
        f"| {many.files} | {jobs} | {many.seconds:.0f} | {many.seconds / many.files:.2f} | {many.killed_after:.0f} giây | "
        f"{many.loaded}, {many.senders} | {many.worker_megabytes:.0f} MB, {many.program_megabytes:.0f} MB | "
        f"{many.warehouse_megabytes:.0f} MB |"
    ).replace(".", ",")
