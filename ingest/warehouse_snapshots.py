"""The warehouse as readers see it: the views with what they mean, and dated read-only copies of all of it."""

from contextlib import suppress
from pathlib import Path

import duckdb

from ingest import snapshots
from ingest.warehouse_faults import faults
from schemas.form import Form
from schemas.sql import comment_statements, form_views, public_views

SNAPSHOT_STORAGE = "STORAGE_VERSION 'v1.0.0'"
"""The layout of snapshots: every DuckDB from 1.0 on reads it."""
SETTLED = (
    "decision_in_force", "submission_settled", "submission_version", "submission_now", "part", "correction", "roll_up",
)  # fmt: skip
"""Helpers with a row for each report: in a snapshot, which nobody changes, they are tables, so that a question about one
report does not rank the versions of all of them again, and old engines (DuckDB 1.0), which plan views over views for
minutes, have less to plan. In an order in which each stands on those before."""
MANY_REPORTS = 200
"""From so many on, what the rules say and how much is filled is also worked out once: it takes a few milliseconds a
report, which every question about findings or completeness would have to wait for. Of fewer a question takes no second,
and a small office's snapshots need not wait."""
SETTLED_OF_MANY = ("rule_finding", "appendix_filled")
_SETTLE = """CREATE TABLE store.settled AS SELECT * FROM store.{name};
DROP VIEW store.{name};
ALTER TABLE store.settled RENAME TO {name};"""
_TABLES = "SELECT table_name FROM duckdb_tables() WHERE database_name = 'kho' AND schema_name = 'store' ORDER BY 1"
_VIEW_COLUMNS = """SELECT c.schema_name, c.table_name, c.column_name FROM duckdb_columns() AS c
JOIN duckdb_views() AS v
    ON v.database_name = c.database_name AND v.schema_name = c.schema_name AND v.view_name = c.table_name
WHERE c.database_name = ? AND c.schema_name <> 'store' AND NOT v.internal
ORDER BY c.schema_name, c.table_name, c.column_index"""


def make_views(connection: duckdb.DuckDBPyConnection, database: str, *, with_comments: bool) -> None:
    """The public views, the forms' reading views and, where the store can hold them, every comment, in the database in
    use, which is called `database`."""
    found = connection.execute("SELECT data FROM store.form ORDER BY form").fetchall()
    forms = [Form.model_validate_json(data) for (data,) in found]
    connection.execute(public_views() + form_views(forms))
    if with_comments:
        columns = connection.execute(_VIEW_COLUMNS, [database]).fetchall()
        connection.execute(comment_statements(columns, forms))


def take_snapshot(connection: duckdb.DuckDBPyConnection, warehouse: Path) -> Path:
    """A dated read-only copy of the attached database `kho`, beside the file `warehouse`, which is pointed to; old copies
    are swept. One process at a time. Raises WarehouseFault."""
    with faults(warehouse):
        fresh = snapshots.fresh(warehouse)
        connection.execute(f"ATTACH {_literal(fresh)} AS snap ({SNAPSHOT_STORAGE})")
        try:
            _copy(connection)
        finally:
            connection.execute("USE kho")
            connection.execute("DETACH snap")
        return snapshots.publish(warehouse, fresh)


def is_published(connection: duckdb.DuckDBPyConnection, warehouse: Path) -> bool:
    """Whether the newest snapshot shows all that is in the attached database `kho`."""
    newest = snapshots.newest(warehouse)
    if newest is None:
        return False
    with suppress(duckdb.Error):
        connection.execute(f"ATTACH {_literal(newest)} AS newest (READ_ONLY)")
        try:
            found = connection.execute("SELECT (FROM kho.store.lock) = (FROM newest.store.lock)").fetchone()
            return found == (True,)
        finally:
            connection.execute("DETACH newest")
    return False


def _copy(connection: duckdb.DuckDBPyConnection) -> None:
    """Every table by CREATE TABLE AS (engines differ in what they copy otherwise), the views and comments anew; all of it
    as it was at one moment."""
    tables = connection.execute(_TABLES).fetchall()
    connection.execute("BEGIN")
    try:
        connection.execute("CREATE SCHEMA snap.store")
        for (table,) in tables:
            connection.execute(f"CREATE TABLE snap.store.{table} AS SELECT * FROM kho.store.{table}")
        connection.execute("USE snap")
        make_views(connection, "snap", with_comments=True)
        count = connection.execute("SELECT count(*) FROM store.submission").fetchone()
        is_many = count is not None and count[0] >= MANY_REPORTS
        for name in SETTLED + SETTLED_OF_MANY * is_many:
            connection.execute(_SETTLE.format(name=name))
        connection.execute("COMMIT")
    except BaseException:
        with suppress(duckdb.Error):
            connection.execute("ROLLBACK")
        raise
    connection.execute("CHECKPOINT snap")


def _literal(text: object) -> str:
    return "'" + str(text).replace("'", "''") + "'"
