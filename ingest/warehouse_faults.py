"""What DuckDB says of a file it cannot use, as WarehouseFaults with a Vietnamese sentence and what to do next."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from schemas.errors import WarehouseFault

DAMAGE = ("not a valid duckdb", "corrupt", "could not read enough", "deserialize", "checksum")


@contextmanager
def faults(path: Path) -> Iterator[None]:
    """DuckDB's complaints about the file as WarehouseFaults; mistakes in our own SQL stay what they are."""
    try:
        yield
    except (duckdb.ProgrammingError, duckdb.DataError, duckdb.NotSupportedError) as error:
        if "already attached" not in str(error):
            raise
        raise _busy(path) from error
    except OSError as error:
        raise _unwritable(path, error) from error
    except duckdb.Error as error:
        text = str(error).lower()
        if "lock" in text.split("see also")[0] or "used by another process" in text or "already attached" in text:
            raise _busy(path) from error
        if "version number" in text:
            raise WarehouseFault(
                "WAREHOUSE_NEWER", f"Kho {path} do DuckDB mới hơn ghi.", "Cập nhật tonghop trên máy này."
            ) from error
        if any(sign in text for sign in DAMAGE):
            raise WarehouseFault(
                "WAREHOUSE_DAMAGED", f"Kho {path} bị hỏng, không mở được.", "Làm lại kho từ bản lưu: tonghop rebuild"
            ) from error
        raise _unwritable(path, error) from error


def _busy(path: Path) -> WarehouseFault:
    return WarehouseFault(
        "WAREHOUSE_BUSY", f"Kho {path} đang được chương trình khác ghi.", "Chờ chương trình kia xong rồi chạy lại."
    )


def _unwritable(path: Path, error: Exception) -> WarehouseFault:
    return WarehouseFault(
        "WAREHOUSE_UNWRITABLE", f"Không đọc hoặc ghi được kho {path}: {error}", "Kiểm tra ổ đĩa và quyền ghi rồi chạy lại."
    )
