"""SQL for people who know it: one SELECT on a locked-down connection, and its answer as table, CSV, JSON, XLSX or Parquet.

The connection reads a snapshot and is locked before the statement is looked at: no file, no network, no setting, no
extension. What comes out is inert: text cannot become a formula, a link or a terminal escape.
"""

import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Literal, TextIO

import duckdb

from reports.inert import Answer, as_csv, as_json, as_table, as_xlsx, visible
from schemas.errors import UsageFault

Format = Literal["table", "csv", "json"]
WRITERS = {"table": as_table, "csv": as_csv, "json": as_json}
SUFFIXES = (".csv", ".json", ".xlsx", ".parquet")
FIRST_WORDS = frozenset({"select", "from", "with", "values", "table", "describe", "show", "summarize", "pivot", "unpivot"})
BATCH = 1000


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a statement may run (until its last row is out) and how much memory the engine may take."""

    seconds: float = 30
    memory_mb: int = 1024


@dataclass(frozen=True, slots=True)
class ViewColumn:
    """A column of a public view."""

    name: str
    type: str
    about: str | None


@dataclass(frozen=True, slots=True)
class View:
    """A public view, named as one writes it in SQL."""

    name: str
    about: str | None
    columns: tuple[ViewColumn, ...]


def run(
    connection: duckdb.DuckDBPyConnection, sql: str, out: TextIO, format: Format = "table", limits: Limits | None = None
) -> None:
    """Write the answer of one SELECT to `out`. The connection is locked down for good.

    Raises UsageFault where the statement is no single SELECT, is wrong, asks for what it may not, or takes too long.
    """
    limits = limits or Limits()
    lock_down(connection, limits)
    with _answered(connection, sql, limits) as answer:
        WRITERS[format](answer, out)


def save(connection: duckdb.DuckDBPyConnection, sql: str, path: Path, limits: Limits | None = None) -> None:
    """Write the answer of one SELECT to a .csv, .json, .xlsx or .parquet file: beside it first, then renamed.

    The connection must be fresh for .parquet and is locked down for good. Raises UsageFault as `run` does, and where
    the file cannot be written.
    """
    limits = limits or Limits()
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise UsageFault("OUTPUT_FORMAT", f"Không ghi được tệp «{path.name}».", f"Đặt đuôi tệp: {', '.join(SUFFIXES)}")
    with _beside(path) as fresh:
        lock_down(connection, limits, fresh if suffix == ".parquet" else None)
        if suffix == ".parquet":
            _save_parquet(connection, sql, fresh, limits)
            return
        with _answered(connection, sql, limits) as answer:
            if suffix == ".xlsx":
                as_xlsx(answer, fresh)
                return
            encoding = "utf-8-sig" if suffix == ".csv" else "utf-8"
            with fresh.open("w", encoding=encoding, newline="") as out:
                WRITERS["csv" if suffix == ".csv" else "json"](answer, out)


def list_views(connection: duckdb.DuckDBPyConnection) -> tuple[View, ...]:
    """The public views with their columns and what each means; the contract's first, then each form's."""
    rows = connection.execute(
        "SELECT v.schema_name, v.view_name, v.comment, c.column_name, c.data_type, c.comment FROM duckdb_views() AS v "
        "JOIN duckdb_columns() AS c ON c.database_name = v.database_name AND c.schema_name = v.schema_name "
        "AND c.table_name = v.view_name "
        "WHERE v.database_name = current_database() AND NOT v.internal AND v.schema_name <> 'store' "
        "ORDER BY v.schema_name <> 'main', v.schema_name, v.view_name, c.column_index"
    ).fetchall()
    return tuple(
        View(
            view if schema == "main" else f"{schema}.{view}",
            about,
            tuple(ViewColumn(name, kind, comment) for *_, name, kind, comment in columns),
        )
        for (schema, view, about), columns in groupby(rows, key=lambda row: (row[0], row[1], row[2]))
    )


def lock_down(connection: duckdb.DuckDBPyConnection, limits: Limits, writable: Path | None = None) -> None:
    """Take away files (but `writable`), network, extensions and settings; nothing gives them back."""
    locked = connection.execute("SELECT current_setting('lock_configuration')").fetchone()
    if locked == (True,):
        return
    if writable is not None:
        # some engines write beside under this name first
        paths = (writable, writable.with_name(f"tmp_{writable.name}"))
        listed = ", ".join("'" + str(path.absolute()).replace("'", "''") + "'" for path in paths)
        connection.execute(f"SET allowed_paths = [{listed}]")
    connection.execute(
        f"SET memory_limit = '{limits.memory_mb}MB'; SET temp_directory = ''; SET autoinstall_known_extensions = false; "
        "SET autoload_known_extensions = false; SET allow_community_extensions = false; "
        "SET python_enable_replacements = false; SET enable_external_access = false; SET lock_configuration = true"
    )


@contextmanager
def _answered(connection: duckdb.DuckDBPyConnection, sql: str, limits: Limits) -> Iterator[Answer]:
    with _bounded(connection, limits):
        result = connection.execute(_checked(connection, sql))
        names = tuple(column[0] for column in result.description)
        yield Answer(names, (row for batch in iter(lambda: result.fetchmany(BATCH), []) for row in batch))


def _save_parquet(connection: duckdb.DuckDBPyConnection, sql: str, path: Path, limits: Limits) -> None:
    with _bounded(connection, limits):
        connection.sql(_checked(connection, sql)).write_parquet(str(path.absolute()))


def _checked(connection: duckdb.DuckDBPyConnection, sql: str) -> str:
    """`sql` where it is exactly one SELECT (or its kin: FROM, WITH, VALUES, DESCRIBE …)."""
    sql = sql.lstrip("\ufeff")
    statements = connection.extract_statements(sql)
    if [statement.type for statement in statements] != [duckdb.StatementType.SELECT]:
        raise _not_a_select()
    marks = (duckdb.token_type.comment, duckdb.token_type.operator)
    starts = [start for start, kind in duckdb.tokenize(sql) if kind not in marks]
    first = re.match(r"\w*", sql.encode()[starts[0] :].decode())
    if first is None or first[0].lower() not in FIRST_WORDS:
        raise _not_a_select()
    return sql


def _not_a_select() -> UsageFault:
    return UsageFault(
        "SQL_NOT_SELECT",
        "Chỉ chạy được một câu SELECT; kho chỉ để đọc.",
        "Viết lại thành một câu SELECT. Xem các khung nhìn: tonghop sql --list",
    )


@contextmanager
def _bounded(connection: duckdb.DuckDBPyConnection, limits: Limits) -> Iterator[None]:
    """Interrupt after `limits.seconds`, and say what DuckDB complains of as UsageFaults."""
    late, done = threading.Event(), threading.Event()
    watcher = threading.Thread(target=_interrupt, args=(connection, limits.seconds, late, done), daemon=True)
    watcher.start()
    try:
        yield
    except duckdb.Error as error:
        raise _fault(error, limits, late.is_set()) from None
    finally:
        done.set()
        watcher.join()  # no interrupt may reach the next question


def _interrupt(connection: duckdb.DuckDBPyConnection, seconds: float, late: threading.Event, done: threading.Event) -> None:
    """Interrupt again and again: one that comes between planning and running is forgotten by the engine."""
    if done.wait(seconds):
        return
    late.set()
    while not done.is_set():
        connection.interrupt()
        done.wait(0.1)


def _fault(error: duckdb.Error, limits: Limits, late: bool) -> UsageFault:
    # an interrupted question ends in one of several exceptions, by where the engine was when it heard
    if late:
        return UsageFault(
            "SQL_TIMEOUT", f"Câu SQL chạy quá {limits.seconds:g} giây nên đã dừng.", "Thêm điều kiện hoặc LIMIT."
        )
    if isinstance(error, duckdb.OutOfMemoryException):
        return UsageFault(
            "SQL_MEMORY", f"Câu SQL cần hơn {limits.memory_mb} MB bộ nhớ nên đã dừng.", "Thêm điều kiện hoặc LIMIT."
        )
    if isinstance(error, duckdb.PermissionException):
        return UsageFault(
            "SQL_NOT_ALLOWED", f"Câu SQL không được đọc tệp, mạng hay cài đặt: {_said(error)}", "Chỉ hỏi các khung nhìn."
        )
    advice = "Đổi sang chữ: CAST(… AS VARCHAR)" if "pytz" in str(error) else "Xem các khung nhìn: tonghop sql --list"
    return UsageFault("SQL_WRONG", f"Câu SQL chưa đúng: {_said(error)}", advice)


def _said(error: Exception) -> str:
    return "\n".join(visible(line) for line in str(error).splitlines())


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """A path in the same folder to write to; it takes the name of `path` when all went well, else nothing stays."""
    if not path.parent.is_dir():
        raise UsageFault("OUTPUT_UNWRITABLE", f"Không có thư mục {path.parent}.", "Tạo thư mục hoặc ghi ra nơi khác.")
    fresh = path.with_name(f".{path.name}.{os.getpid()}{path.suffix}")
    try:
        yield fresh
        os.replace(fresh, path)
    except OSError as error:
        raise UsageFault(
            "OUTPUT_UNWRITABLE",
            f"Không ghi được {path}: {error.strerror or error}",
            "Đóng tệp nếu đang mở, hoặc ghi ra tệp khác.",
        ) from error
    finally:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
