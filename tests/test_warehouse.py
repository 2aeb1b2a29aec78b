"""What came in stays, once; what counts is what a clerk may add up; readers never meet a lock or half a load."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ingest import snapshots
from ingest.warehouse import Warehouse, open_snapshot
from schemas.decision import Decision
from schemas.errors import UsageFault, WarehouseFault
from schemas.finding import Finding
from schemas.place import Box, Place
from schemas.sql import migrations, public_views
from tests.office_made import AN, BINH, CHI, DONG, FORM, GONE, NOW, OFFICE, flagged, number, observation, report, words
from tests.shared_store import Server

COUNT_2019 = (1, "1", "2019")
LATER = NOW + timedelta(days=3)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse with nothing in it, made once: making its views is what takes long."""
    path = tmp_path_factory.mktemp("kho") / "kho.duckdb"
    Warehouse.open(path, OFFICE).close()
    return path


@pytest.fixture
def db(empty: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(empty, tmp_path / "kho.duckdb"))


@pytest.fixture(scope="module")
def empty_shared(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same in a store that several offices share."""
    path = server.store(tmp_path_factory.mktemp("chung"))
    Warehouse.open(path, OFFICE).close()
    return path


@pytest.fixture
def warehouse(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Warehouse]:
    path: Path
    if getattr(request, "param", "file") == "shared":
        path = request.getfixturevalue("server").copy(request.getfixturevalue("empty_shared"), tmp_path)
    else:
        path = request.getfixturevalue("db")
    with Warehouse.open(path, OFFICE) as opened:
        yield opened


in_both = pytest.mark.parametrize("warehouse", ["file", "shared"], indirect=True)
"""For what rests on how the store writes; the views, which are the same SQL, are asked in test_contract.py."""


def ask(warehouse: Warehouse, sql: str) -> list[tuple[Any, ...]]:
    return warehouse.connection.execute(sql).fetchall()


def decide(warehouse: Warehouse, action: str, submission_id: str, at: datetime = LATER, **what: Any) -> Decision:
    return warehouse.decide(Decision(action, submission_id, "Lan", at, **what))  # type: ignore[arg-type]


# -- loading


@in_both
def test_a_report_is_counted_once_it_is_loaded(warehouse: Warehouse) -> None:
    loaded = warehouse.load(report(AN, {COUNT_2019: number(12)}), NOW)
    standing = warehouse.standing(loaded.submission_id)
    assert (loaded.outcome, standing.status, standing.version) == ("loaded", "received", 1)
    assert ask(warehouse, "SELECT unit_name, value FROM observations WHERE status = 'ok'") == [("Xã An", 12.0)]


def test_the_submission_id_begins_the_files_sha256(warehouse: Warehouse) -> None:
    made = report(AN)
    assert made.source.sha256.startswith(warehouse.load(made, NOW).submission_id)


@in_both
def test_the_same_bytes_change_nothing(warehouse: Warehouse) -> None:
    made = report(AN, {COUNT_2019: number(12)})
    first = warehouse.load(made, NOW)
    before = {t: ask(warehouse, f"SELECT * FROM {t} ORDER BY ALL") for t in ("files", "submissions", "observations_all")}
    again = warehouse.load(made, LATER)
    assert (again.outcome, again.submission_id) == ("unchanged", first.submission_id)
    assert before == {t: ask(warehouse, f"SELECT * FROM {t} ORDER BY ALL") for t in before}


@in_both
def test_a_load_that_fails_leaves_nothing_behind(warehouse: Warehouse) -> None:
    made = report(AN, {COUNT_2019: number(12)})
    broken = replace(made, observations=(*made.observations, replace_value(made.observations[0], float("inf"))))
    with pytest.raises(ValueError, match="JSON"):
        warehouse.load(broken, NOW)
    for table in ("file", "submission", "observation", "section", "finding", "appendix"):
        assert ask(warehouse, f"SELECT count(*) FROM store.{table}") == [(0,)]
    assert warehouse.known(made.source.sha256) is None
    assert warehouse.load(made, NOW).outcome == "loaded"


def replace_value(cell: Any, value: float) -> Any:
    return cell.model_copy(update={"value_read": value})


@in_both
def test_text_no_column_can_hold_does_not_stop_a_load(warehouse: Warehouse) -> None:
    odd = words("a\0b\ud800c 'd' \\u0000 \"e\"")
    warehouse.load(report(AN, {(1, "5", "2019"): odd}), NOW)
    assert ask(warehouse, "SELECT text FROM observations WHERE indicator = '5' AND column_key = '2019'") == [
        ("ab\ufffdc 'd' \\u0000 \"e\"",)
    ]


def test_nothing_to_say_is_null_and_never_an_empty_text(warehouse: Warehouse) -> None:
    warehouse.load(report(AN, findings=[Finding("ROW_EXTRA", found="", section="")]), NOW)
    for table, column in ask(
        warehouse,
        "SELECT table_name, column_name FROM duckdb_columns() WHERE schema_name = 'main' AND data_type = 'VARCHAR' "
        "AND database_name = 'kho'",
    ):
        assert ask(warehouse, f'SELECT count(*) FROM "{table}" WHERE "{column}" = \'\'') == [(0,)], (table, column)


def test_a_place_on_a_page_is_kept_to_the_box(warehouse: Warehouse) -> None:
    place = Place(block=4, page=2, table=1, row=3, col=5, box=Box(10.5, 20, 30, 40.25))
    warehouse.load(report(AN, findings=[Finding("CELL_UNUSED", place, found="7")]), NOW)
    assert ask(warehouse, "SELECT page, table_no, row_no, col_no, box FROM store.finding") == [
        (2, 1, 3, 5, "10.5,20,30,40.25")
    ]


@in_both
def test_times_are_vietnams_whatever_the_machines_zone(warehouse: Warehouse) -> None:
    warehouse.load(report(AN), datetime(2020, 6, 5, 23, 30, tzinfo=UTC))
    assert ask(warehouse, "SELECT received_at FROM submissions") == [(datetime(2020, 6, 6, 6, 30),)]


def test_findings_keep_their_id_when_the_same_bytes_are_read_into_another_warehouse(
    warehouse: Warehouse, empty: Path, tmp_path: Path
) -> None:
    made = report(AN, findings=[Finding("ROW_EXTRA", found="dòng lạ")] * 2 + [Finding("ROW_UNNAMED", found="3")])
    warehouse.load(made, NOW)
    with Warehouse.open(Path(shutil.copy(empty, tmp_path / "khac.duckdb")), OFFICE) as other:
        other.load(made, LATER)
        ids = ask(warehouse, "SELECT finding_id FROM findings ORDER BY 1")
        assert ids == ask(other, "SELECT finding_id FROM findings ORDER BY 1")
    assert len(set(ids)) == 3


def test_a_finding_is_a_vietnamese_sentence(warehouse: Warehouse) -> None:
    warehouse.load(report(AN, findings=[Finding("ROW_EXTRA", found="Số máy tính")]), NOW)
    assert ask(warehouse, "SELECT origin, severity, message FROM findings") == [
        ("reading", "warning", "Dòng ngoài mẫu: «Số máy tính».")
    ]


# -- refused files


@in_both
def test_a_refused_file_is_remembered_with_its_reason_and_may_come_again(warehouse: Warehouse) -> None:
    made = report(AN)
    sha256 = made.source.sha256
    warehouse.refuse(sha256, "bc.docx", 10, "DAMAGED", NOW, "zip")
    warehouse.refuse(sha256, "bc.docx", 10, "DAMAGED", LATER)
    assert ask(warehouse, "SELECT file_name, bytes, outcome, reason, submission_id FROM files") == [
        ("bc.docx", 10, "refused", "DAMAGED", None)
    ]
    assert warehouse.known(sha256) == "refused"
    warehouse.load(made, LATER)
    assert warehouse.known(sha256) == "loaded"
    assert ask(warehouse, "SELECT count(*) FROM observations") == [(len(made.observations),)]


# -- versions


@in_both
def test_the_later_document_counts_in_whatever_order_the_two_arrive(warehouse: Warehouse) -> None:
    new = warehouse.load(report(AN, {COUNT_2019: number(2)}, signed=date(2020, 6, 9)), NOW).submission_id
    old = warehouse.load(report(AN, {COUNT_2019: number(1)}, signed=date(2020, 6, 1)), LATER).submission_id
    assert ask(warehouse, "SELECT submission_id, version, is_current, status FROM submissions ORDER BY version") == [
        (old, 1, False, "received"),
        (new, 2, True, "received"),
    ]
    assert ask(warehouse, "SELECT value FROM observations WHERE status = 'ok'") == [(2.0,)]
    assert ask(warehouse, "SELECT count(*) FROM observations_all WHERE status = 'ok'") == [(2,)]


def test_of_two_documents_of_one_day_the_later_to_arrive_counts(warehouse: Warehouse) -> None:
    warehouse.load(report(AN, {COUNT_2019: number(1)}), NOW)
    warehouse.load(report(AN, {COUNT_2019: number(2)}), LATER)
    assert ask(warehouse, "SELECT value FROM observations WHERE status = 'ok'") == [(2.0,)]


@pytest.mark.parametrize("dates", [(None, date(2020, 6, 1)), (date(2020, 6, 1), None), (None, None)])
def test_which_is_newer_without_dates_is_asked_and_settled_by_accepting_one(
    warehouse: Warehouse, dates: tuple[date | None, date | None]
) -> None:
    first = warehouse.load(report(AN, {COUNT_2019: number(1)}, signed=dates[0]), NOW).submission_id
    second = warehouse.load(report(AN, {COUNT_2019: number(2)}, signed=dates[1]), LATER).submission_id
    assert warehouse.standing(second).status == "needs_review"
    assert ask(warehouse, "SELECT submission_id, severity, is_current FROM findings WHERE code = 'VERSION_UNSURE'") == [
        (second, "error", True)
    ]
    decide(warehouse, "accept", first, LATER + timedelta(hours=1))
    assert ask(warehouse, "SELECT submission_id, value FROM observations WHERE status = 'ok'") == [(first, 1.0)]
    assert warehouse.standing(first).status == "accepted"
    assert not ask(warehouse, "FROM findings WHERE code = 'VERSION_UNSURE'")


def test_a_new_version_starts_as_received_though_the_old_was_accepted(warehouse: Warehouse) -> None:
    decide(warehouse, "accept", warehouse.load(report(AN), NOW).submission_id)
    new = warehouse.load(report(AN, signed=date(2020, 6, 9)), LATER)
    assert warehouse.standing(new.submission_id).status == "received"


def test_reports_of_different_communes_are_no_versions_of_each_other(warehouse: Warehouse) -> None:
    for unit in (AN, BINH):
        warehouse.load(report(unit), NOW)
    assert ask(warehouse, "SELECT version, is_current FROM submissions") == [(1, True), (1, True)]


# -- who it is from


@in_both
def test_a_report_of_nobody_knows_whom_is_kept_shown_and_not_counted_until_it_is_assigned(warehouse: Warehouse) -> None:
    made = report(None, {COUNT_2019: number(7)}, findings=[Finding("SENDER_UNKNOWN")])
    identity = warehouse.load(made, NOW).submission_id
    assert ask(warehouse, "SELECT unit_name, version, is_current, status FROM submissions") == [
        (None, None, True, "needs_review")
    ]
    assert not ask(warehouse, "FROM observations")
    with pytest.raises(UsageFault, match="Chưa biết"):
        decide(warehouse, "accept", identity)
    decide(warehouse, "assign", identity, unit_id=CHI.unit_id)
    assert ask(warehouse, "SELECT unit_name, value FROM observations WHERE status = 'ok'") == [("Xã Chi", 7.0)]
    assert not ask(warehouse, "FROM findings WHERE code = 'SENDER_UNKNOWN'")
    assert warehouse.standing(identity).status == "received"


def test_a_report_of_an_unsure_period_waits_and_does_not_push_out_the_one_that_counts(warehouse: Warehouse) -> None:
    warehouse.load(report(AN, {COUNT_2019: number(1)}), NOW)
    unsure = report(AN, {COUNT_2019: number(9)}, signed=date(2020, 7, 1), findings=[Finding("PERIOD_UNSURE")])
    identity = warehouse.load(replace(unsure, needs_review=True), LATER).submission_id
    assert ask(warehouse, "SELECT value FROM observations WHERE status = 'ok'") == [(1.0,)]
    decide(warehouse, "assign", identity, unit_id=AN.unit_id)
    assert ask(warehouse, "SELECT value FROM observations WHERE status = 'ok'") == [(1.0,)]
    decide(warehouse, "accept", identity)
    assert ask(warehouse, "SELECT value FROM observations WHERE status = 'ok'") == [(9.0,)]


def test_assigning_to_a_commune_that_has_a_report_makes_a_version(warehouse: Warehouse) -> None:
    warehouse.load(report(AN, {COUNT_2019: number(1)}), NOW)
    other = warehouse.load(report(BINH, {COUNT_2019: number(2)}, signed=date(2020, 6, 9)), NOW).submission_id
    decide(warehouse, "assign", other, unit_id=AN.unit_id)
    assert ask(warehouse, "SELECT unit_name, value FROM observations WHERE status = 'ok'") == [("Xã An", 2.0)]
    assert warehouse.standing(other).version == 2


# -- decisions


@in_both
def test_a_returned_report_is_not_counted_and_undo_takes_it_back(warehouse: Warehouse) -> None:
    identity = warehouse.load(report(AN, {COUNT_2019: number(1)}), NOW).submission_id
    decide(warehouse, "return", identity, reason="thiếu phụ lục")
    assert (warehouse.standing(identity).status, ask(warehouse, "FROM observations")) == ("returned", [])
    undone = decide(warehouse, "undo", identity)
    assert warehouse.standing(identity).status == "received"
    assert ask(warehouse, "SELECT action, is_in_force, undoes FROM decisions ORDER BY action") == [
        ("return", False, None),
        ("undo", False, undone.undoes),
    ]
    with pytest.raises(UsageFault, match="không có quyết định"):
        decide(warehouse, "undo", identity, LATER + timedelta(hours=1))


def test_a_withdrawn_report_gives_way_to_the_one_before(warehouse: Warehouse) -> None:
    warehouse.load(report(AN, {COUNT_2019: number(1)}), NOW)
    wrong = warehouse.load(report(AN, {COUNT_2019: number(2)}, signed=date(2020, 6, 9)), NOW).submission_id
    decide(warehouse, "withdraw", wrong)
    assert ask(warehouse, "SELECT value FROM observations WHERE status = 'ok'") == [(1.0,)]
    assert ask(warehouse, "SELECT status, is_current FROM submissions ORDER BY version") == [
        ("received", True),
        ("withdrawn", False),
    ]


@in_both
def test_a_corrected_cell_counts_and_keeps_what_was_read(warehouse: Warehouse) -> None:
    made = report(
        AN,
        {COUNT_2019: flagged("1,500", 1.5)},
        findings=[Finding("VALUE_NOT_WHOLE", appendix=1, indicator="1", column_key="2019", found="1,500")],
    )
    identity = warehouse.load(made, NOW).submission_id
    cell = "FROM observations_all WHERE indicator = '1' AND appendix = 1 AND column_key = '2019'"
    assert ask(warehouse, f"SELECT status, value, value_read, raw {cell}") == [("flagged", None, 1.5, "1,500")]
    where: dict[str, Any] = {"appendix": 1, "indicator": "1", "column_key": "2019"}
    decide(warehouse, "correct", identity, value=1500.0, **where)
    assert ask(warehouse, f"SELECT status, value, value_read, raw {cell}") == [("corrected", 1500.0, 1.5, "1,500")]
    assert not ask(warehouse, "FROM findings")
    decide(warehouse, "correct", identity, LATER + timedelta(hours=1), value=1501.0, **where)
    assert ask(warehouse, f"SELECT value {cell}") == [(1501.0,)]
    decide(warehouse, "undo", identity, LATER + timedelta(hours=2))
    assert ask(warehouse, f"SELECT value {cell}") == [(1500.0,)]


@in_both
def test_the_same_decision_twice_is_one(warehouse: Warehouse) -> None:
    identity = warehouse.load(report(AN), NOW).submission_id
    for _ in range(2):
        decide(warehouse, "accept", identity)
    assert ask(warehouse, "SELECT count(*) FROM decisions") == [(1,)]


def test_decisions_follow_the_order_they_were_made_in_though_the_clock_was_set_back(warehouse: Warehouse) -> None:
    identity = warehouse.load(report(AN), NOW).submission_id
    decide(warehouse, "accept", identity, LATER)
    decide(warehouse, "return", identity, LATER - timedelta(days=400))
    assert warehouse.standing(identity).status == "returned"


@pytest.mark.parametrize(
    ("action", "what", "said"),
    [
        ("assign", {"unit_id": "12345@2020-01-01"}, "Không có đơn vị"),
        ("correct", {"appendix": 1, "indicator": "77", "column_key": "2019", "value": 1.0}, "không có ô"),
        ("correct", {"appendix": 1, "indicator": "1", "column_key": "2019"}, "Chưa ghi giá trị"),
        ("undo", {"undoes": "ffffffffffff"}, "không có quyết định"),
    ],
)
def test_a_decision_that_does_not_fit_is_refused_and_leaves_no_trace(
    warehouse: Warehouse, action: str, what: dict[str, Any], said: str
) -> None:
    identity = warehouse.load(report(AN), NOW).submission_id
    with pytest.raises(UsageFault, match=said):
        decide(warehouse, action, identity, **what)
    assert ask(warehouse, "SELECT count(*) FROM decisions") == [(0,)]


def test_a_few_letters_of_an_id_are_enough_while_they_name_one_report(warehouse: Warehouse) -> None:
    identity = warehouse.load(report(AN), NOW).submission_id
    assert warehouse.resolve(identity[:5].upper()) == identity
    for wrong in ("zzzz", "", "%"):
        with pytest.raises(UsageFault, match="mang mã"):
            warehouse.resolve(wrong)


# -- opening


def test_an_office_finds_its_warehouse_as_it_left_it(db: Path) -> None:
    with Warehouse.open(db, OFFICE) as warehouse:
        warehouse.load(report(AN, {COUNT_2019: number(5)}), NOW)
    with Warehouse.open(db, OFFICE) as warehouse:
        assert ask(warehouse, "SELECT value FROM observations WHERE status = 'ok'") == [(5.0,)]


def test_what_changed_in_the_offices_files_is_taken_over(db: Path) -> None:
    renamed = BINH.model_copy(update={"name": "Xã Bình Minh"})
    with Warehouse.open(db, OFFICE.model_copy(update={"units": (AN, renamed)})) as warehouse:
        assert ask(warehouse, "SELECT name FROM units ORDER BY 1") == [("Xã An",), ("Xã Bình Minh",)]


def test_a_second_form_of_the_same_office_stands_beside_the_first(db: Path) -> None:
    second = FORM.model_copy(update={"code": "mau-khac", "appendices": FORM.appendices[:1]})
    with Warehouse.open(db, OFFICE.model_copy(update={"form": second})) as warehouse:
        assert ask(warehouse, "SELECT form FROM forms ORDER BY 1") == [("mau-khac",), ("mau-thu-2020",)]
        assert ask(warehouse, "SELECT count(*) FROM mau_khac.phu_luc_1") == [(0,)]
        assert ask(warehouse, "SELECT count(*) FROM mau_thu_2020.phu_luc_2") == [(0,)]


def test_another_offices_warehouse_is_refused(db: Path) -> None:
    with pytest.raises(WarehouseFault, match="của UBND huyện Mẫu, không phải của UBND huyện Khác") as fault:
        Warehouse.open(db, OFFICE.model_copy(update={"name": "UBND huyện Khác"}))
    assert (fault.value.code, fault.value.exit_code) == ("WAREHOUSE_OTHER_OFFICE", 5)


def test_somebody_elses_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "khac.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TABLE t AS SELECT 1 AS a")
    with pytest.raises(WarehouseFault, match="không phải kho của tonghop"):
        Warehouse.open(path, OFFICE)
    with duckdb.connect(str(path)) as connection:
        assert connection.execute("FROM t").fetchall() == [(1,)]


def test_a_newer_programs_warehouse_is_refused(db: Path) -> None:
    with duckdb.connect(str(db)) as connection:
        connection.execute("INSERT INTO store.migration VALUES (999, '999_later.sql')")
    with pytest.raises(WarehouseFault, match="mới hơn") as fault:
        Warehouse.open(db, OFFICE)
    assert fault.value.code == "WAREHOUSE_NEWER"


@pytest.mark.parametrize("content", [b"", b"not a database " * 1000, None])
def test_a_damaged_warehouse_is_said_to_be_damaged(db: Path, content: bytes | None) -> None:
    data = bytearray(db.read_bytes())
    data[len(data) // 2 :] = b""
    db.write_bytes(bytes(data) if content is None else content)
    with pytest.raises(WarehouseFault, match="bị hỏng") as fault:
        Warehouse.open(db, OFFICE)
    assert (fault.value.code, fault.value.exit_code) == ("WAREHOUSE_DAMAGED", 5)


def test_one_bent_byte_is_noticed(db: Path) -> None:
    data = bytearray(db.read_bytes())
    data[4096 + 100] ^= 0xFF
    db.write_bytes(data)
    with pytest.raises(WarehouseFault, match="bị hỏng"):
        Warehouse.open(db, OFFICE)


def test_a_warehouse_that_another_process_writes_is_busy(db: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", f"import duckdb; c = duckdb.connect({str(db)!r}); print('held', flush=True); input()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(WarehouseFault, match="chương trình khác") as fault:
            Warehouse.open(db, OFFICE)
        assert (fault.value.code, fault.value.exit_code) == ("WAREHOUSE_BUSY", 5)
    finally:
        holder.communicate(b"\n")


def test_a_warehouse_that_this_process_writes_is_busy_too(warehouse: Warehouse, db: Path) -> None:
    with pytest.raises(WarehouseFault, match="chương trình khác"):
        Warehouse.open(db, OFFICE)


def test_a_missing_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(WarehouseFault, match="Không có thư mục"):
        Warehouse.open(tmp_path / "nowhere" / "kho.duckdb", OFFICE)


def test_a_path_with_a_quote_is_a_path(empty: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(empty, tmp_path / "kho của 'xã'.duckdb"))
    with Warehouse.open(path, OFFICE) as warehouse:
        warehouse.load(report(AN), NOW)
        warehouse.snapshot()
    with open_snapshot(path) as connection:
        assert connection.execute("SELECT count(*) FROM submissions").fetchone() == (1,)


def test_no_statement_needs_what_a_shared_store_lacks() -> None:
    sql = " ".join(migration.sql for migration in migrations()) + public_views()
    plain = " ".join(line.split("--")[0] for line in sql.splitlines()).upper()
    for word in ("PRIMARY KEY", "UNIQUE", "CHECK", "REFERENCES", "SEQUENCE", "ENUM", "RETURNING", "ON CONFLICT", "MACRO"):
        assert word not in plain


# -- snapshots


def test_readers_see_the_last_snapshot_while_the_writer_writes(warehouse: Warehouse, db: Path) -> None:
    warehouse.load(report(AN, {COUNT_2019: number(1)}), NOW)
    warehouse.snapshot()
    with open_snapshot(db) as before:
        warehouse.load(report(BINH, {COUNT_2019: number(2)}), NOW)
        warehouse.snapshot()
        assert before.execute("SELECT count(*) FROM submissions").fetchone() == (1,)
    with open_snapshot(db) as after:
        assert after.execute("SELECT sum(value) FROM observations").fetchone() == (3.0,)
        assert after.execute("SELECT nam_2019 FROM mau_thu_2020.phu_luc_1 WHERE nam_2019 IS NOT NULL").fetchall() == [
            ("1",),
            ("2",),
        ]


def test_a_snapshot_cannot_be_written(warehouse: Warehouse, db: Path) -> None:
    path = warehouse.snapshot()
    assert not os.stat(path).st_mode & 0o222
    with open_snapshot(db) as connection, pytest.raises(duckdb.Error, match="read-only"):
        connection.execute("DELETE FROM store.file")


def test_a_snapshot_opens_for_any_program_by_its_own_name(warehouse: Warehouse) -> None:
    warehouse.load(report(AN, {COUNT_2019: number(1)}), NOW)
    with duckdb.connect(str(warehouse.snapshot()), read_only=True) as connection:
        assert connection.execute("SELECT sum(value) FROM observations").fetchone() == (1.0,)
        assert connection.execute("SELECT count(*) FROM consolidated").fetchone() != (0,)


def test_old_snapshots_are_swept_though_one_is_being_read(warehouse: Warehouse, db: Path) -> None:
    first = warehouse.snapshot()
    with duckdb.connect(str(first), read_only=True) as reader:
        made = [warehouse.snapshot() for _ in range(snapshots.KEPT + 1)]
        assert reader.execute("SELECT count(*) FROM units").fetchone() == (5,)
    left = sorted(path.name for path in snapshots.folder(db).glob("*.duckdb"))
    assert left == [path.name for path in made[-snapshots.KEPT :]]
    assert snapshots.newest(db) == made[-1]


def test_what_an_interrupted_writer_left_is_cleared_and_never_read(warehouse: Warehouse, db: Path) -> None:
    good = warehouse.snapshot()
    (snapshots.folder(db) / "000002-20200101T000000.duckdb.dang-ghi").write_bytes(b"half")
    assert snapshots.newest(db) == good
    assert warehouse.snapshot() == snapshots.newest(db)
    assert not list(snapshots.folder(db).glob("*.dang-ghi*"))


def test_a_lost_pointer_is_no_loss(warehouse: Warehouse, db: Path) -> None:
    newest = warehouse.snapshot()
    (snapshots.folder(db) / snapshots.POINTER).unlink()
    assert snapshots.newest(db) == newest


def test_reading_before_anything_was_read_in_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(WarehouseFault, match="Chưa có dữ liệu") as fault:
        open_snapshot(tmp_path / "kho.duckdb")
    assert "tonghop ingest" in fault.value.advice


def test_a_damaged_snapshot_is_said_to_be_damaged(warehouse: Warehouse, db: Path) -> None:
    path = warehouse.snapshot()
    path.chmod(0o644)
    path.write_bytes(b"x" * 5000)
    with pytest.raises(WarehouseFault, match="bị hỏng"):
        open_snapshot(db)


# -- what the office reads


def test_completeness_lists_who_sent_nothing_and_leaves_out_communes_that_are_gone(warehouse: Warehouse) -> None:
    warehouse.load(report(AN, {COUNT_2019: number(1), (1, "2", "2019"): flagged("có thể")}), NOW)
    warehouse.load(report(BINH), datetime(2020, 6, 16, 9))
    late = warehouse.load(report(CHI), NOW).submission_id
    decide(warehouse, "return", late)
    assert ask(
        warehouse,
        "SELECT unit_name, received, on_time, version, share_filled, doubtful, status FROM completeness ORDER BY unit_id",
    ) == [
        ("Xã An", True, True, 1, 2 / 13, 1, "received"),
        ("Xã Bình", True, False, 1, 0.0, 0, "received"),
        ("Xã Chi", True, True, 1, 0.0, 0, "returned"),
        ("Xã Đông", False, None, None, None, None, "not_submitted"),
    ]


def test_a_report_of_a_commune_that_is_gone_shows_in_completeness(warehouse: Warehouse) -> None:
    warehouse.load(report(GONE), NOW)
    assert (GONE.unit_id, "received") in ask(warehouse, "SELECT unit_id, status FROM completeness")


def test_the_reading_view_writes_numbers_as_an_office_does(warehouse: Warehouse) -> None:
    cells = {
        (1, "1", "2019"): number(1500, "1500"),
        (1, "1", "2020"): flagged("1,500"),
        (1, "2", "2019"): number(1),
        (1, "2", "2020"): number(0),
        (1, "3", "2019"): number(98.5),
        (1, "3", "2020"): number(-0.25),
        (1, "4", "2019"): ("none", "Không có", None, None),
        (1, "5", "2019"): words("Một cửa điện tử"),
        (1, "6", "2019"): words("41/41"),
        (1, "6", "2020"): number(1e30, "quá lớn"),
        (1, "4", "2020"): ("not_applicable", "x", None, None),
    }
    warehouse.load(report(AN, cells), NOW)
    shown = "SELECT don_vi, chi_tieu, nam_2019, nam_2020 FROM mau_thu_2020.phu_luc_1"
    assert ask(warehouse, shown) == [
        ("Xã An", "Nhóm văn bản", None, None),
        ("Xã An", "Số văn bản", "1.500", "1,500 (?)"),
        ("Xã An", "Có tổ chức thi", "Có", "Không"),
        ("Xã An", "Tỷ lệ đúng hạn", "98,5%", "-0,25%"),
        ("Xã An", "Tỷ lệ hài lòng", "Không có", "x"),
        ("Xã An", "Mô hình mới", "Một cửa điện tử", None),
        ("Xã An", "Cán bộ có mặt", "41/41", "quá lớn"),
    ]


def test_further_rows_and_columns_of_a_commune_are_shown_too(warehouse: Warehouse) -> None:
    row = FORM.appendices[0].indicators[1].model_copy(update={"code": "1.x", "label": "Số nghị quyết", "parent": "1"})
    column = FORM.column_sets["years"][0].model_copy(update={"key": "extra-1", "label": "Ghi chú"})
    extra = [
        observation(FORM.appendices[0], row, FORM.column_sets["years"][0], 90, number(3)),
        observation(FORM.appendices[0], FORM.appendices[0].indicators[1], column, 2, words("tăng")),
    ]
    warehouse.load(report(AN, extra=extra), NOW)
    view = "SELECT nam_2019, cot_khac FROM mau_thu_2020.phu_luc_1 WHERE chi_tieu = "
    assert ask(warehouse, f"{view} 'Số nghị quyết'") == [("3", None)]
    assert ask(warehouse, f"{view} 'Số văn bản'") == [(None, "Ghi chú: tăng")]


def test_units_that_are_not_expected_do_not_disturb_the_seven_counts(warehouse: Warehouse) -> None:
    warehouse.load(report(GONE, {COUNT_2019: number(100)}), NOW)
    warehouse.load(report(DONG, {COUNT_2019: number(1)}), NOW)
    assert ask(
        warehouse,
        "SELECT value, reporting, not_submitted, expected FROM consolidated "
        "WHERE appendix = 1 AND indicator = '1' AND column_key = '2019'",
    ) == [(1.0, 1, 3, 4)]


# -- what other engines and stores need


def test_a_snapshot_keeps_the_layout_of_duckdb_1_0_and_the_warehouse_that_of_the_oldest_engine_allowed(
    warehouse: Warehouse, db: Path
) -> None:
    layout = "SELECT tags['storage_version'] FROM duckdb_databases() WHERE database_name = 'kho'"
    warehouse.snapshot()
    assert "v1.5.0" in str(ask(warehouse, layout))
    with open_snapshot(db) as connection:
        assert "v1.0.0" in str(connection.execute(layout).fetchall())


def test_tables_have_only_types_that_every_engine_reads(warehouse: Warehouse) -> None:
    types = ask(warehouse, "SELECT DISTINCT data_type FROM duckdb_columns() WHERE schema_name = 'store' ORDER BY 1")
    plain = {"BIGINT", "BOOLEAN", "DATE", "DOUBLE", "HUGEINT", "INTEGER", "TIMESTAMP", "VARCHAR"}
    assert {kind for (kind,) in types} <= plain


@in_both
def test_every_write_takes_its_turn_at_the_lock_row(warehouse: Warehouse) -> None:
    def writes() -> int:
        return int(ask(warehouse, "SELECT writes FROM store.lock")[0][0])

    before = writes()
    identity = warehouse.load(report(AN), NOW).submission_id
    warehouse.refuse("1" * 64, "a.docx", 1, "DAMAGED", NOW)
    decide(warehouse, "accept", identity)
    assert (writes() - before, ask(warehouse, "SELECT count(*) FROM store.lock")) == (3, [(1,)])
