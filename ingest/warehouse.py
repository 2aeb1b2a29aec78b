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
from typing import Any, Literal, NoReturn, TypeVar

import duckdb

from ingest import snapshots
from ingest.stores import store_at
from ingest.warehouse_faults import faults
from ingest.warehouse_joining import Joining
from ingest.warehouse_prints import fingerprints
from ingest.warehouse_snapshots import is_published, make_views, take_snapshot
from schemas.decision import Decision
from schemas.errors import UsageFault, WarehouseFault
from schemas.ledger import Stored
from schemas.office import Office
from schemas.record import Extraction
from schemas.sql import comments, form_views, migrations, public_views
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

TAKE_TURN = "UPDATE store.lock SET writes = writes + 1"
"""The first statement of every write: of two writers at the same time only one can commit it."""
T = TypeVar("T")
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
        self._store = store_at(path)
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
                store_at(path).attach(connection)
                warehouse = cls(connection, path, office, journal)
                warehouse._store.write(warehouse._migrate)
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
    def is_shared(self) -> bool:
        """Whether other offices write here too."""
        return self._store.is_shared

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
        file_id = short_id(extraction.source.sha256)
        if (there := self.submission_of(file_id)) is not None:
            return Loaded("unchanged", there)

        def attempt() -> Loaded:
            if (there := self.submission_of(file_id)) is not None:
                return Loaded("unchanged", there)
            for table, rows in tables.items():
                self._insert(table, rows)
            return Loaded("loaded", Joining(self._rows).arrived(file_id))

        return self._write(attempt)

    def submission_of(self, file_id: str) -> str | None:
        """The submission that a loaded file belongs to, None where it is not loaded. A file's id is that of the submission
        that it makes by itself."""
        held: str | None = self._one("SELECT submission_id FROM store.membership WHERE file_id = ?", file_id)
        return held

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
            "SELECT f.received_at, p.submission_id, s.period, u.name FROM store.file AS f "
            "JOIN store.part AS p ON p.file_id = f.file_id "
            "JOIN store.submission_settled AS s ON s.submission_id = p.submission_id "
            "LEFT JOIN store.unit AS u ON u.unit_id = s.unit_id WHERE f.sha256 = ? AND f.outcome = 'loaded'",
            [sha256],
        ).fetchone()
        return Kept(found[0].replace(tzinfo=VIETNAM), *found[1:]) if found else None

    def fingerprint(self, sha256: str) -> str:
        """Changes with any row that was loaded from these bytes. Raises WarehouseFault."""
        with faults(self._path):
            return fingerprints(self._rows, sha256)[sha256]

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
            return Stored(fingerprints(self._rows), tuple(row[0] for row in decisions))

    def refuse(
        self, sha256: str, file_name: str, size: int, reason: str, received_at: datetime, detail: str | None = None
    ) -> None:
        """Note that a file of `size` bytes was not taken in and why; the same refusal twice in a row is noted once."""
        row = refused_row(sha256, file_name, size, reason, detail, received_at)

        def attempt() -> None:
            last = self._connection.execute(
                "SELECT outcome, reason FROM store.file WHERE sha256 = ? ORDER BY received_at DESC LIMIT 1", [sha256]
            ).fetchone()
            if last != ("refused", reason):
                self._insert("file", [row])

        self._write(attempt)

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

    def check(self, decision: Decision) -> None:
        """Raises UsageFault where a decision about a known submission does not fit it; nothing is written."""
        self._check(decision)

    def decide(self, decision: Decision) -> Decision:
        """Add a person's decision and return it completed (an undo names what it undoes); the same one twice is one.

        Raises UsageFault where it does not fit the report: an unknown unit or cell, nothing to undo.
        """
        journaled: list[Decision] = []

        def attempt() -> Decision:
            made = replace(decision, submission_id=self._subject(decision))
            self._check(made)
            if made.action == "undo" and made.undoes is None:
                made = replace(made, undoes=self._last_in_force(made.submission_id))
            if not self.has_decision(made.decision_id):
                if self._journal is not None and made not in journaled:
                    self._journal(made)
                    journaled.append(made)
                joining = Joining(self._rows)
                seq = joining.next_seq()
                self._insert("decision", [decision_row(made, seq)])
                joining.decided(made, seq)
            return made

        return self._write(attempt)

    def snapshot(self) -> Path:
        """Make a dated read-only copy for readers beside the warehouse and point to it; old copies are swept."""
        with faults(self._path), snapshots.turn(self._path):
            return take_snapshot(self._connection, self._path)

    def upkeep(self, tell: Callable[[str], None]) -> None:
        """What the store needs every night; says each step. Raises WarehouseFault."""
        with faults(self._path):
            self._store.upkeep(self._connection, tell)

    def is_published(self) -> bool:
        """Whether the newest snapshot shows all that is here."""
        return is_published(self._connection, self._path)

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
                    if migration.number > known[0].number:
                        self._connection.execute(TAKE_TURN)
                    if migration.number in self._numbers():  # another program's, in this moment
                        continue
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
        return self._numbers()

    def _numbers(self) -> list[int]:
        return [row[0] for row in self._connection.execute("SELECT number FROM store.migration ORDER BY 1").fetchall()]

    def _record_office(self) -> None:
        """Write the office, its form and units and the views, where they are not those recorded already."""
        office, fingerprint = self._office, _fingerprint(self._office)
        recorded = self._connection.execute("SELECT name, level, fingerprint FROM store.office").fetchone()
        if recorded:
            _check_office(self._path, office, *recorded[:2])
        if recorded and recorded[2] == fingerprint:
            return

        def attempt() -> None:
            self._replace(office_tables(office), None)
            self._replace(form_tables(office.form), office.form.code)
            self._connection.execute("DELETE FROM store.office")
            self._connection.execute(
                "INSERT INTO store.office VALUES (?, ?, ?, ?, ?)",
                [office.name, office.level, office.form.code, office.due_date, fingerprint],
            )
            make_views(self._connection, "kho", with_comments=not self._store.is_shared)

        self._write(attempt)

    def _replace(self, tables: Tables, form: str | None) -> None:
        for table, rows in tables.items():
            self._connection.execute(f"DELETE FROM store.{table}" + (f" WHERE form = {_literal(form)}" if form else ""))
            self._insert(table, rows)

    # -- writing

    def _write(self, attempt: Callable[[], T]) -> T:
        """What `attempt` gives, done in one transaction that holds the lock row, committed and checkpointed; rolled back
        on any error, and on a shared store done again from the beginning where another writer was first."""

        def whole() -> T:
            with self._transaction():
                self._connection.execute(TAKE_TURN)
                return attempt()

        with faults(self._path):
            result = self._store.write(whole)
            self._checkpoint()
        return result

    def _checkpoint(self) -> None:
        """What is committed outlives a crash from now on."""
        self._store.checkpoint(self._connection)

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
            "SELECT count(*) FROM store.observation_now "
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

    def _subject(self, decision: Decision) -> str:
        """What a decision is about: a file of a submission may be withdrawn or be another unit's by itself; all else
        is decided about the submission as a whole."""
        named = self.resolve(decision.submission_id)
        return named if decision.action in ("withdraw", "assign", "undo") else self.submission_of(named) or named

    def _rows(self, sql: str, parameters: object = None) -> list[tuple[Any, ...]]:
        return self._connection.execute(sql, parameters).fetchall()

    def _one(self, sql: str, *parameters: object) -> Any:
        row = self._connection.execute(sql, list(parameters)).fetchone()
        return row[0] if row else None


def open_snapshot(path: Path, office: Office | None = None) -> duckdb.DuckDBPyConnection:
    """A read-only connection of its own to the newest snapshot of the warehouse in the file `path`.

    Raises WarehouseFault where there is no snapshot, it cannot be read, or it is not of `office` (None: of any).
    """
    if store_at(path).is_shared:
        _renew(path)
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
            if office is not None:
                _check_office(path, office, *(connection.execute("FROM office").fetchone() or (None, None))[:2])
        except BaseException:
            connection.close()
            raise
    return connection


def _renew(path: Path) -> None:
    """A new snapshot of a shared store, where another office has written since the newest one here. Of readers at the
    same time one makes it, and the others wait. Raises WarehouseFault."""
    with faults(path):
        connection = duckdb.connect(":memory:", config={**SEALED, "temp_directory": f"{path}.tmp"})
        try:
            with snapshots.turn(path):
                store_at(path).attach(connection, read_only=True)
                if not is_published(connection, path):
                    take_snapshot(connection, path)
        finally:
            connection.close()


def _check_office(path: Path, office: Office, name: str | None, level: str | None) -> None:
    """Raises WarehouseFault where the warehouse is not of this office."""
    if (name, level) != (office.name, office.level):
        raise WarehouseFault(
            "WAREHOUSE_OTHER_OFFICE",
            f"Kho {path} là của {name}, không phải của {office.name}.",
            "Dùng kho khác (--db) hoặc đúng tệp office.toml (--office).",
        )


def _fingerprint(office: Office) -> str:
    """Changes with anything that `_record_office` writes."""
    parts = [office.model_dump_json(), json.dumps(office_tables(office)["catalogue"]), json.dumps(comments())]
    parts += [public_views(), form_views([office.form])]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _refuse(message: str, advice: str) -> NoReturn:
    raise UsageFault("DECISION", message, advice)


def _literal(text: object) -> str:
    return "'" + str(text).replace("'", "''") + "'"
