"""The public contract: views, their columns in order, their keys, what each means, and counts that add up."""

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ingest.warehouse import Warehouse, open_snapshot
from schemas.finding import Finding
from schemas.form import load_form
from schemas.sql.reading import reading_views
from tests.office_made import (
    ABSENT,
    AN,
    BINH,
    CHI,
    FORM,
    NONE,
    NOT_APPLICABLE,
    NOW,
    OFFICE,
    flagged,
    number,
    report,
    words,
)

OBSERVATIONS = """submission_id file_name unit_id unit_code unit_name form period appendix ordinal indicator parent label
    kind measure source_stt source_label match_score column_key source_column column_start column_end is_part_period
    year raw value text status confidence page table_no row_no col_no is_current"""
COLUMNS = {
    "submissions": """submission_id unit_id unit_code unit_name form period period_start period_end version is_current
        status document_number document_date received_at file_name""",
    "files": """sha256 received_at submission_id file_name format bytes pages outcome reason cells_printed cells_used""",
    "observations": OBSERVATIONS,
    "observations_all": f"{OBSERVATIONS} value_read text_read",
    "appendices": "submission_id appendix status confirmed cells_expected cells_filled cells_flagged",
    "sections": """submission_id ordinal section title source_number source_heading match_score status body page""",
    "findings": """finding_id origin severity code message submission_id file_name unit_id unit_name form period
        appendix indicator column_key section page table_no row_no col_no found expected is_current""",
    "completeness": """unit_id unit_code unit_name form period received on_time version share_filled doubtful
        contradictory status""",
    "consolidated": """form period appendix indicator column_key aggregate category level_unit_id ordinal parent label
        value text reporting none flagged blank not_applicable absent not_submitted expected""",
    "decisions": "decision_id decided_at action submission_id",
    "units": "unit_id code name type valid_from valid_to parent successors",
    "forms": "form name",
    "indicators": "form appendix",
    "mau_thu_2020.phu_luc_1": "don_vi chi_tieu nam_2019 nam_2020",
    "mau_thu_2020.phu_luc_2": "don_vi chi_tieu ket_qua_dat_chua_dat",
}
KEYS = {
    "submissions": "submission_id",
    "files": "sha256, received_at",
    "observations": "submission_id, appendix, indicator, column_key",
    "observations_all": "submission_id, appendix, indicator, column_key",
    "appendices": "submission_id, appendix",
    "sections": "submission_id, ordinal",
    "findings": "finding_id",
    "completeness": "unit_id, form, period",
    "consolidated": "form, period, appendix, indicator, column_key, aggregate, category",
    "decisions": "decision_id",
    "units": "unit_id",
    "forms": "form",
    "indicators": "form, appendix, indicator",
}
KINDS = {"value": "DOUBLE", "appendix": "INTEGER", "received_at": "TIMESTAMP", "document_date": "DATE"}


@pytest.fixture(scope="module", params=["file", "shared"])
def snapshot(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Two communes' reports, two versions of one of them, one report of nobody knows whom, one commune silent; in either
    kind of warehouse."""
    path = tmp_path_factory.mktemp("kho") / "kho.duckdb"
    if request.param == "shared":
        path = request.getfixturevalue("server").store(path.parent)
    an = {
        (1, "1", "2019"): number(10),
        (1, "2", "2019"): number(1),
        (1, "3", "2019"): number(90),
        (1, "4", "2019"): number(80),
        (1, "5", "2019"): words("Thư xin lỗi"),
        (1, "6", "2019"): words("38/41"),
        (1, "1", "2020"): flagged("3 lớp", 3),
        (2, "1", "result"): words("Đạt"),
    }
    binh = {
        (1, "1", "2019"): number(30),
        (1, "2", "2019"): number(0),
        (1, "3", "2019"): number(50),
        (1, "4", "2019"): number(100),
        (1, "5", "2019"): words("Một cửa điện tử"),
        (1, "1", "2020"): NONE,
        (1, "4", "2020"): NOT_APPLICABLE,
        (2, "1", "result"): ABSENT,
    }
    with Warehouse.open(path, OFFICE) as warehouse:
        warehouse.load(report(AN, {(1, "1", "2019"): number(999)}, signed=date(2020, 5, 1)), NOW)
        warehouse.load(report(AN, an), NOW)
        warehouse.load(report(BINH, binh, findings=[Finding("ROW_EXTRA", found="a"), Finding("ROW_EXTRA")]), NOW)
        warehouse.load(report(None, {(1, "1", "2019"): number(777)}), NOW)
        warehouse.refuse("0" * 64, "hong.docx", 3, "DAMAGED", NOW)
        warehouse.snapshot()
    with open_snapshot(path) as connection:
        yield connection


def ask(connection: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
    return connection.execute(sql).fetchall()


@pytest.mark.parametrize("view", COLUMNS)
def test_each_view_has_the_contracts_columns_in_its_order(snapshot: duckdb.DuckDBPyConnection, view: str) -> None:
    columns = [row[0] for row in ask(snapshot, f"DESCRIBE {view}")]
    wanted = COLUMNS[view].split()
    assert columns[: len(wanted)] == wanted


@pytest.mark.parametrize("view", KEYS)
def test_no_two_rows_of_a_view_have_the_same_key(snapshot: duckdb.DuckDBPyConnection, view: str) -> None:
    rows, keys = ask(snapshot, f"SELECT count(*), count(DISTINCT ({KEYS[view]})) FROM {view}")[0]
    assert rows == keys
    assert rows > 0 or view == "decisions"


def test_columns_of_one_name_have_one_plain_type(snapshot: duckdb.DuckDBPyConnection) -> None:
    found = ask(
        snapshot,
        "SELECT DISTINCT column_name, data_type FROM duckdb_columns() WHERE schema_name = 'main' "
        f"AND database_name = 'kho' AND column_name IN ({', '.join(repr(name) for name in KINDS)})",
    )
    assert dict(found) == KINDS
    assert len(found) == len(KINDS)


def test_every_view_and_column_says_what_it_means_in_the_snapshot(snapshot: duckdb.DuckDBPyConnection) -> None:
    views = ask(
        snapshot,
        "SELECT schema_name || '.' || view_name, comment FROM duckdb_views() "
        "WHERE NOT internal AND schema_name <> 'store' AND database_name = 'kho'",
    )
    assert len(views) >= len(COLUMNS)
    assert not [name for name, comment in views if not comment]
    columns = ask(
        snapshot,
        "SELECT c.table_name, c.column_name, c.comment FROM duckdb_columns() AS c JOIN duckdb_views() AS v "
        "ON v.view_name = c.table_name AND v.schema_name = c.schema_name AND v.database_name = c.database_name "
        "WHERE c.database_name = 'kho' AND c.schema_name <> 'store' AND NOT v.internal",
    )
    assert not [(view, column) for view, column, comment in columns if not comment]


def test_what_may_not_be_counted_is_in_no_observation(snapshot: duckdb.DuckDBPyConnection) -> None:
    assert ask(snapshot, "SELECT DISTINCT unit_name FROM observations ORDER BY 1") == [("Xã An",), ("Xã Bình",)]
    assert ask(snapshot, "SELECT count(*) FROM observations WHERE value IN (999, 777)") == [(0,)]
    assert ask(snapshot, "SELECT count(*) FROM observations_all WHERE value IN (999, 777)") == [(2,)]


def test_a_value_stands_only_where_the_cell_is_sure(snapshot: duckdb.DuckDBPyConnection) -> None:
    doubtful = "status NOT IN ('ok', 'corrected') AND (value IS NOT NULL OR text IS NOT NULL)"
    assert ask(snapshot, f"SELECT count(*) FROM observations_all WHERE {doubtful}") == [(0,)]
    assert ask(snapshot, "SELECT value_read, raw FROM observations_all WHERE status = 'flagged'") == [(3.0, "3 lớp")]


def test_the_seven_counts_add_up_to_the_communes_expected(snapshot: duckdb.DuckDBPyConnection) -> None:
    counts = "reporting + none + flagged + blank + not_applicable + absent + not_submitted"
    assert ask(snapshot, f"SELECT DISTINCT {counts}, expected FROM consolidated") == [(4, 4)]
    assert ask(
        snapshot,
        "SELECT column_key, reporting, none, flagged, blank, absent, not_submitted FROM consolidated "
        "WHERE appendix = 1 AND indicator = '1' ORDER BY 1",
    ) == [("2019", 2, 0, 0, 0, 0, 2), ("2020", 0, 1, 1, 0, 0, 2)]
    assert ask(snapshot, "SELECT DISTINCT reporting, absent, not_submitted FROM consolidated WHERE appendix = 2") == [
        (1, 1, 2)
    ]


@pytest.mark.parametrize(
    ("indicator", "wanted"),
    [
        ("1", [("sum", 40.0, None)]),
        ("2", [("share_yes", 0.5, "1/2")]),
        ("3", [("mean", (90 * 10 + 50 * 30) / 40, None)]),
        ("4", [("max", 100.0, None), ("median", 90.0, None), ("min", 80.0, None)]),
        ("5", [("list", None, "Xã An: Thư xin lỗi; Xã Bình: Một cửa điện tử")]),
        ("6", [("none", None, None)]),
    ],
)
def test_figures_are_consolidated_as_the_form_says(
    snapshot: duckdb.DuckDBPyConnection, indicator: str, wanted: list[tuple[Any, ...]]
) -> None:
    assert wanted == ask(
        snapshot,
        "SELECT aggregate, value, text FROM consolidated "
        f"WHERE appendix = 1 AND indicator = '{indicator}' AND column_key = '2019' ORDER BY aggregate",
    )


def test_choices_are_counted_word_by_word(snapshot: duckdb.DuckDBPyConnection) -> None:
    assert ask(snapshot, "SELECT aggregate, category, value FROM consolidated WHERE appendix = 2 ORDER BY 2") == [
        ("count", "Chưa đạt", 0.0),
        ("count", "Đạt", 1.0),
    ]


def test_where_nobody_reported_there_is_no_figure(snapshot: duckdb.DuckDBPyConnection) -> None:
    assert ask(
        snapshot, "SELECT aggregate, value, text FROM consolidated WHERE indicator = '2' AND column_key = '2020'"
    ) == [("share_yes", None, None)]


def test_headings_are_not_consolidated_and_the_level_is_said(snapshot: duckdb.DuckDBPyConnection) -> None:
    assert ask(snapshot, "SELECT count(*) FROM consolidated WHERE indicator = 'A'") == [(0,)]
    assert ask(snapshot, "SELECT DISTINCT level_unit_id FROM consolidated") == [("999",)]


def test_reading_views_are_named_as_the_contract_says() -> None:
    views = reading_views(load_form("cchc-2011-2020"))
    assert {view.schema for view in views} == {"cchc_2011_2020"}
    assert [view.name for view in views] == [f"phu_luc_{n}" for n in range(1, 9)]
    assert list(views[2].comments)[-6:] == [f"nam_{year}" for year in range(2015, 2021)]


def test_two_columns_of_one_year_keep_names_of_their_own() -> None:
    halves = tuple(
        FORM.column_sets["years"][0].model_copy(update={"key": f"2022-{n}", "label": "Sáu tháng"}) for n in (1, 2)
    )
    form = FORM.model_copy(update={"column_sets": {**FORM.column_sets, "years": halves}})
    assert list(reading_views(form)[0].comments)[-2:] == ["sau_thang", "sau_thang_2022_2"]


def test_the_warehouse_opens_under_its_form_again_after_a_copy(tmp_path: Path) -> None:
    path = tmp_path / "kho.duckdb"
    with Warehouse.open(path, OFFICE) as warehouse:
        warehouse.load(report(CHI), NOW)
        copy = shutil.copy(warehouse.snapshot(), tmp_path / "ban-sao.duckdb")
    with duckdb.connect(str(copy), read_only=True) as connection:
        assert ask(connection, "SELECT unit_name, status FROM submissions") == [("Xã Chi", "received")]
