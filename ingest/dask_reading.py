"""Many files read on a Dask cluster: the same outcomes as from `ingest.runner`, with the workers on other machines.

A task carries a file's bytes and what the clerk said of it, and gives back what was read; nothing but this process
touches the archive or the warehouse. On its machine the file is read in a child process within the same limits, so that
a bad file costs neither its worker nor its neighbours. What a worker says of itself (it died, it lacks a tool) is never
said of a file: such a file is read here.
"""

import contextlib
import hashlib
import importlib
import multiprocessing
import os
import pickle
import queue
import sys
import tempfile
import threading
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar
from urllib.parse import urlsplit

from ingest.runner import Outcome, Runner
from schemas.errors import MissingTool, TonghopError
from schemas.office import Settings

if TYPE_CHECKING:
    from distributed import Client
    from distributed import Future as _Future

    Future = _Future[Any]

CONNECT_SECONDS = 10
"""So long the scheduler may take to answer, and a cluster that lost all its workers to get a new one."""
AHEAD = 2
"""Files under way for each thread of the cluster: one is being read, one is on its way."""
_GRAPH_LIMIT = "1 GiB"
"""A task holds its file: Dask need not warn of every larger one."""
_ROOMS = ("ingest", "schemas")
_SENT = {".py", ".toml", ".csv"}


class Named(Protocol):
    """What is asked of an argument: a dataclass with the file's path."""

    @property
    def path(self) -> Path: ...


A = TypeVar("A", bound=Named)
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Parcel:
    """One file on its way: its bytes, and the packed function, argument and settings. `program` is the sender's."""

    program: str
    content: bytes
    packed: bytes


def run_on_cluster(
    address: str, function: Callable[[A], R], arguments: Iterable[A], settings: Settings
) -> Iterator[Outcome[A, R]]:
    """One outcome an argument, as they are done, by the cluster whose scheduler is at `address` (tcp:// or tls://).

    Arguments are taken up only as there is room. `function` is found by its name in its module on every worker and gets
    the argument with `path` changed to a copy of the file. Raises MissingTool where Dask is not installed, where there
    is no such cluster, where it is lost on the way or runs another version of this program.
    """
    with _connected(address) as client, contextlib.ExitStack() as kept:
        here = _Here(function, settings, kept)
        yield from _Fan(client, address, function, settings, here).run_many(arguments)


def is_exposed(address: str) -> bool:
    """Whether whoever is on the way to the scheduler can read the files and run programs on the workers."""
    return not address.startswith("tls://") and urlsplit(address).hostname not in ("127.0.0.1", "localhost", "::1")


class _Here(Generic[A, R]):
    """Reads on this machine what no worker could judge; its child process is started for the first such file."""

    def __init__(self, function: Callable[[A], R], settings: Settings, kept: contextlib.ExitStack) -> None:
        self._function, self._settings, self._kept = function, settings, kept
        self._runner: Runner[A, R] | None = None

    def read(self, argument: A) -> Outcome[A, R]:
        if self._runner is None:
            self._runner = self._kept.enter_context(Runner(self._function, self._settings))
        (outcome,) = self._runner.run_many([argument])
        return outcome


class _Fan(Generic[A, R]):
    """The files under way on a cluster."""

    def __init__(
        self, client: "Client", address: str, function: Callable[[A], R], settings: Settings, here: _Here[A, R]
    ) -> None:
        self._client, self._address, self._here = client, address, here
        self._function, self._settings = function, settings
        self._under_way: dict[Future, A] = {}
        self._done: queue.SimpleQueue[Future] = queue.SimpleQueue()

    def run_many(self, arguments: Iterable[A]) -> Iterator[Outcome[A, R]]:
        waiting = iter(arguments)
        try:
            yield from self._fill(waiting)
            while self._under_way:
                for future in self._settled():
                    argument = self._under_way.pop(future)
                    outcome = self._outcome(future, argument)
                    future.release()
                    yield outcome
                yield from self._fill(waiting)
        finally:
            self._client.cancel(list(self._under_way))

    def _fill(self, waiting: Iterator[A]) -> Iterator[Outcome[A, R]]:
        """Sends files while there is room; one whose bytes cannot be had is read here, where the reason is told."""
        room = AHEAD * max(1, self._threads())
        while len(self._under_way) < room:
            argument = next(waiting, None)
            if argument is None:
                return
            try:
                content = argument.path.read_bytes() if argument.path.is_file() else None
            except OSError:
                content = None
            if content is None or len(content) > self._settings.max_file_mb << 20:
                yield self._here.read(argument)
            else:
                self._send(argument, content)

    def _send(self, argument: A, content: bytes) -> None:
        packed = zlib.compress(pickle.dumps((_importable(self._function), argument, self._settings)))
        # Each file counts for itself: two of the same bytes may be two communes'.
        future = self._client.submit(read_parcel, Parcel(program(), content, packed), pure=False, retries=0)
        self._under_way[future] = argument
        future.add_done_callback(self._done.put)

    def _settled(self) -> "list[Future]":
        """Futures that are done, at least one. Raises MissingTool where the cluster is gone."""
        alone_since: float | None = None
        while True:
            with contextlib.suppress(queue.Empty):
                done = [self._done.get(timeout=1)]
                while not self._done.empty():
                    done.append(self._done.get())
                return done
            alone_since = None if self._threads() else alone_since or time.monotonic()
            if alone_since and time.monotonic() - alone_since > CONNECT_SECONDS:
                raise _lost(self._address)

    def _threads(self) -> int:
        """Of all workers, 0 where there is none or the scheduler does not answer."""
        try:
            return sum(self._client.ncores().values())
        except OSError:
            return 0

    def _outcome(self, future: "Future", argument: A) -> Outcome[A, R]:
        from distributed import KilledWorker

        if future.cancelled() or future.status == "lost":
            raise _lost(self._address)
        error = future.exception()
        if error is None:
            answer: Outcome[None, R] = future.result()
            if not isinstance(answer.error, MissingTool):
                return Outcome(argument, answer.result, answer.error, answer.details, answer.seconds)
        elif isinstance(error, MissingTool):  # the worker itself is not as it must be: every file would fare so
            raise error
        elif not isinstance(error, KilledWorker | OSError):
            raise TonghopError("FAULT", f"Máy đọc báo lỗi: {type(error).__name__}: {error}") from error
        return self._here.read(argument)


def _importable(function: Callable[..., R]) -> Callable[..., R]:
    """The function as other processes find it: that of a program started by its file (`python pipeline.py`) is `__main__`
    here, and another program is so on the worker."""
    file = getattr(sys.modules["__main__"], "__file__", None)
    if function.__module__ != "__main__" or file is None:
        return function
    found: Callable[..., R] = getattr(importlib.import_module(Path(file).stem), function.__name__)
    return found


# -- on the worker


def read_parcel(parcel: Parcel) -> Outcome[None, Any]:
    """The task: reads one file in a child process of this worker. Raises MissingTool where the programs differ."""
    if parcel.program != program():
        raise MissingTool(
            "DASK_VERSION", f"Máy đọc {_machine()} chạy bản tonghop khác.", "Cài cùng một bản tonghop trên mọi máy."
        )
    function, argument, settings = pickle.loads(zlib.decompress(parcel.packed))
    with tempfile.TemporaryDirectory(prefix="tonghop-") as folder, _reader(function, settings) as runner:
        copy = Path(folder, argument.path.name)
        copy.write_bytes(parcel.content)
        (outcome,) = runner.run_many([replace(argument, path=copy)])
    return Outcome(None, outcome.result, outcome.error, outcome.details, outcome.seconds)


_idle: dict[tuple[Any, Settings], list[Runner[Any, Any]]] = {}
_idle_lock = threading.Lock()


@contextlib.contextmanager
def _reader(function: Callable[[Any], Any], settings: Settings) -> Iterator[Runner[Any, Any]]:
    """A warm child process for this thread alone; children see for themselves when the worker is gone."""
    # Dask's nanny starts workers as daemons, which may have no children because nobody would end them: ours end
    # themselves with their owner.
    multiprocessing.current_process()._config["daemon"] = False  # type: ignore[attr-defined]
    with _idle_lock:
        ready = _idle.setdefault((function, settings), [])
        runner = ready.pop() if ready else Runner(function, settings, apart=True)
    try:
        yield runner
    except BaseException:
        runner.end()
        raise
    with _idle_lock:
        ready.append(runner)


@lru_cache(maxsize=1)
def program() -> str:
    """Changes with anything in this program that could read a file otherwise: workers must run the very same."""
    home = Path(__file__).parent.parent
    files = [path for room in _ROOMS for path in (home / room).rglob("*") if path.suffix in _SENT]
    digest = hashlib.sha256(sys.version.split()[0].rpartition(".")[0].encode())
    for path in sorted([*files, home / "pipeline.py"]):
        digest.update(path.relative_to(home).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _machine() -> str:
    return f"{os.uname().nodename if hasattr(os, 'uname') else ''} (tiến trình {os.getpid()})"


# -- the cluster


@contextlib.contextmanager
def _connected(address: str) -> "Iterator[Client]":
    """A client of the scheduler. Certificates for tls:// are Dask's own settings (docs/quy-mo-lon.md)."""
    try:
        import dask
        from distributed import Client
    except ImportError as error:
        raise MissingTool(
            "DASK_MISSING", "Máy này chưa cài Dask.", 'Cài thêm: python -m pip install "tonghop[dask]"'
        ) from error
    quiet = {"distributed.admin.large-graph-warning-threshold": _GRAPH_LIMIT, "distributed.logging.distributed": "error"}
    with dask.config.set(quiet):
        try:
            client = Client(address, timeout=CONNECT_SECONDS, name="tonghop", set_as_default=False)
        except (OSError, ValueError, TimeoutError, TypeError) as error:
            raise MissingTool(
                "DASK_UNREACHABLE",
                f"Không nối được với cụm Dask {address}: {error}",
                "Kiểm tra địa chỉ (tcp://máy:cổng hoặc tls://máy:cổng), chứng chỉ, và bộ điều phối có đang chạy không.",
            ) from error
        try:
            _wait_for_workers(client, address)
            yield client
        finally:
            client.close(timeout=CONNECT_SECONDS)


def _wait_for_workers(client: "Client", address: str) -> None:
    try:
        client.wait_for_workers(1, timeout=CONNECT_SECONDS)
    except TimeoutError as error:
        raise MissingTool(
            "DASK_EMPTY", f"Cụm Dask {address} chưa có máy đọc nào.", f"Trên mỗi máy đọc chạy: dask worker {address}"
        ) from error


def _lost(address: str) -> MissingTool:
    return MissingTool(
        "DASK_LOST",
        f"Mất cụm Dask {address} giữa chừng; những tệp đã xong vẫn còn nguyên.",
        "Khởi động lại cụm rồi chạy lại lệnh: những tệp đã vào kho không đọc lại.",
    )
