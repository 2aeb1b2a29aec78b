"""What a person decides, through the command line: each decision, its undo, and what is then true of the report."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from ingest.archive import Archive, folder_of
from ingest.warehouse import open_snapshot
from tests.command_line import Done, tonghop

SAMPLES = Path(__file__).parent.parent / "samples" / "huyen-vi-du"
FIRST, SECOND = "BC tổng kết CCHC xã An Phú.docx", "BC tổng kết CCHC xã An Phú - sửa lại (1).docx"
OTHER, DOUBTFUL = "BC CCHC Quy Loc.docx", "BC CCHC xã Tân Kiều (1).docx"
CELL = ("--appendix", "5", "--indicator", "1", "--column", "2019")
BY = ("--by", "Lan")
WHY = ("--reason", "đã gọi điện hỏi")


def ask(folder: Path, sql: str) -> list[Any]:
    with open_snapshot(folder / "tonghop.duckdb") as connection:
        return [list(row) for row in connection.execute(sql).fetchall()]


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two versions of one commune's report, another commune's, and one of nobody knows whom, full of doubts."""
    folder = tmp_path_factory.mktemp("kho")
    for name in ("units.csv", FIRST, SECOND, OTHER, DOUBTFUL):
        shutil.copy(SAMPLES / name, folder)
    office = (SAMPLES / "office.toml").read_text(encoding="utf-8")
    (folder / "office.toml").write_text(f"{office}\n[settings]\nbusy_seconds = 0.2\n", encoding="utf-8")
    assert tonghop(folder, "ingest", ".", "--json").code == 0
    return folder


@pytest.fixture
def kho(loaded: Path, tmp_path: Path) -> Path:
    return shutil.copytree(loaded, tmp_path / "kho")


def code_of(folder: Path, file_name: str) -> str:
    return str(ask(folder, f"SELECT submission_id FROM submissions WHERE file_name = '{file_name}'")[0][0])


def status_of(folder: Path, file_name: str) -> Any:
    return ask(folder, f"SELECT status, is_current FROM submissions WHERE file_name = '{file_name}'")[0]


def decide(folder: Path, action: str, *words: object) -> Done:
    done = tonghop(folder, action, *words, *BY)
    assert done.code == 0, done.err
    return done


def test_several_reports_are_accepted_at_once_and_it_is_said_what_is_true_now(kho: Path) -> None:
    done = decide(kho, "accept", code_of(kho, SECOND), code_of(kho, OTHER)[:6])
    assert "Xã An Phú: đã chấp nhận, lần gửi 2, là bản đang dùng" in done.out
    assert [status_of(kho, name)[0] for name in (SECOND, OTHER)] == ["accepted", "accepted"]


def test_accepting_a_report_with_doubtful_cells_is_allowed_and_said(kho: Path) -> None:
    report = code_of(kho, DOUBTFUL)
    unknown = tonghop(kho, "accept", report, code_of(kho, OTHER), *BY)
    assert (unknown.code, "tonghop assign" in unknown.err) == (2, True)
    assert status_of(kho, OTHER)[0] == "received"
    decide(kho, "assign", report, "Xã Tân Kiều")
    ((doubtful,),) = ask(kho, f"SELECT doubtful FROM completeness WHERE submission_id = '{report}'")
    done = decide(kho, "accept", report)
    assert doubtful > 0
    assert f"còn {doubtful} ô nghi ngờ" in done.out


def test_where_one_of_several_is_unknown_nothing_is_decided(kho: Path) -> None:
    done = tonghop(kho, "accept", code_of(kho, SECOND), "abcdef", *BY)
    assert done.code == 2
    assert "abcdef" in done.err
    assert ask(kho, "SELECT count(*) FROM decisions") == [[0]]


def test_a_returned_report_leaves_the_totals_and_an_undo_brings_it_back(kho: Path) -> None:
    report = code_of(kho, SECOND)
    counted = f"SELECT count(*) > 0 FROM observations WHERE submission_id = '{report}'"
    decide(kho, "return", report, *WHY)
    assert status_of(kho, SECOND) == ["returned", True]
    assert ask(kho, counted) == [[False]]
    done = decide(kho, "undo", report)
    assert "Đã hủy: trả lại, do Lan quyết định" in done.out
    assert status_of(kho, SECOND) == ["received", True]
    assert ask(kho, counted) == [[True]]


def test_a_withdrawn_version_gives_its_place_to_the_one_before(kho: Path) -> None:
    done = decide(kho, "withdraw", code_of(kho, SECOND))
    assert f"Bản đang dùng của Xã An Phú là lần gửi 1 ({FIRST}" in done.out
    assert status_of(kho, FIRST) == ["received", True]
    decide(kho, "undo", code_of(kho, SECOND))
    assert (status_of(kho, FIRST), status_of(kho, SECOND)) == (["received", False], ["received", True])
    assert "không còn báo cáo nào" in decide(kho, "withdraw", code_of(kho, OTHER)).out


def test_a_new_version_starts_as_received(kho: Path, tmp_path: Path) -> None:
    """The decision about the first version is not the second one's."""
    fresh = tmp_path / "moi"
    fresh.mkdir()
    for name in ("units.csv", "office.toml", FIRST):
        shutil.copy(kho / name, fresh)
    tonghop(fresh, "ingest", FIRST, "--json")
    decide(fresh, "accept", code_of(fresh, FIRST))
    shutil.copy(kho / SECOND, fresh)
    tonghop(fresh, "ingest", SECOND, "--json")
    assert status_of(fresh, SECOND) == ["received", True]


@pytest.mark.parametrize(
    ("indicator", "column", "typed", "stored"),
    [
        ("5/1", "2019", "1.500", [1500.0, None]),
        ("7/1", "2019", "98,5%", [98.5, None]),
        ("1/6", "2019", "Có", [1.0, None]),
        ("8/1", "result", "chưa đạt", [None, "Chưa đạt"]),
    ],
)
def test_a_cell_is_corrected_with_what_an_office_types(
    kho: Path, indicator: str, column: str, typed: str, stored: list[object]
) -> None:
    appendix, _, row = indicator.partition("/")
    cell = f"appendix = {appendix} AND indicator = '{row}' AND column_key = '{column}'"
    report = code_of(kho, SECOND)
    sql = f"SELECT status, value, text, raw FROM observations WHERE submission_id = '{report}' AND {cell}"
    (before,) = ask(kho, sql)
    where = ("--appendix", appendix, "--indicator", row, "--column", column)
    kind = "--text" if stored[1] or typed == "Có" else "--value"
    done = decide(kho, "correct", report, *where, kind, typed, *WHY)
    assert f"(trong báo cáo: {before[3] or 'để trống'})" in done.out
    assert ask(kho, sql) == [["corrected", *stored, before[3]]]
    decide(kho, "undo", report)
    assert ask(kho, sql) == [before]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--appendix", "5", "--indicator", "1", "--column", "2019", "--value", "1,500"], "số nguyên"),
        (["--appendix", "5", "--indicator", "1", "--column", "2019", "--value", "không có"], "không có thì ghi 0"),
        (["--appendix", "7", "--indicator", "1", "--column", "2019", "--value", "nhiều"], "tỷ lệ %"),
        (["--appendix", "8", "--indicator", "1", "--column", "result", "--text", "tốt"], "Đạt / Chưa đạt"),
        (["--appendix", "5", "--indicator", "1", "--column", "2013", "--value", "1"], "2015, 2016"),
        (["--appendix", "5", "--indicator", "99", "--column", "2019", "--value", "1"], "1.1"),
        (["--appendix", "12", "--indicator", "1", "--column", "2019", "--value", "1"], "1, 2, 3"),
        (["--appendix", "5", "--indicator", "1", "--column", "2019"], "--value"),
        (["--appendix", "5", "--indicator", "1", "--column", "2019", "--value", "1", "--text", "1"], "một lần"),
    ],
)
def test_a_wrong_cell_or_value_is_refused_with_what_is_allowed(kho: Path, words: list[str], said: str) -> None:
    done = tonghop(kho, "correct", code_of(kho, SECOND), *words, *WHY, *BY)
    assert done.code == 2
    assert said in done.err
    assert ask(kho, "SELECT count(*) FROM decisions") == [[0]]


@pytest.mark.parametrize("action", [("return",), ("correct", *CELL, "--value", "1")])
def test_what_the_commune_will_ask_about_needs_a_reason(kho: Path, action: tuple[str, ...]) -> None:
    done = tonghop(kho, action[0], code_of(kho, SECOND), *action[1:], *BY)
    assert (done.code, "Phải ghi lý do" in done.err) == (2, True)


def test_nobody_decides_without_a_name_and_nothing_is_undone_twice(kho: Path) -> None:
    assert "người quyết định" in tonghop(kho, "accept", code_of(kho, SECOND), "--by", " ").err
    done = tonghop(kho, "undo", code_of(kho, SECOND), *BY)
    assert (done.code, "không có quyết định nào để hủy" in done.err) == (2, True)


def test_while_another_program_writes_no_decision_is_made(kho: Path) -> None:
    with Archive.open(folder_of(kho / "tonghop.duckdb")):
        done = tonghop(kho, "accept", code_of(kho, SECOND), *BY)
    assert done.code == 5
    assert ask(kho, "SELECT count(*) FROM decisions") == [[0]]
    decide(kho, "accept", code_of(kho, SECOND))


def test_decisions_outlive_the_warehouse_and_stand_in_the_report_with_who_when_and_why(kho: Path) -> None:
    report = code_of(kho, SECOND)
    decide(kho, "correct", report, *CELL, "--value", "21", *WHY)
    decide(kho, "return", report, *WHY)
    decide(kho, "undo", report, "--reason", "nhầm xã")
    decide(kho, "accept", report)
    made = ask(kho, "FROM decisions ORDER BY ordinal")
    assert tonghop(kho, "rebuild").code == 0
    assert ask(kho, "FROM decisions ORDER BY ordinal") == made
    assert status_of(kho, SECOND) == ["accepted", True]
    assert tonghop(kho, "report", report, "-o", "trang").code == 0
    page = next((kho / "trang").glob("*.html")).read_text(encoding="utf-8")
    assert "đã gọi điện hỏi" in page
    assert "cột 2019 là 21" in page
    assert "nhầm xã" in page
    data = json.loads(next((kho / "trang").glob("*.json")).read_text(encoding="utf-8"))
    assert [decision["action"] for decision in data["history"]] == ["correct", "return", "undo", "accept"]
    assert [decision["action"] for decision in data["decisions"]] == ["correct", "accept"]


def test_bytes_that_are_there_already_say_whose_they_are_and_how_they_stand(kho: Path) -> None:
    decide(kho, "return", code_of(kho, SECOND), *WHY)
    result = json.loads(tonghop(kho, "ingest", SECOND, "--json").out)
    assert (result["outcome"], result["unit"], result["status"]) == ("unchanged", "Xã An Phú", "returned")
    assert "đã có, không đổi (đã trả lại)" in tonghop(kho, "ingest", SECOND).out


def test_every_command_that_reads_takes_an_office_and_refuses_anothers_warehouse(kho: Path) -> None:
    own = ("--office", str(kho / "office.toml"))
    commands = (
        ("sql", "FROM office"), ("status",), ("report", "-o", "trang"), ("consolidate", "-o", "bang.html"),
        ("letters", "-o", "thu"), ("search", "một cửa"),
    )  # fmt: skip
    other = kho / "khac.toml"
    other.write_text((kho / "office.toml").read_text(encoding="utf-8").replace("Ví Dụ", "Khác"), encoding="utf-8")
    for command in commands:
        assert tonghop(kho, *command, *own).code == 0, command
        refused = tonghop(kho, *command, "--office", other)
        assert (refused.code, "không phải của" in refused.err) == (5, True), command


def test_a_report_can_be_said_to_be_a_predecessors_by_its_dated_code(kho: Path) -> None:
    """Only so: by its name alone it is not expected in this period."""
    report = code_of(kho, DOUBTFUL)
    refused = tonghop(kho, "assign", report, "Minh Thịnh", *BY)
    assert (refused.code, "Xem: tonghop units" in refused.err) == (2, True)
    decide(kho, "assign", report, "99102@2004-01-01")
    assert ask(kho, f"SELECT unit_name FROM submissions WHERE submission_id = '{report}'") == [["Xã Minh Thịnh"]]
    assert ask(kho, f"SELECT relation, counts_for_name FROM answers WHERE submission_id = '{report}'") == [
        ["into", "Xã Minh Hòa Thịnh"]
    ]
