"""The same views by the units of another day: after a reform the new units answer for what the old ones sent."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from duckdb import DuckDBPyConnection

from reports.submission import rows
from schemas.errors import UsageFault
from schemas.sql import public_views

_HERE = "SELECT current_database() AS name"
_TABLES = "SELECT table_name AS name FROM duckdb_tables() WHERE database_name = ? AND schema_name = 'store' ORDER BY 1"
_EXPECTED = "SELECT count(*) AS units FROM units WHERE valid_from <= $on AND (valid_to IS NULL OR valid_to >= $on)"


@contextmanager
def by_units_on(connection: DuckDBPyConnection, on: date | None) -> Iterator[None]:
    """Until the end, the views of `connection` add up by the units of the day `on` (None: as the office has set it).

    Nothing is written: the views are made once more in memory, over the same tables. Raises UsageFault where the office's
    list has no unit on that day.
    """
    if on is None:
        yield
        return
    if not rows(connection, _EXPECTED, {"on": on})[0]["units"]:
        raise UsageFault("UNITS_ON", f"Danh sách không có đơn vị nào ngày {on:%d/%m/%Y}.", "Xem: tonghop units --all")
    here = rows(connection, _HERE)[0]["name"]
    connection.execute("USE memory")
    try:
        connection.execute("CREATE SCHEMA IF NOT EXISTS store")
        for table in rows(connection, _TABLES, [here]):
            source = f"{here}.store.{table['name']}" if table["name"] != "level" else f"(SELECT DATE '{on}' AS units_on)"
            connection.execute(f"CREATE OR REPLACE VIEW store.{table['name']} AS SELECT * FROM {source}")
        connection.execute(public_views())
        yield
    finally:
        connection.execute(f"USE {here}")
