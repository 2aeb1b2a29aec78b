"""What tests ask a Dask cluster to do, and the cluster: a scheduler and two workers, on this machine only."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from schemas.errors import MissingTool, Refused

ON_WORKER = "TEST_CLUSTER_WORKER"
ROOT = Path(__file__).parent.parent
# As docs/quy-mo-lon.md says: a worker holds only what it is reading, and a second death is enough.
SETTINGS = {
    "DASK_DISTRIBUTED__SCHEDULER__WORKER_SATURATION": "1.0",
    "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1",
}
WORKER = ("--nthreads", "1", "--no-dashboard", "--memory-limit", "0")


@dataclass(frozen=True)
class Letter:
    """A file whose text says what becomes of its reader."""

    path: Path


def open_letter(letter: Letter) -> str:
    """What the file says, after a moment; or as bad as it says."""
    said = letter.path.read_text(encoding="utf-8")
    time.sleep(0.05)
    match said:
        case "refuse":
            raise Refused("ENCRYPTED", "chi tiết")
        case "abort":
            os.abort()
        case "spin":
            while True:
                pass
        case "devour":
            hoard = []
            while True:
                hoard.append(bytearray(1 << 20))
        case "kill the worker" if os.environ.get(ON_WORKER):
            os.kill(os.getppid(), signal.SIGKILL)
            time.sleep(600)
        case "tool" if os.environ.get(ON_WORKER):
            raise MissingTool("TOOL_MISSING", "Máy này chưa có công cụ cần dùng.", "Cài công cụ.")
        case "who":
            return str(os.getppid())
    return said


class Cluster:
    """A scheduler and its workers, each a process of its own."""

    def __init__(self, address: str, scheduler: "subprocess.Popen[bytes]", kept: ExitStack) -> None:
        self.address = address
        self.scheduler = scheduler
        self._kept = kept

    def start_worker(self, *options: str, **environment: str) -> "subprocess.Popen[bytes]":
        """A worker that is not started again when it dies, unless it has a nanny."""
        return self._kept.enter_context(
            _running(["distributed.cli.dask_worker", self.address, *WORKER, *options], {ON_WORKER: "1", **environment})
        )


@contextmanager
def cluster(workers: int, *options: str, **environment: str) -> Iterator[Cluster]:
    """A cluster on the loopback interface; `options` are the workers'."""
    with ExitStack() as kept:
        command = ["distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"]
        if environment:
            command += ["--protocol", "tls"]
        scheduler = kept.enter_context(_running(command, environment))
        made = Cluster(_address(scheduler), scheduler, kept)
        for _ in range(workers):
            made.start_worker(*options, **environment)
        yield made


@contextmanager
def _running(command: list[str], environment: dict[str, str]) -> "Iterator[subprocess.Popen[bytes]]":
    process = subprocess.Popen(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        env={**os.environ, **SETTINGS, "PYTHONPATH": str(ROOT), **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE if command[0].endswith("scheduler") else subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        for number in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(process.pid, number)
                process.wait(10)
            except (ProcessLookupError, subprocess.TimeoutExpired):
                continue
        if process.stderr:
            process.stderr.close()


def _address(scheduler: "subprocess.Popen[bytes]") -> str:
    """What the scheduler says it listens at."""
    assert scheduler.stderr
    for line in scheduler.stderr:
        if found := re.search(rb"Scheduler at:\s+(\S+)", line):
            return found[1].decode()
    raise AssertionError("the scheduler did not start")
