"""The warehouse: the only place that opens DuckDB, and the only writer.

One file beside the office's work, written by one process; people read dated snapshots of it and never meet a lock.
Every write is one transaction that first updates the row of `store.lock` (so that writers wait for each other on any
store), then looks, then writes. No key, constraint or sequence is used, so the same SQL runs on a shared store.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, NoReturn

import duckdb

from ingest import snapshots
from ingest.warehouse_faults import faults
from schemas.decision import Decision
from schemas.errors import UsageFault, WarehouseFault
from schemas.form import Form
from schemas.ledger import Stored
from schemas.office import Office
from schemas.record import Extraction
from schemas.sql import comment_statements, comments, form_views, migrations, public_views
from schemas.sql.rows import (
    VIETNAM,
    Row,
    Tables,
    as_json,
    decision_row,
    extraction_tables,
    form_tables,
    local_time,
    office_tables,
    refused_row,
    short_id,
)

STORAGE = "STORAGE_VERSION 'v1.5.0'"
"""The layout of the warehouse: fixed, read and written by every DuckDB that tonghop accepts (1.5.5, 2.0). Its
checkpoints write only what changed, at half the cost of older layouts."""
SNAPSHOT_STORAGE = "STORAGE_VERSION 'v1.0.0'"
"""The layout of snapshots: every DuckDB from 1.0 on reads it."""
SEALED = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "python_enable_replacements": "false",
}
WRITER = {**SEALED, "threads": "1"}
"""One report is too little work to share: a second thread costs a third more time than it saves."""
INSERT = """INSERT INTO store.{table} SELECT unnest(rows, recursive := true) FROM (
    SELECT from_json_strict(text, '{structure}') AS rows FROM (SELECT unnest([?]) AS text)
)"""
"""All rows as one JSON parameter: fifty times faster than one statement a row. The parameter passes through an unnest
because the optimizer copies a constant once for each column."""


FINGERPRINTED = {
    "observation": "appendix indicator column_key status raw value text value_read text_read",
    "section": "ordinal section status source_heading body",
    "appendix": "appendix status cells_expected cells_filled cells_flagged",
    "finding": "finding_id",
}
"""What tells that rows were changed or lost: named one by one, so that a new column changes no fingerprint."""
FINGERPRINT = """SELECT f.sha256, '{table}', count(*), md5(string_agg(t.line, '|' ORDER BY t.line))
FROM (SELECT file_id, CAST(to_json([{columns}]) AS VARCHAR) AS line FROM store.{table} {only}) AS t
JOIN store.file AS f ON f.file_id = t.file_id AND f.outcome = 'loaded' GROUP BY f.sha256"""
Journal = Callable[[Decision], None]
"""Where decisions are written down durably before they are written here."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of a file: `unchanged` where the same bytes were there already."""

    outcome: Literal["loaded", "unchanged"]
    submission_id: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A loaded file as the archive files it: when it came, of which submission, period and unit (None: not known)."""

    received_at: datetime
    submission_id: str
    period: str
    unit_name: str | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a submission stands now. `version` is None until sender, form and period are settled."""

    status: str
    version: int | None
    unit_id: str | None
    version_unsure: bool


class Warehouse:
    """An open warehouse of one office. Use `Warehouse.open` as a context manager."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, path: Path, office: Office, journal: Journal | None = None
    ) -> None:
        self._connection = connection
        self._path = path
        self._office = office
        self._journal = journal
        self._columns: dict[str, dict[str, str]] = {}

    @classmethod
    def open(cls, path: Path, office: Office, journal: Journal | None = None) -> "Warehouse":
        """The warehouse in the file `path` (made where there is none), migrated, holding the office's form and units.

        Every decision is handed to `journal`, once it is known to fit and before it is written here.
        Raises WarehouseFault where it is busy, damaged, made by a newer program, another office's or no warehouse.
        """
        if not path.parent.is_dir():
            raise WarehouseFault("WAREHOUSE_FOLDER", f"Không có thư mục {path.parent}.", "Tạo thư mục hoặc sửa --db.")
        with faults(path):
            connection = duckdb.connect(":memory:", config={**WRITER, "temp_directory": f"{path}.tmp"})
            try:
                connection.execute(f"ATTACH {_literal(path)} AS kho" + ("" if path.exists() else f" ({STORAGE})"))
                connection.execute("USE kho")
                warehouse = cls(connection, path, office, journal)
                warehouse._migrate()
                warehouse._record_office()
            except BaseException:
                connection.close()
                raise
        return warehouse

    def __enter__(self) -> "Warehouse":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the file back to other processes."""
        self._connection.close()

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """For reading the views while writing goes on (extraction reports); write nothing through it."""
        return self._connection

    @property
    def path(self) -> Path:
        """The working file."""
        return self._path

    @property
    def office(self) -> Office:
        """The office it was opened for."""
        return self._office

    def known(self, sha256: str) -> str | None:
        """The outcome of these bytes so far ('loaded', 'refused'), None where they were never seen."""
        found = self._connection.execute(
            "SELECT outcome FROM store.file WHERE sha256 = ? ORDER BY outcome = 'loaded' DESC, received_at DESC LIMIT 1",
            [sha256],
        ).fetchone()
        return str(found[0]) if found else None

    def load(self, extraction: Extraction, received_at: datetime) -> Loaded:
        """Load all that one file gave, in one transaction; bytes that are there already change nothing.

        Raises WarehouseFault; nothing is half-loaded then, and the load can be tried again.
        """
        tables = extraction_tables(extraction, received_at)
        submission_id = str(tables["submission"][0]["submission_id"])
        if self.known(extraction.source.sha256) == "loaded":
            return Loaded("unchanged", submission_id)
        with self._writing():
            if self.known(extraction.source.sha256) == "loaded":
                return Loaded("unchanged", submission_id)
            for table, rows in tables.items():
                self._insert(table, rows)
        return Loaded("loaded", submission_id)

    def standing(self, submission_id: str) -> Standing:
        """The status, version and unit of a submission that is in the warehouse, decisions applied."""
        found = self._connection.execute(
            "SELECT status, version, unit_id, is_version_unsure FROM store.submission_now WHERE submission_id = ?",
            [submission_id],
        ).fetchone()
        if found is None:
            raise UsageFault("SUBMISSION_UNKNOWN", f"Không có báo cáo mang mã «{submission_id}».", "Xem: tonghop status")
        return Standing(*found)

    def kept(self, sha256: str) -> Kept | None:
        """What is kept of a loaded file, None where these bytes are not loaded."""
        found = self._connection.execute(
            "SELECT f.received_at, f.submission_id, s.period, u.name FROM store.file AS f "
            "JOIN store.submission_settled AS s ON s.submission_id = f.submission_id "
            "LEFT JOIN store.unit AS u ON u.unit_id = s.unit_id WHERE f.sha256 = ? AND f.outcome = 'loaded'",
            [sha256],
        ).fetchone()
        return Kept(found[0].replace(tzinfo=VIETNAM), *found[1:]) if found else None

    def fingerprint(self, sha256: str) -> str:
        """Changes with any row that was loaded from these bytes. Raises WarehouseFault."""
        with faults(self._path):
            return self._contents(sha256)[sha256]

    def noted(self, sha256: str, received_at: datetime) -> tuple[str, str | None, str | None] | None:
        """Outcome, reason and detail of what came in at that moment, None where nothing of it is here."""
        found = self._connection.execute(
            "SELECT outcome, reason, detail FROM store.file WHERE sha256 = ? AND received_at = CAST(? AS TIMESTAMP)",
            [sha256, local_time(received_at)],
        ).fetchone()
        return (str(found[0]), found[1], found[2]) if found else None

    def has_decision(self, decision_id: str) -> bool:
        """Whether a decision is here."""
        return bool(self._one("SELECT count(*) FROM store.decision WHERE decision_id = ?", decision_id))

    def stored(self) -> Stored:
        """All that is here, for the archive to check; every row of content is read. Raises WarehouseFault."""
        with faults(self._path):
            decisions = self._connection.execute("SELECT decision_id FROM store.decision ORDER BY seq").fetchall()
            return Stored(self._contents(), tuple(row[0] for row in decisions))

    def _contents(self, sha256: str | None = None) -> dict[str, str]:
        """SHA-256 → fingerprint of the content of one loaded file, or of each."""
        parts: dict[str, list[object]] = {sha256: []} if sha256 else {key: [] for key in self._loaded()}
        only = f"WHERE file_id = {_literal(short_id(sha256))}" if sha256 else ""
        for table, names in FINGERPRINTED.items():
            columns = ", ".join(f"CAST({name} AS VARCHAR)" for name in names.split())
            sql = FINGERPRINT.format(table=table, columns=columns, only=only)
            for key, *part in self._connection.execute(sql).fetchall():
                parts[key].append(part)
        return {key: hashlib.sha256(repr(part).encode()).hexdigest()[:16] for key, part in parts.items()}

    def _loaded(self) -> list[str]:
        rows = self._connection.execute("SELECT sha256 FROM store.file WHERE outcome = 'loaded'").fetchall()
        return [str(row[0]) for row in rows]

    def refuse(
        self, sha256: str, file_name: str, size: int, reason: str, received_at: datetime, detail: str | None = None
    ) -> None:
        """Note that a file of `size` bytes was not taken in and why; the same refusal twice in a row is noted once."""
        row = refused_row(sha256, file_name, size, reason, detail, received_at)
        with self._writing():
            last = self._connection.execute(
                "SELECT outcome, reason FROM store.file WHERE sha256 = ? ORDER BY received_at DESC LIMIT 1", [sha256]
            ).fetchone()
            if last != ("refused", reason):
                self._insert("file", [row])

    def resolve(self, prefix: str) -> str:
        """The id of the one submission whose id starts with `prefix`. Raises UsageFault where there is none or more."""
        found = self._connection.execute(
            "SELECT submission_id FROM store.submission WHERE starts_with(submission_id, ?) LIMIT 2",
            [prefix.strip().lower()],
        ).fetchall()
        if len(found) != 1 or not prefix.strip():
            raise UsageFault(
                "SUBMISSION_UNKNOWN",
                f"{'Không có báo cáo nào' if not found else 'Có hơn một báo cáo'} mang mã «{prefix}».",
                "Xem mã ở cột submission_id: tonghop status",
            )
        return str(found[0][0])

    def decide(self, decision: Decision) -> Decision:
        """Add a person's decision and return it completed (an undo names what it undoes); the same one twice is one.

        Raises UsageFault where it does not fit the report: an unknown unit or cell, nothing to undo.
        """
        with self._writing():
            decision = replace(decision, submission_id=self.resolve(decision.submission_id))
            self._check(decision)
            if decision.action == "undo" and decision.undoes is None:
                decision = replace(decision, undoes=self._last_in_force(decision.submission_id))
            if not self.has_decision(decision.decision_id):
                if self._journal is not None:
                    self._journal(decision)
                seq = self._one("SELECT coalesce(max(seq), 0) + 1 FROM store.decision")
                self._insert("decision", [decision_row(decision, seq)])
        return decision

    def snapshot(self) -> Path:
        """Make a dated read-only copy for readers beside the warehouse and point to it; old copies are swept."""
        with faults(self._path):
            fresh = snapshots.fresh(self._path)
            self._connection.execute(f"ATTACH {_literal(fresh)} AS snap ({SNAPSHOT_STORAGE})")
            try:
                self._copy_into("snap")
            finally:
                self._connection.execute("USE kho")
                self._connection.execute("DETACH snap")
            return snapshots.publish(self._path, fresh)

    def is_published(self) -> bool:
        """Whether the newest snapshot shows all that is here."""
        newest = snapshots.newest(self._path)
        if newest is None:
            return False
        with suppress(duckdb.Error):
            self._connection.execute(f"ATTACH {_literal(newest)} AS newest (READ_ONLY)")
            try:
                return bool(self._one("SELECT (FROM store.lock) = (FROM newest.store.lock)"))
            finally:
                self._connection.execute("DETACH newest")
        return False

    # -- opening

    def _migrate(self) -> None:
        done = self._applied()
        known = migrations()
        if done and done[-1] > known[-1].number:
            raise WarehouseFault(
                "WAREHOUSE_NEWER",
                f"Kho {self._path} do phiên bản tonghop mới hơn ghi (bước {done[-1]}).",
                "Cập nhật tonghop trên máy này.",
            )
        for migration in known:
            if migration.number not in done:
                with self._transaction():
                    self._connection.execute(migration.sql)
                    self._connection.execute(
                        "INSERT INTO store.migration VALUES (?, ?)", [migration.number, migration.name]
                    )

    def _applied(self) -> list[int]:
        """The migrations already in the file. Raises WarehouseFault where it is somebody else's database."""
        names = self._connection.execute(
            "SELECT schema_name || '.' || table_name FROM duckdb_tables() WHERE database_name = 'kho'"
        ).fetchall()
        if names and ("store.migration",) not in names:
            raise WarehouseFault(
                "WAREHOUSE_NOT_OURS", f"{self._path} là cơ sở dữ liệu khác, không phải kho của tonghop.", "Sửa --db."
            )
        if not names:
            self._connection.execute("CREATE SCHEMA IF NOT EXISTS store")
            self._connection.execute("CREATE TABLE store.migration (number INTEGER, name VARCHAR)")
        return [row[0] for row in self._connection.execute("SELECT number FROM store.migration ORDER BY 1").fetchall()]

    def _record_office(self) -> None:
        """Write the office, its form and units and the views, where they are not those recorded already."""
        office, fingerprint = self._office, _fingerprint(self._office)
        recorded = self._connection.execute("SELECT name, level, fingerprint FROM store.office").fetchone()
        if recorded and recorded[:2] != (office.name, office.level):
            raise WarehouseFault(
                "WAREHOUSE_OTHER_OFFICE",
                f"Kho {self._path} là của {recorded[0]}, không phải của {office.name}.",
                "Dùng kho khác (--db) hoặc đúng tệp office.toml (--office).",
            )
        if recorded and recorded[2] == fingerprint:
            return
        with self._writing():
            self._replace(office_tables(office), None)
            self._replace(form_tables(office.form), office.form.code)
            self._connection.execute("DELETE FROM store.office")
            self._connection.execute(
                "INSERT INTO store.office VALUES (?, ?, ?, ?, ?)",
                [office.name, office.level, office.form.code, office.due_date, fingerprint],
            )
            self._make_views("kho")

    def _replace(self, tables: Tables, form: str | None) -> None:
        for table, rows in tables.items():
            self._connection.execute(f"DELETE FROM store.{table}" + (f" WHERE form = {_literal(form)}" if form else ""))
            self._insert(table, rows)

    def _make_views(self, database: str) -> None:
        """The public views, the forms' reading views and every comment, in the database in use."""
        forms = [
            Form.model_validate_json(data)
            for (data,) in self._connection.execute("SELECT data FROM store.form ORDER BY form").fetchall()
        ]
        self._connection.execute(public_views() + form_views(forms))
        columns = self._connection.execute(
            "SELECT c.schema_name, c.table_name, c.column_name FROM duckdb_columns() AS c "
            "JOIN duckdb_views() AS v ON v.database_name = c.database_name AND v.schema_name = c.schema_name "
            "AND v.view_name = c.table_name "
            "WHERE c.database_name = ? AND c.schema_name <> 'store' AND NOT v.internal "
            "ORDER BY c.schema_name, c.table_name, c.column_index",
            [database],
        ).fetchall()
        self._connection.execute(comment_statements(columns, forms))

    # -- writing

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """One transaction that holds the lock row, committed and checkpointed; rolled back on any error."""
        with faults(self._path):
            with self._transaction():
                self._connection.execute("UPDATE store.lock SET writes = writes + 1")
                yield
            self._checkpoint()

    def _checkpoint(self) -> None:
        """Out of the .wal, whose loss would go unnoticed, into the file itself."""
        self._connection.execute("CHECKPOINT kho")

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._connection.execute("BEGIN")
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            with suppress(duckdb.Error):
                self._connection.execute("ROLLBACK")
            raise

    def _insert(self, table: str, rows: Sequence[Row]) -> None:
        if rows:
            structure = json.dumps([self._structure(table)])
            self._connection.execute(INSERT.format(table=table, structure=structure), [as_json(rows)])

    def _structure(self, table: str) -> dict[str, str]:
        """Column → type, as DuckDB's from_json wants it."""
        if table not in self._columns:
            described = self._connection.execute(f"DESCRIBE store.{table}").fetchall()
            self._columns[table] = {name: kind for name, kind, *_ in described}
        return self._columns[table]

    # -- decisions

    def _check(self, decision: Decision) -> None:
        now = self._connection.execute(
            "SELECT unit_id FROM store.submission_now WHERE submission_id = ?", [decision.submission_id]
        ).fetchone()
        match decision.action:
            case "accept" if now == (None,):
                _refuse("Chưa biết báo cáo của đơn vị nào nên chưa chấp nhận được.", "Ghi đơn vị trước: tonghop assign")
            case "assign":
                if not self._one("SELECT count(*) FROM store.unit WHERE unit_id = ?", decision.unit_id):
                    _refuse(f"Không có đơn vị «{decision.unit_id}».", "Xem danh sách: tonghop units list")
            case "correct":
                self._check_correction(decision)
            case "undo" if decision.undoes is not None:
                if not self._one(
                    "SELECT count(*) FROM store.decision WHERE decision_id = ? AND submission_id = ?",
                    decision.undoes,
                    decision.submission_id,
                ):
                    _refuse(f"Báo cáo này không có quyết định «{decision.undoes}».", "Xem: tonghop sql 'FROM decisions'")

    def _check_correction(self, decision: Decision) -> None:
        if decision.value is None and not decision.text:
            _refuse("Chưa ghi giá trị đúng của ô.", "Ghi giá trị đúng.")
        if not self._one(
            "SELECT count(*) FROM store.observation AS o JOIN store.part AS p ON p.file_id = o.file_id "
            "WHERE submission_id = ? AND appendix = ? AND indicator = ? AND column_key = ?",
            decision.submission_id,
            decision.appendix,
            decision.indicator,
            decision.column_key,
        ):
            _refuse("Báo cáo không có ô được nêu.", "Kiểm tra số phụ lục, mã chỉ tiêu và cột.")

    def _last_in_force(self, submission_id: str) -> str:
        found = self._one(
            "SELECT arg_max(decision_id, seq) FROM store.decision_in_force WHERE submission_id = ?", submission_id
        )
        if found is None:
            _refuse("Báo cáo này không có quyết định nào để hủy.", "Xem: tonghop sql 'FROM decisions'")
        return str(found)

    def _one(self, sql: str, *parameters: object) -> Any:
        row = self._connection.execute(sql, list(parameters)).fetchone()
        return row[0] if row else None

    # -- snapshots

    def _copy_into(self, database: str) -> None:
        """Every table by CREATE TABLE AS (engines differ in what they copy otherwise), the views and comments anew."""
        tables = self._connection.execute(
            "SELECT table_name FROM duckdb_tables() WHERE database_name = 'kho' AND schema_name = 'store' ORDER BY 1"
        ).fetchall()
        with self._transaction():
            self._connection.execute(f"CREATE SCHEMA {database}.store")
            for (table,) in tables:
                self._connection.execute(f"CREATE TABLE {database}.store.{table} AS SELECT * FROM kho.store.{table}")
            self._connection.execute(f"USE {database}")
            self._make_views(database)
        self._connection.execute(f"CHECKPOINT {database}")


def open_snapshot(path: Path) -> duckdb.DuckDBPyConnection:
    """A read-only connection of its own to the newest snapshot of the warehouse in the file `path`.

    Raises WarehouseFault where there is no snapshot or it cannot be read.
    """
    newest = snapshots.newest(path)
    if newest is None:
        raise WarehouseFault(
            "WAREHOUSE_MISSING", f"Chưa có dữ liệu trong kho {path}.", "Đọc báo cáo trước: tonghop ingest THƯ_MỤC"
        )
    with faults(newest):
        connection = duckdb.connect(":memory:", config={**SEALED, "temp_directory": ""})
        try:
            connection.execute(f"ATTACH {_literal(newest)} AS kho (READ_ONLY)")
            connection.execute("USE kho")
        except BaseException:
            connection.close()
            raise
    return connection


def _fingerprint(office: Office) -> str:
    """Changes with anything that `_record_office` writes."""
    parts = [office.model_dump_json(), json.dumps(office_tables(office)["catalogue"]), json.dumps(comments())]
    parts += [public_views(), form_views([office.form])]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _refuse(message: str, advice: str) -> NoReturn:
    raise UsageFault("DECISION", message, advice)


def _literal(text: object) -> str:
    return "'" + str(text).replace("'", "''") + "'"
