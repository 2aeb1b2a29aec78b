"""Where a warehouse is kept: in a file of this machine, or in a DuckLake that several offices write to at once.

SQL, views and code are the same for both; what differs stands here: how the store is attached, that a shared one has no
comments on columns and is not checkpointed, and that a write there may have to be tried again. A shared store is named
by a small local file that holds its address, beside which stand this office's archive and its readers' snapshots.
"""

import importlib.util
import random
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import duckdb

from ingest.durable import write_whole
from schemas.errors import MissingTool, UsageFault, WarehouseFault

PREFIX = "ducklake:"
CATALOG = "ducklake:postgres:"
DATA, LOCAL = "data_path", "local"
DEFAULT_LOCAL = Path("tonghop.ducklake")
STORAGE = "STORAGE_VERSION 'v1.5.0'"
"""The layout of a warehouse file: fixed, read and written by every DuckDB that tonghop accepts (1.5.5, 2.0). Its
checkpoints write only what changed, at half the cost of older layouts."""
EXTENSIONS = ("postgres_scanner", "ducklake")
"""In the order in which they must be loaded: DuckLake would fetch the other one from the network otherwise."""
RETRIES = 100
"""How often DuckLake itself takes up a commit that another's got ahead of, before it gives up."""
PATIENCE = 120.0
"""Seconds for which a write is tried again: about a hundred others may be ahead."""
_ATTACH_PATIENCE = 5.0
"""Two may be making the store at the same time; a server that is not there is not waited for."""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 2.0
_KEPT = "1 day"
"""So long data files that nothing refers to any more are left alone: another writer may be about to commit them, and a
reader that started before may be reading them."""
_UPKEEP = (
    ("ghi dữ liệu đang nằm trong danh mục ra tệp", "CALL ducklake_flush_inlined_data('kho')"),
    ("gộp tệp nhỏ", "CALL ducklake_merge_adjacent_files('kho')"),
    ("bỏ ảnh cũ", f"CALL ducklake_expire_snapshots('kho', older_than => now() - INTERVAL '{_KEPT}')"),
    ("xóa tệp không còn dùng", f"CALL ducklake_cleanup_old_files('kho', older_than => now() - INTERVAL '{_KEPT}')"),
)

_MISTAKES = (duckdb.ParserException, duckdb.BinderException, duckdb.ConversionException)
"""Of ours: they do not pass. Any other error can come of others who write, or of a server that is away for a moment."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class FileStore:
    """A DuckDB file with one writer at a time."""

    path: Path
    is_shared = False

    def attach(self, connection: duckdb.DuckDBPyConnection, *, read_only: bool = False) -> None:
        """Attaches the store as `kho`, makes it where there is none, and makes it the one in use."""
        options = "READ_ONLY" if read_only else "" if self.path.exists() else STORAGE
        connection.execute(f"ATTACH {_literal(self.path)} AS kho" + (f" ({options})" if options else ""))
        connection.execute("USE kho")

    def checkpoint(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Out of the .wal, whose loss would go unnoticed, into the file itself."""
        connection.execute("CHECKPOINT kho")

    def write(self, attempt: Callable[[], T]) -> T:
        """One attempt: nobody else writes."""
        return attempt()

    def upkeep(self, connection: duckdb.DuckDBPyConnection, tell: Callable[[str], None]) -> None:
        """A file needs none."""
        tell(f"Kho {self.path} là tệp trên máy này, không cần bảo dưỡng.")


@dataclass(frozen=True, slots=True)
class SharedStore:
    """A DuckLake: tables as Parquet files in a folder that all machines see, the list of them in a PostgreSQL database.

    `path` is the local file that names it.
    """

    path: Path
    connection_string: str = field(repr=False)  # may hold a password
    data_path: Path
    is_shared = True

    def attach(self, connection: duckdb.DuckDBPyConnection, *, read_only: bool = False) -> None:
        """Attaches the store as `kho`, makes it where there is none, and makes it the one in use. Raises WarehouseFault."""
        if not self.data_path.is_dir():
            raise WarehouseFault(
                "SHARED_DATA_MISSING",
                f"Không thấy thư mục dữ liệu chung {self.data_path}.",
                "Gắn (mount) thư mục chung rồi chạy lại; lần đầu thì tạo thư mục ấy.",
            )
        for name in EXTENSIONS:
            connection.execute(f"LOAD {_literal(_extension(name))}")
        connection.execute(f"SET ducklake_max_retry_count = {RETRIES}")
        options = ["READ_ONLY"] if read_only else []
        options.append(f"DATA_PATH {_literal(self.data_path.as_posix() + '/')}")
        catalog = _literal(CATALOG + self.connection_string)
        attach = f"ATTACH IF NOT EXISTS {catalog} AS kho ({', '.join(options)})"
        self.write(lambda: connection.execute(attach), _ATTACH_PATIENCE)
        connection.execute("USE kho")

    def checkpoint(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Nothing: what is committed is on the server's disk. (CHECKPOINT would do the nightly upkeep at every load.)"""

    def write(self, attempt: Callable[[], T], patience: float = PATIENCE) -> T:
        """Attempts until one succeeds: of writers at the same time one commits, the others begin anew.

        `attempt` is a whole transaction, which first updates the lock row, then looks, then writes; so what it sees is
        what it commits upon. Raises duckdb.Error where patience (seconds) ends.
        """
        end, pause = time.monotonic() + patience, _FIRST_PAUSE
        while True:
            try:
                return attempt()
            except _MISTAKES:
                raise
            except duckdb.Error:
                if time.monotonic() > end:
                    raise
            time.sleep(random.uniform(0, pause))
            pause = min(2 * pause, _LONGEST_PAUSE)

    def upkeep(self, connection: duckdb.DuckDBPyConnection, tell: Callable[[str], None]) -> None:
        """What the attached store needs every night, while others may be writing.

        Files are only removed when nothing has referred to them for a day: `cleanup_all` would take from a writer what
        it is about to commit.
        """
        for said, sql in _UPKEEP:
            rows = self.write(lambda sql=sql: connection.execute(sql).fetchall())  # type: ignore[misc]
            tell(f"{said}: {len(rows)}")


Store = FileStore | SharedStore


def store_at(path: Path) -> Store:
    """The store of the warehouse that goes by the local file `path`, which need not exist yet. Raises UsageFault."""
    try:
        with path.open("rb") as stream:
            if stream.read(len(PREFIX)) != PREFIX.encode():
                return FileStore(path)
            text = PREFIX + stream.read().decode().strip()
    except OSError:
        return FileStore(path)
    return _shared(path, _settings(text))


def named_store(text: str) -> Path:
    """The local file that stands for what `--db` says: itself, or for `ducklake:…` the file that names the shared store,
    which is written here.

    `ducklake:postgres:` is followed by what libpq takes (host=… dbname=… user=…), by `data_path=`, the folder of the
    data that every machine sees, and by `local=`, the local file (default: tonghop.ducklake here). Raises UsageFault.
    """
    if not text.startswith(PREFIX):
        return Path(text)
    settings = _settings(text)
    path = Path(settings.pop(LOCAL, DEFAULT_LOCAL))
    store = _shared(path, settings)
    known = store_at(path) if path.exists() else None
    if known is not None and (not isinstance(known, SharedStore) or _identity(known) != _identity(store)):
        raise UsageFault(
            "STORE_NAME_TAKEN", f"Tệp {path} là của kho khác.", "Ghi local=TỆP khác trong --db, hoặc sửa địa chỉ kho."
        )
    if known is None or known != store:
        write_whole(path, (CATALOG + _joined(settings) + "\n").encode())
        path.chmod(0o600)
    return path


def _shared(path: Path, settings: dict[str, str]) -> SharedStore:
    own = {key: value for key, value in settings.items() if key != DATA}
    data = Path(settings.get(DATA, ""))
    if not data.is_absolute():
        raise UsageFault("STORE_ADDRESS", "Địa chỉ kho chung thiếu data_path=/thư/mục/chung (đường dẫn đầy đủ).", _EXAMPLE)
    return SharedStore(path, _joined(own), data)


def _settings(text: str) -> dict[str, str]:
    """Keyword → value of an address. Raises UsageFault."""
    if not text.startswith(CATALOG):
        raise UsageFault("STORE_ADDRESS", "Kho chung phải có danh mục trong PostgreSQL.", _EXAMPLE)
    address = text.removeprefix(CATALOG)
    if not _ADDRESS.fullmatch(address):
        raise UsageFault("STORE_ADDRESS", "Địa chỉ kho chung viết chưa đúng.", _EXAMPLE)
    return {key: _ESCAPED.sub(r"\1", quoted or bare) for key, quoted, bare in _PAIR.findall(address)}


_PAIR = re.compile(r"""(\w+)\s*=\s*(?:'((?:[^'\\]|\\.)*)'|([^\s']*))""")
"""A keyword and its value as libpq reads them (its documentation, "Keyword/Value Connection Strings")."""
_ADDRESS = re.compile(rf"\s*{_PAIR.pattern}(?:\s+{_PAIR.pattern})*\s*")
_ESCAPED = re.compile(r"\\(.)")
_EXAMPLE = 'Viết: --db "ducklake:postgres:host=máy dbname=tonghop user=tonghop data_path=/thư/mục/chung"'


def _joined(settings: dict[str, str]) -> str:
    r"""As libpq takes it: values in quotes, \ and ' escaped."""
    escaped = {key: value.replace("\\", "\\\\").replace("'", "\\'") for key, value in settings.items()}
    return " ".join(f"{key}='{value}'" for key, value in sorted(escaped.items()))


def _identity(store: SharedStore) -> tuple[object, ...]:
    """What tells one shared store from another; who connects, and with which password, may change."""
    known = _settings(CATALOG + store.connection_string)
    return (store.data_path, *(known.get(key) for key in ("host", "hostaddr", "port", "dbname")))


def _extension(name: str) -> Path:
    """The file of a DuckDB extension, from its Python package: nothing is fetched when it is loaded."""
    spec = importlib.util.find_spec(f"duckdb_extension_{name}")
    folders = spec.submodule_search_locations if spec else None
    version = f"v{duckdb.__version__}"
    found = [path for folder in folders or () for path in Path(folder).rglob(f"{version}/{name}.duckdb_extension*")]
    if not found:
        package = f"duckdb-extension-{name.replace('_', '-')}=={duckdb.__version__}"
        raise MissingTool(
            "DUCKLAKE_MISSING",
            f"Máy này chưa có phần mở rộng {name} cho DuckDB {duckdb.__version__}.",
            f'Cài thêm: python -m pip install "tonghop[ducklake]" {package}',
        )
    return found[0]


def _literal(text: object) -> str:
    return "'" + str(text).replace("'", "''") + "'"
