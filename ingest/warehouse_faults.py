"""What DuckDB says of a file it cannot use, as WarehouseFaults with a Vietnamese sentence and what to do next."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from schemas.errors import WarehouseFault

DAMAGED = ("not a valid duckdb", "corrupt", "could not read enough", "deserialize", "checksum")
NEWER = ("version number",)
UNREACHABLE = ("unable to connect to postgres", "server closed the connection", "terminating connection")
BUSY = ("could not set lock", "conflicting lock", "used by another process", "already attached")


@contextmanager
def faults(path: Path) -> Iterator[None]:
    """DuckDB's complaints about the file as WarehouseFaults; mistakes in our own SQL stay what they are."""
    try:
        yield
    except duckdb.Error as error:
        fault = _named(path, str(error).lower())
        if fault is None and isinstance(error, duckdb.ProgrammingError | duckdb.DataError | duckdb.NotSupportedError):
            raise
        raise fault or _unwritable(path, error) from error
    except OSError as error:
        raise _unwritable(path, error) from error


def _named(path: Path, said: str) -> WarehouseFault | None:
    """The fault that DuckDB's words name; DuckDB has one exception for all of them."""
    if any(sign in said for sign in UNREACHABLE):
        return WarehouseFault(  # without DuckDB's own words, which may hold a password
            "SHARED_UNREACHABLE",
            f"Không nối được với máy chủ PostgreSQL của kho chung {path}.",
            "Kiểm tra mạng, máy chủ, tên và mật khẩu (~/.pgpass) rồi chạy lại; những gì đã vào kho vẫn còn nguyên.",
        )
    if any(sign in said for sign in DAMAGED):
        return WarehouseFault(
            "WAREHOUSE_DAMAGED", f"Kho {path} bị hỏng, không mở được.", "Làm lại kho từ bản lưu: tonghop rebuild"
        )
    if any(sign in said for sign in NEWER):
        return WarehouseFault(
            "WAREHOUSE_NEWER", f"Kho {path} do DuckDB mới hơn ghi.", "Cập nhật tonghop trên máy này."
        )
    if any(sign in said for sign in BUSY):
        return _busy(path)
    return None


def _busy(path: Path) -> WarehouseFault:
    return WarehouseFault(
        "WAREHOUSE_BUSY", f"Kho {path} đang được chương trình khác ghi.", "Chờ chương trình kia xong rồi chạy lại."
    )


def _unwritable(path: Path, error: Exception) -> WarehouseFault:
    return WarehouseFault(
        "WAREHOUSE_UNWRITABLE", f"Không đọc hoặc ghi được kho {path}: {error}", "Kiểm tra ổ đĩa và quyền ghi rồi chạy lại."
    )
