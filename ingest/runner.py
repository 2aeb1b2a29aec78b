"""Many files, each read in a child process with limits: a bad file ends its own process and nothing else.

A worker is a fresh Python process (never a fork: the caller may have threads) that leads a session of its own, and
reads one file after another, so its start and imports are paid once. It is ended, with every process it started, when a
file passes a limit, and replaced. On Windows, which has no `resource` module, only the wall clock limits a file.
"""

import contextlib
import multiprocessing
import os
import pickle
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from multiprocessing import connection
from types import ModuleType, TracebackType
from typing import Any, Generic, NamedTuple, TypeVar

from ingest.patience import hear
from schemas.errors import Refused, TonghopError
from schemas.office import Settings

A = TypeVar("A")
R = TypeVar("R")

_SPAWN = multiprocessing.get_context("spawn")
# A process that a worker left behind can hold the worker's pipe open after its death, so death is also looked for.
_LOOK_SECONDS = 0.2
# A process being killed may just have started another, so it is asked again until none is left; one that hangs in the
# system cannot be waited for.
_KILL_ROUNDS = 200
_FAULT_ADVICE = "Đây là lỗi của chương trình, không phải của tệp; gửi chi tiết lỗi cho người phụ trách."


@dataclass(frozen=True, slots=True)
class Outcome(Generic[A, R]):
    """What became of one argument: a result, or an error. `details` is the traceback where the fault is ours."""

    argument: A
    result: R | None
    error: TonghopError | None
    details: str = ""
    seconds: float = 0.0


class _Wish(NamedTuple):
    """What a worker sends while it works: it needs so many seconds more, by the clock and of CPU."""

    seconds: float


class _Answer(NamedTuple):
    """What a worker sends back."""

    result: Any
    error: TonghopError | None
    details: str


def run_limited(function: Callable[[A], R], argument: A, settings: Settings) -> R:
    """`function(argument)` in a child process within the limits of `settings`.

    `function` is found by its name in its module, `argument` and the result are pickled. Raises what it raises of our
    tree of errors, Refused TOO_SLOW, TOO_MUCH_MEMORY, TOO_DEEP or CRASHED, and TonghopError FAULT for any other.
    """
    with Runner(function, settings) as runner:
        (outcome,) = runner.run_many([argument])
    if outcome.error:
        raise outcome.error
    return outcome.result  # type: ignore[return-value]  # None is a result where R allows it


def run_many(
    function: Callable[[A], R],
    arguments: Iterable[A],
    settings: Settings,
    jobs: int = 1,
    progress: Callable[[Outcome[A, R]], None] | None = None,
) -> Iterator[Outcome[A, R]]:
    """One outcome an argument, as they are done, from `jobs` workers; arguments are taken up only as workers are free.

    `progress` is called with each outcome before it is yielded. No worker outlives the iterator.
    """
    runner = Runner(function, settings, jobs)
    try:
        for outcome in runner.run_many(arguments):
            if progress:
                progress(outcome)
            yield outcome
    finally:
        runner.end()


class Runner(Generic[A, R]):
    """Workers kept warm between calls of `run_many`, for a watch folder; ended when the `with` block is left.

    `with` starts the first at once: its imports overlap with whatever the caller does before the first file. `apart`:
    the workers do not import this process's main module, which is somebody else's program.
    """

    def __init__(self, function: Callable[[A], R], settings: Settings, jobs: int = 1, *, apart: bool = False) -> None:
        self._function = function
        self._settings = settings
        self._apart = apart
        self._jobs = max(1, jobs)
        self._idle: list[_Worker] = []
        self._busy: list[_Worker] = []

    def __enter__(self) -> "Runner[A, R]":
        self._idle.append(self._new())
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.end()

    def end(self) -> None:
        """Ends the workers; those of an iterator that is still open end with it."""
        while self._idle:
            self._idle.pop().end()

    def run_many(self, arguments: Iterable[A]) -> Iterator[Outcome[A, R]]:
        """One outcome an argument, in the order in which they are done; what is left undone is dropped."""
        waiting = iter(arguments)
        try:
            self._fill(waiting)
            while self._busy:
                for worker in self._settled():
                    answer = worker.answer()
                    if worker.must_try_again(answer):
                        self._replace(worker)
                        continue
                    outcome = Outcome(worker.argument, *answer, seconds=worker.seconds)
                    self._release(worker, answer)
                    self._fill(waiting)
                    yield outcome
        finally:
            while self._busy:
                self._busy.pop().end()

    def _fill(self, waiting: Iterator[A]) -> None:
        while len(self._busy) < self._jobs:
            try:
                argument = next(waiting)
            except StopIteration:
                return
            worker = self._idle.pop() if self._idle else self._new()
            self._busy.append(worker)
            worker.give(argument)

    def _settled(self) -> "list[_Worker]":
        """Busy workers that have answered, died or passed the wall clock; waits a moment for one."""
        first = min(worker.deadline for worker in self._busy) - time.monotonic()
        connection.wait([worker.channel for worker in self._busy], max(0.0, min(first, _LOOK_SECONDS)))
        return [worker for worker in self._busy if worker.is_settled()]

    def _release(self, worker: "_Worker", answer: _Answer) -> None:
        self._busy.remove(worker)
        if worker.is_ended or (answer.error and answer.error.code == "TOO_MUCH_MEMORY"):
            worker.end()
        else:
            self._idle.append(worker)

    def _replace(self, worker: "_Worker") -> None:
        worker.end()
        fresh = self._new()
        self._busy[self._busy.index(worker)] = fresh
        fresh.give(worker.argument)

    def _new(self) -> "_Worker":
        return _Worker(self._function, self._settings, self._apart)


class _Worker:
    """A child process, as its owner sees it."""

    def __init__(self, function: Callable[[Any], Any], settings: Settings, apart: bool) -> None:
        self.argument: Any = None
        self.deadline = 0.0
        self.seconds = 0.0
        self.is_ended = False
        self._granted = 0.0
        self._answer: _Answer | None = None
        self._settings = settings
        self._given = 0
        self._since = 0.0
        self._folder = tempfile.mkdtemp(prefix="tonghop-")
        self.channel, theirs = _SPAWN.Pipe()
        self._process = _SPAWN.Process(target=_serve, args=(theirs, function, settings, self._folder), daemon=True)
        with _main_hidden() if apart else contextlib.nullcontext():
            self._process.start()
        theirs.close()

    def give(self, argument: Any) -> None:
        """Hands it the next argument; its clock starts."""
        self.argument = argument
        self._given += 1
        self._since = time.monotonic()
        self.deadline = self._since + self._settings.wall_seconds
        self._granted, self._answer = 0.0, None
        with contextlib.suppress(OSError):  # it died: answer() says so
            self.channel.send(argument)

    def is_settled(self) -> bool:
        """An answer is there, or none will come."""
        return self._has_spoken() or time.monotonic() > self.deadline or not self._process.is_alive()

    def answer(self) -> _Answer:
        """Its answer; without one its whole tree is ended, and the answer is why."""
        self.seconds = time.monotonic() - self._since
        if self._has_spoken() and self._answer:
            return self._answer
        too_late = time.monotonic() > self.deadline
        self.end()
        return _Answer(None, self._refusal(too_late), "")

    def must_try_again(self, answer: _Answer) -> bool:
        """Death or lack of memory is believed only of a fresh worker: an earlier file may have caused it."""
        return self._given > 1 and answer.error is not None and answer.error.code in ("CRASHED", "TOO_MUCH_MEMORY")

    def end(self) -> None:
        """Ends it and every process it started; what they left in the folder for temporary files is removed."""
        if self.is_ended:
            return
        self.is_ended = True
        _end_tree(self._process.pid or 0)
        self._process.kill()
        self._process.join()
        self.channel.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _has_spoken(self) -> bool:
        """An answer is there, or its end of the pipe is gone; wishes for more time are granted on the way."""
        try:
            while self._answer is None and self.channel.poll():
                said = self.channel.recv()
                if isinstance(said, _Wish):
                    self._granted += said.seconds
                    self.deadline += said.seconds
                else:
                    self._answer = said
        except (EOFError, OSError):  # an OSError is what Windows says of a pipe whose other end is gone
            return True
        return self._answer is not None

    def _refusal(self, too_late: bool) -> Refused:
        ended_by = -(self._process.exitcode or 0)
        if ended_by == getattr(signal, "SIGXCPU", None):
            return Refused("TOO_SLOW", f"giới hạn {self._settings.cpu_seconds + self._granted:g} giây CPU")
        if too_late:
            return Refused("TOO_SLOW", f"giới hạn {self._settings.wall_seconds + self._granted:g} giây")
        return Refused("CRASHED", f"mã {-ended_by}")


_hiding = threading.Lock()


@contextlib.contextmanager
def _main_hidden() -> Iterator[None]:
    """While a process starts, so that it does not import this one's main module again: spawn does so by its file."""
    with _hiding:
        main = sys.modules["__main__"]
        sys.modules["__main__"] = ModuleType("__main__")
        try:
            yield
        finally:
            sys.modules["__main__"] = main


def _end_tree(leader: int, spared: int | None = None) -> None:
    """Ends every process of the leader's session, whatever group it moved to, but for the one spared."""
    if sys.platform == "win32":
        subprocess.run(["taskkill", "/T", "/F", "/PID", str(leader)], capture_output=True, check=False)
        return
    for _ in range(_KILL_ROUNDS):
        members = [pid for pid in _session_members(leader) if pid != spared]
        for pid in members:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        if not members:
            return
        time.sleep(_LOOK_SECONDS / 20)


def _session_members(leader: int) -> list[int]:
    """Living processes of the session, Linux; elsewhere the process group is killed by its number."""
    if not os.path.isdir("/proc/self"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(leader, signal.SIGKILL)
        return []
    return [int(name) for name in os.listdir("/proc") if name.isdigit() and _is_member(name, leader)]


def _is_member(pid: str, leader: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat", "rb") as stream:
            # After the name in brackets, which may hold anything: state, parent, group, session (man 5 proc).
            state, _, _, session = stream.read().rpartition(b")")[2].split()[:4]
    except OSError:
        return False
    return int(session) == leader and state not in (b"Z", b"X")


def _serve(channel: Any, function: Callable[[Any], Any], settings: Settings, folder: str) -> None:
    """The worker's whole life: answers arguments until its owner is gone."""
    _settle_in(settings, folder)
    hear(lambda seconds: _wish(channel, seconds))
    while True:
        try:
            argument = channel.recv()
        except EOFError:
            return
        _limit_cpu(settings)
        channel.send_bytes(_attempt(function, argument, settings))


def _attempt(function: Callable[[Any], Any], argument: Any, settings: Settings) -> bytes:
    """A pickled `_Answer`; pickling is part of the attempt, since it can fail and takes memory too."""
    try:
        return pickle.dumps(_Answer(function(argument), None, ""))
    except MemoryError:
        answer = None  # until this clause is left, the error holds all that the reader held
    except TonghopError as error:
        answer = _Answer(None, error, "")
    except RecursionError:
        answer = _Answer(None, Refused("TOO_DEEP"), "")
    except Exception as error:
        fault = TonghopError("FAULT", f"Lỗi của chương trình: {type(error).__name__}: {error}", _FAULT_ADVICE)
        answer = _Answer(None, fault, traceback.format_exc())
    return pickle.dumps(answer or _Answer(None, Refused("TOO_MUCH_MEMORY", f"giới hạn {settings.memory_mb} MB"), ""))


def _settle_in(settings: Settings, folder: str) -> None:
    """Away from the terminal (Ctrl-C and output are its owner's), within the memory limit, with a folder to litter."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    silence = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(silence, descriptor)
    tempfile.tempdir = folder
    os.environ.update(TMPDIR=folder, TEMP=folder, TMP=folder)
    if sys.platform != "win32":
        import resource

        os.setsid()
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        # Not the address space: threads and LibreOffice reserve far more of that than they ever use.
        bytes_allowed = settings.memory_mb << 20
        resource.setrlimit(resource.RLIMIT_DATA, (bytes_allowed, bytes_allowed))
    threading.Thread(target=_end_with_owner, args=(folder,), daemon=True).start()


def _limit_cpu(settings: Settings) -> None:
    """The limit counts from now: a worker has used time on earlier files. SIGXCPU ends it, whatever runs."""
    if sys.platform != "win32":
        import resource

        used = int(time.process_time()) + 1
        resource.setrlimit(resource.RLIMIT_CPU, (used + settings.cpu_seconds, resource.RLIM_INFINITY))


def _wish(channel: Any, seconds: float) -> None:
    channel.send(_Wish(seconds))
    if sys.platform != "win32":
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
        if soft != resource.RLIM_INFINITY:
            resource.setrlimit(resource.RLIMIT_CPU, (soft + int(seconds), hard))


def _end_with_owner(folder: str) -> None:
    """An owner that was killed cannot end its workers; they see it and go, with what they started."""
    owner = multiprocessing.parent_process()
    if owner:
        connection.wait([owner.sentinel])
        shutil.rmtree(folder, ignore_errors=True)
        _end_tree(os.getpid(), spared=os.getpid())
        os._exit(1)
