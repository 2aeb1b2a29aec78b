"""What tests ask a child process to do. Nothing heavy is imported: every worker imports this anew."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from ingest import readers
from schemas.errors import Refused
from schemas.office import Settings

# What a report of a few pages needs many times over, and a hostile file soon passes.
SMALL = Settings(cpu_seconds=2, wall_seconds=60, memory_mb=300, max_file_mb=4, max_unpacked_mb=20, max_zip_parts=200)
_seen: list[str] = []


def read_format(path: Path) -> str:
    """Reads the file; only what is small comes back."""
    return readers.read(path, SMALL).source.format


def length(text: str) -> int:
    return len(text)


def refuse(_: str) -> None:
    raise Refused("ENCRYPTED", "chi tiết", "Gửi lại.")


def break_down(_: str) -> None:
    raise KeyError("cột")


def spin(_: str) -> None:
    while True:
        pass


def hang(_: str) -> None:
    time.sleep(600)


def devour(_: str) -> int:
    hoard = []
    while True:
        hoard.append(bytearray(1 << 20))


def nest(_: str) -> None:
    nest(_)


def die(_: str) -> None:
    os.abort()


def unpicklable(_: str) -> object:
    return lambda: None


def leave_behind(note: str) -> None:
    """Starts a process in a group of its own, notes its number, hangs."""
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], process_group=0)
    Path(note).write_text(str(child.pid))
    time.sleep(600)


def fork_and_die(note: str) -> None:
    child = os.fork()
    if child == 0:
        time.sleep(600)
    Path(note).write_text(str(child))
    os.abort()


def litter(note: str) -> None:
    folder = tempfile.mkdtemp()
    Path(note).write_text(folder)
    os.abort()


def chatter(_: str) -> int:
    print("từ thư viện đọc tệp")
    os.system("echo from a child")
    return 1


def by_name(name: str) -> int:
    """One bad file of each kind among good ones."""
    actions: dict[str, Callable[[str], object]] = {"spin": spin, "die": die, "devour": devour, "refuse": refuse}
    if name in actions:
        actions[name](name)
    return os.getpid()


def poisoned_by_the_one_before(name: str) -> str:
    """Dies on any file that is not the first of its process, as after damage to the heap."""
    _seen.append(name)
    if len(_seen) > 1:
        os.abort()
    return name


def burn(seconds: float) -> int:
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass
    return os.getpid()
