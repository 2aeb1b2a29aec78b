"""SQL answers what it is asked of the views and can do nothing else; what it writes out is inert."""

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from ingest.warehouse import Warehouse, open_snapshot
from reports.inert import TABLE_ROWS, Answer, as_csv, as_json, as_table
from reports.query import Format, Limits, list_views, run, save
from schemas.errors import UsageFault
from tests.office_made import AN, NOW, OFFICE, number, report, words

ATTACK = "=cmd|' /C calc'!A0"
ESCAPE = "\x1b]0;gotcha\x07\x1b[2J\x9b31m\u202eabc"


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("kho") / "kho.duckdb"
    with Warehouse.open(path, OFFICE) as warehouse:
        cells = {(1, "1", "2019"): number(1500), (1, "3", "2019"): number(98.5), (1, "5", "2019"): words(ATTACK)}
        warehouse.load(report(AN, cells), NOW)
        warehouse.snapshot()
    return path


@pytest.fixture
def snapshot(db: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_snapshot(db) as connection:
        yield connection


def answer(connection: duckdb.DuckDBPyConnection, sql: str, format: Format = "csv", **limits: Any) -> str:
    out = io.StringIO(newline="")
    run(connection, sql, out, format, Limits(**limits))
    return out.getvalue()


# -- answers


def test_a_question_is_answered_as_a_table_for_reading(snapshot: duckdb.DuckDBPyConnection) -> None:
    sql = "SELECT unit_name, value, text FROM observations WHERE status = 'ok' ORDER BY ordinal"
    assert answer(snapshot, sql, "table").splitlines() == [
        "unit_name  value  text",
        "─────────  ─────  ──────────────────",
        "Xã An       1500",
        "Xã An       98.5",
        f"Xã An             {ATTACK}",
        "(3 dòng)",
    ]


def test_a_long_answer_says_that_it_was_cut(snapshot: duckdb.DuckDBPyConnection) -> None:
    lines = answer(snapshot, f"SELECT * FROM range({TABLE_ROWS + 5})", "table").splitlines()
    assert len(lines) == TABLE_ROWS + 3
    assert "-o" in lines[-1]


def test_an_answer_without_rows_keeps_its_columns(snapshot: duckdb.DuckDBPyConnection) -> None:
    sql = "SELECT unit_name, value FROM observations WHERE false"
    assert answer(snapshot, sql, "table").splitlines()[0] == "unit_name  value"
    assert answer(snapshot, sql) == "unit_name,value\r\n"
    assert json.loads(answer(snapshot, sql, "json")) == []


def test_json_keeps_numbers_text_and_nothing_apart(snapshot: duckdb.DuckDBPyConnection) -> None:
    sql = "SELECT 1.5 AS a, 'đ' AS a, NULL AS b, [1, 2] AS c, DATE '2020-03-31' AS d, 'nan'::DOUBLE AS e"
    assert json.loads(answer(snapshot, sql, "json")) == [
        {"a": 1.5, "a_2": "đ", "b": None, "c": [1, 2], "d": "2020-03-31", "e": None}
    ]


@pytest.mark.parametrize(
    "sql",
    [
        "FROM submissions",
        "  -- chú thích bằng tiếng Việt\n (SELECT 1)",
        "WITH a AS (SELECT 1 AS b) SELECT b FROM a;",
        "VALUES (1)",
        "DESCRIBE observations",
        "SUMMARIZE units",
        "SELECT count(*) FROM mau_thu_2020.phu_luc_1 -- hết",
        "\ufeffSELECT 1",
    ],
)
def test_every_way_to_write_a_select_is_taken(snapshot: duckdb.DuckDBPyConnection, sql: str) -> None:
    assert len(answer(snapshot, sql).splitlines()) > 1


def test_two_questions_on_one_connection(snapshot: duckdb.DuckDBPyConnection) -> None:
    assert [answer(snapshot, f"SELECT {n} AS a") for n in (1, 2)] == ["a\r\n1\r\n", "a\r\n2\r\n"]


def test_wrong_sql_is_said_in_vietnamese_with_the_engines_words(snapshot: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(UsageFault, match=r"Câu SQL chưa đúng: .*unit_nam") as fault:
        answer(snapshot, "SELECT unit_nam FROM observations")
    assert fault.value.exit_code == 2
    assert "--list" in fault.value.advice


def test_a_moment_with_a_time_zone_says_how_to_ask_for_it(snapshot: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(UsageFault) as fault:
        answer(snapshot, "SELECT TIMESTAMPTZ '2020-01-01 00:00:00+07'")
    assert "CAST" in fault.value.advice


def test_the_list_names_each_view_with_its_columns_and_what_they_mean(snapshot: duckdb.DuckDBPyConnection) -> None:
    views = {view.name: view for view in list_views(snapshot)}
    assert {"submissions", "observations", "consolidated", "mau_thu_2020.phu_luc_1"} <= set(views)
    assert not [name for name in views if name.startswith("store")]
    column = next(column for column in views["observations"].columns if column.name == "value")
    assert (column.type, column.about) == ("DOUBLE", "Giá trị số; chỉ có khi status là ok hoặc corrected")
    assert all(view.about and all(column.about for column in view.columns) for view in views.values())


# -- what it may not do

FORBIDDEN = [
    "",
    ";",
    "SELECT 1; SELECT 2",
    "SELECT 1; DROP VIEW observations",
    "COPY observations TO '{out}'",
    "COPY (SELECT 1) TO '{out}' (FORMAT parquet)",
    "EXPORT DATABASE '{out}'",
    "IMPORT DATABASE '{out}'",
    "ATTACH '{out}' AS other",
    "ATTACH ':memory:' AS other",
    "DETACH kho",
    "USE memory",
    "CREATE TABLE memory.t AS SELECT 1",
    "CREATE TEMP TABLE t AS SELECT 1",
    "CREATE VIEW memory.main.v AS SELECT 1",
    "CREATE MACRO f() AS 1",
    "CREATE SECRET (TYPE s3)",
    "INSERT INTO store.file (sha256) VALUES ('x')",
    "UPDATE store.lock SET writes = 0",
    "DELETE FROM store.observation",
    "DROP TABLE store.observation",
    "ALTER TABLE store.observation ADD COLUMN a INTEGER",
    "TRUNCATE store.observation",
    "WITH gone AS (DELETE FROM store.file RETURNING *) SELECT * FROM gone",
    "WITH new AS (INSERT INTO store.lock VALUES (1) RETURNING *) SELECT * FROM new",
    "SET memory_limit = '100GB'",
    "SET enable_external_access = true",
    "RESET lock_configuration",
    "PRAGMA version",
    "PRAGMA memory_limit = '100GB'",
    "PRAGMA database_list",
    "CALL pragma_version()",
    "INSTALL httpfs",
    "LOAD httpfs",
    "CHECKPOINT",
    "FORCE CHECKPOINT",
    "VACUUM",
    "BEGIN TRANSACTION",
    "EXPLAIN ANALYZE SELECT 1",
    "PREPARE p AS SELECT 1",
    "EXECUTE p",
    "SELECT getenv('HOME')",
    "SELECT * FROM read_text('{secret}')",
    "SELECT * FROM read_blob('{secret}')",
    "SELECT * FROM read_csv('{secret}')",
    "SELECT * FROM read_csv_auto('{secret}', header = false)",
    "SELECT * FROM read_json('{secret}')",
    "SELECT * FROM read_ndjson_objects('{secret}')",
    "SELECT * FROM read_parquet('{secret}')",
    "SELECT * FROM parquet_metadata('{secret}')",
    "SELECT * FROM sniff_csv('{secret}')",
    "SELECT * FROM glob('{folder}/*')",
    "FROM '{secret}'",
    "FROM 'https://example.invalid/a.csv'",
    "SELECT * FROM read_csv('https://example.invalid/a.csv')",
    "SELECT (SELECT content FROM read_text('{secret}')) FROM units",
    "SELECT * FROM query('SELECT * FROM read_text(''{secret}'')')",
    "SELECT * FROM duckdb_secrets()",
    "SELECT * FROM postgres_scan('host=localhost', 'a', 'b')",
    "SELECT * FROM sqlite_scan('{secret}', 't')",
    "SELECT * FROM mine",
]


@pytest.mark.parametrize("sql", FORBIDDEN)
def test_whatever_is_no_question_to_the_views_is_refused_and_does_nothing(
    snapshot: duckdb.DuckDBPyConnection, tmp_path: Path, sql: str
) -> None:
    secret, out = tmp_path / "secret.csv", tmp_path / "out.parquet"
    secret.write_text("mat_khau\n12345\n", encoding="utf-8")
    mine = snapshot.sql("SELECT 12345 AS mat_khau")  # a name in reach of Python, not of the statement
    with pytest.raises(UsageFault) as fault:
        answer(snapshot, sql.format(secret=secret, out=out, folder=tmp_path))
    assert "12345" not in fault.value.message
    assert mine.columns == ["mat_khau"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["secret.csv"]
    assert answer(snapshot, "SELECT count(*) AS n FROM submissions") == "n\r\n1\r\n"


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT count(*) FROM range(10000000) AS a, range(10000000) AS b WHERE a.range % 7 = b.range % 11",
        "WITH RECURSIVE t AS (SELECT 1 AS a UNION ALL SELECT a + 1 FROM t) SELECT max(a) FROM t",
        "SELECT a.range FROM range(100000000000) AS a",
    ],
)
def test_a_question_without_end_is_stopped_and_the_next_is_answered(
    snapshot: duckdb.DuckDBPyConnection, sql: str
) -> None:
    with pytest.raises(UsageFault, match=r"quá 0\.3 giây"):
        answer(snapshot, sql, seconds=0.3)
    assert answer(snapshot, "SELECT 1 AS a") == "a\r\n1\r\n"


def test_a_question_that_wants_too_much_memory_is_stopped(snapshot: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(UsageFault, match="50 MB"):
        answer(snapshot, "SELECT list(range) FROM range(50000000)", memory_mb=50)


# -- files


def test_a_csv_file_opens_in_excel_with_its_letters(snapshot: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = tmp_path / "kq.csv"
    save(snapshot, "SELECT name AS ten FROM units WHERE code = '00004'", path)
    assert path.read_bytes() == b"\xef\xbb\xbf" + "ten\r\nXã Đông\r\n".encode()


def test_a_json_file_is_json(snapshot: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    save(snapshot, "SELECT name FROM units ORDER BY 1 LIMIT 1", tmp_path / "kq.json")
    assert json.loads((tmp_path / "kq.json").read_text(encoding="utf-8")) == [{"name": "Xã An"}]


def test_a_parquet_file_holds_the_answer_with_its_types(db: Path, tmp_path: Path) -> None:
    path = tmp_path / "kq 'xã'.parquet"
    with open_snapshot(db) as connection:
        save(connection, "SELECT unit_name, value FROM observations WHERE status = 'ok' ORDER BY value -- hết", path)
    with duckdb.connect() as reader:
        read = reader.read_parquet(str(path))
        assert list(map(str, read.types)) == ["VARCHAR", "DOUBLE"]
        assert read.fetchall()[:2] == [("Xã An", 98.5), ("Xã An", 1500.0)]
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("suffix", [".csv", ".json", ".xlsx", ".parquet"])
def test_a_failed_answer_leaves_the_file_that_was_there(db: Path, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"kq{suffix}"
    path.write_bytes(b"before")
    with open_snapshot(db) as connection, pytest.raises(UsageFault):
        save(connection, "SELECT CAST(name AS INTEGER) FROM units", path)
    assert path.read_bytes() == b"before"
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("name", ["kq.txt", "kq", "nowhere/kq.csv", "folder.csv"])
def test_a_file_that_cannot_be_written_is_said(snapshot: duckdb.DuckDBPyConnection, tmp_path: Path, name: str) -> None:
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(UsageFault, match="Không"):
        save(snapshot, "SELECT 1 AS a", tmp_path / name)
    assert [entry.name for entry in tmp_path.iterdir()] == ["folder.csv"]


def test_parquet_gives_the_statement_no_way_to_other_files(db: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("mat_khau\n", encoding="utf-8")
    with open_snapshot(db) as connection, pytest.raises(UsageFault):
        save(connection, f"SELECT * FROM read_text('{secret}')", tmp_path / "kq.parquet")


def sheet(path: Path) -> dict[str, Any]:
    """The cells of the first sheet: reference → number, text or True."""
    names = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
    with zipfile.ZipFile(path) as book:
        strings = etree.fromstring(book.read("xl/sharedStrings.xml")) if "xl/sharedStrings.xml" in book.namelist() else ()
        texts = ["".join(item.itertext()) for item in strings]
        tree = etree.fromstring(book.read("xl/worksheets/sheet1.xml"))
        assert not tree.findall(".//m:f", names), "a formula"
        assert not any("hyperlink" in part.tag for part in tree.iter()), "a link"
    cells: dict[str, Any] = {}
    for cell in tree.iterfind(".//m:c", names):
        shown = "".join(cell.itertext())
        kind = cell.get("t")
        cells[cell.get("r")] = texts[int(shown)] if kind == "s" else shown if kind == "inlineStr" else float(shown)
    return cells


def test_a_workbook_holds_real_numbers_and_text_that_stays_text(db: Path, tmp_path: Path) -> None:
    path = tmp_path / "kq.xlsx"
    sql = (
        "SELECT value, text, '007' AS code, 'http://a.vn' AS link, 12345678901234567890 AS long, true AS yes, "
        "DATE '2020-03-31' AS day, DATE '1800-01-01' AS old, 'inf'::DOUBLE AS inf "
        "FROM observations WHERE status = 'ok' ORDER BY ordinal"
    )
    with open_snapshot(db) as connection:
        save(connection, sql, path)
    cells = sheet(path)
    assert (cells["A1"], cells["A2"], cells["A3"]) == ("value", 1500.0, 98.5)
    assert "B2" not in cells
    assert cells["B4"] == ATTACK
    assert [cells[f"{column}2"] for column in "CDEF"] == ["007", "http://a.vn", "12345678901234567890", 1.0]
    assert (cells["G2"], cells["H2"], cells["I2"]) == (43921.0, "1800-01-01", "inf")


# -- inert text


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t'=1"),
        ("a;=1+1", "a;'=1+1"),
        ("dòng\n=1+1", "dòng\n'=1+1"),
        ("＝1+1", "'＝1+1"),
        ("- Số lớp tập huấn", "'- Số lớp tập huấn"),
        ("-", "-"),
        ("-12,5", "-12,5"),
        ("+1.500", "+1.500"),
        ("-98,8%", "-98,8%"),
        ("41/41", "41/41"),
        ("12 = 7 + 5", "12 = 7 + 5"),
        ('nói "vậy", thôi', 'nói "vậy", thôi'),
    ],
)
def test_csv_text_is_no_formula_and_numbers_stay_numbers(text: str, written: str) -> None:
    out = io.StringIO(newline="")
    as_csv(Answer(("a",), iter([(text,), (-5,), (Decimal("-1.5"),), (None,)])), out)
    assert list(csv.reader(io.StringIO(out.getvalue(), newline=""))) == [["a"], [written], ["-5"], ["-1.5"], [""]]


@pytest.mark.parametrize("writer", [as_table, as_csv, as_json])
def test_no_terminal_escape_comes_out(writer: Any) -> None:
    out = io.StringIO(newline="")
    writer(Answer((f"cột{ESCAPE}",), iter([(ESCAPE,), ([ESCAPE],)])), out)
    assert not set(out.getvalue()) & set("\x1b\x07\x9b\u202e")


def test_escaped_json_still_reads_as_what_it_was() -> None:
    out = io.StringIO()
    as_json(Answer(("a",), iter([(ESCAPE,)])), out)
    assert json.loads(out.getvalue()) == [{"a": ESCAPE}]


@given(st.lists(st.tuples(st.text(), st.integers(), st.floats(allow_nan=False, allow_infinity=False)), max_size=5))
def test_json_gives_back_any_row(rows: list[tuple[str, int, float]]) -> None:
    out = io.StringIO()
    as_json(Answer(("a", "b", "c"), iter(rows)), out)
    assert [tuple(record.values()) for record in json.loads(out.getvalue())] == rows


@given(st.text())
def test_a_table_row_is_one_line_without_control_characters(text: str) -> None:
    out = io.StringIO()
    as_table(Answer(("a",), iter([(text,)])), out)
    lines = out.getvalue().split("\n")
    assert len(lines) == 5
    assert lines[2].isprintable() or not any(ord(letter) < 32 or 127 <= ord(letter) < 160 for letter in lines[2])


@given(st.text(max_size=40))
def test_no_csv_cell_begins_like_a_formula(text: str) -> None:
    out = io.StringIO(newline="")
    as_csv(Answer(("a", "b"), iter([(text, 1)])), out)
    cell = list(csv.reader(io.StringIO(out.getvalue(), newline="")))[1][0]
    assert not cell.startswith(("=", "@", "\t"))
    assert not cell.startswith(("+", "-")) or not any(letter.isalpha() or letter in "|!(" for letter in cell)


def test_dates_and_whole_numbers_read_plainly() -> None:
    out = io.StringIO()
    as_table(Answer(("a", "b", "c"), iter([(date(2020, 3, 31), datetime(2020, 6, 5, 8, 30), 38.0)])), out)
    assert out.getvalue().splitlines()[2] == "2020-03-31  2020-06-05 08:30:00  38"
