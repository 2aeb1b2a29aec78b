"""A shared store for tests: Debian's PostgreSQL on a Unix socket of its own, and a folder for the data."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

from ingest.stores import SharedStore, named_store, store_at

USER = "tonghop"
_number = count(1)


class Server:
    """A running PostgreSQL that answers on no network."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def database(self) -> str:
        """A new, empty database's name."""
        name = f"kho{next(_number)}"
        self.run("psql", "-qc", f"CREATE DATABASE {name}", "postgres")
        return name

    def run(self, program: str, *arguments: str) -> "subprocess.CompletedProcess[bytes]":
        """One of PostgreSQL's own programs against this server."""
        command = [_programs() / program, "-h", self.folder, "-U", USER, *arguments]
        return subprocess.run(command, check=True, capture_output=True)

    def address(self, database: str, data: Path) -> str:
        """What `--db` takes; the local file is for the caller to add."""
        return f"ducklake:postgres:host={self.folder} dbname={database} user={USER} data_path={data}"

    def copy(self, template: Path, folder: Path) -> Path:
        """A store like the one that goes by the local file `template`, which nobody has open."""
        known = store_at(template)
        assert isinstance(known, SharedStore)
        database = f"kho{next(_number)}"
        data = shutil.copytree(known.data_path, folder / "du-lieu-chung")
        self.run("createdb", "--template", known.connection_string.split("dbname='")[1].split("'")[0], database)
        moved = f"UPDATE ducklake_metadata SET value = '{data}/' WHERE key = 'data_path'"
        self.run("psql", "-qc", moved, database)
        return self.store(folder, database)

    def store(self, folder: Path, database: str = "") -> Path:
        """The local file of a shared store, whose data stand in a folder beside it unless the store is known already."""
        data = folder / "du-lieu-chung"
        data.mkdir(exist_ok=True)
        return named_store(f"{self.address(database or self.database(), data)} local={folder / 'kho.ducklake'}")


@contextmanager
def postgres() -> Iterator[Server]:
    """A server of this test run alone. It refuses to run as root, so root starts it as the user that Debian made for it."""
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))  # a socket's path may have a hundred letters
    owner: dict[str, Any] = {}
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
        owner = {"user": "postgres", "group": "postgres", "extra_groups": []}
    folder.chmod(0o755)
    data = folder / "data"
    made = [_programs() / "initdb", "-D", data, "-U", USER, "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C"]
    subprocess.run(made, check=True, cwd=folder, stdout=subprocess.DEVNULL, **owner)
    command = [_programs() / "postgres", "-D", data, "-k", folder, "-c", "listen_addresses=", "-c", "fsync=off"]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, **owner)
    try:
        _wait(folder)
        yield Server(folder)
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(30)
        shutil.rmtree(folder)


def _programs() -> Path:
    """The newest PostgreSQL of Debian's packages."""
    return max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))


def _wait(folder: Path) -> None:
    for _ in range(300):
        if subprocess.run([_programs() / "pg_isready", "-qh", folder], check=False).returncode == 0:
            return
        time.sleep(0.1)
    raise AssertionError((folder / "log").read_text())
