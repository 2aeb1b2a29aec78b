"""Who has sent what, at a glance: in a terminal, on a page, in a workbook; and who has sent nothing."""

import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import duckdb
import pytest
from lxml import etree, html

from ingest.warehouse import Warehouse, open_snapshot
from reports.status import Item, percent, read_status, save_status, status_lines
from schemas.decision import Decision
from schemas.errors import UsageFault
from schemas.record import Sender
from tests.checked import COMMUNES, REAL_FORM, REAL_OFFICE, Figures, made
from tests.office_made import flagged, words

AN, BINH, CHI, DONG = COMMUNES[:4]
MADE_AT = datetime(2020, 6, 20, 9, 5)
ON_TIME, LATE = datetime(2020, 6, 10, 8), datetime(2020, 6, 16, 7)
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
WORDS = {"choice": words("Đạt"), "text": words("Có"), "percent": 100.0}
FULL: Figures = {
    f"{appendix.number}/{row.code}": [WORDS.get(row.kind, 1.0)] * len(REAL_FORM.columns_of(appendix))
    for appendix in REAL_FORM.appendices
    for row in appendix.indicators
    if row.kind != "heading"
}
TEXT = {section.path: "Đã thực hiện." for section in REAL_FORM.outline}


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """An has sent everything, Bình late and with doubts and contradictions, Chi was sent back, one is of nobody knows
    whom; the others have sent nothing."""
    path = tmp_path_factory.mktemp("kho") / "kho.duckdb"
    poor: Figures = {"5/1.1": [20] * 6, "5/1.2": [flagged("khoảng 20", 20), 25, 20, 20, 20, 20], "7/1": [50]}
    with Warehouse.open(path, REAL_OFFICE) as warehouse:
        warehouse.load(made(AN, FULL, TEXT), ON_TIME)
        warehouse.load(made(BINH, poor, {"1/II/4/4.1/a": "Hiện nay toàn xã có 30 cán bộ, công chức."}), LATE)
        back = warehouse.load(made(CHI, {}), ON_TIME).submission_id
        warehouse.decide(Decision("return", back, "Lan", MADE_AT))
        lost = made(DONG, {"5/1": [7]}, sender=Sender(None), needs_review=True)
        warehouse.load(lost, ON_TIME)
        warehouse.snapshot()
    with open_snapshot(path) as connection:
        yield connection


def test_each_commune_stands_with_its_state_and_those_that_sent_nothing_too(snapshot: duckdb.DuckDBPyConnection) -> None:
    (status,) = read_status(snapshot)
    assert len(status.units) == len(COMMUNES)
    assert [(u.name, u.state, u.timely, u.version) for u in status.units[:4]] == [
        ("Xã Số 1", "đã nhận", "đúng hạn", 1),
        ("Xã Số 2", "đã nhận", "muộn", 1),
        ("Xã Số 3", "đã trả lại", "đúng hạn", 1),
        ("Xã Số 4", "chưa gửi", "", None),
    ]
    assert (len(status.received), len(status.silent)) == (3, 9)


def test_shares_doubts_and_contradictions_are_those_of_each_part_and_appendix(snapshot: duckdb.DuckDBPyConnection) -> None:
    first, second, third, fourth, *_ = read_status(snapshot)[0].units
    assert [item.shown for item in first.items] == ["100%"] * 3 + [
        "100%",
        "100%",
        "100%",
        "thiếu",
        "100%",
        "100%",
        "100%",
        "100%",
    ]
    assert [item.shown for item in second.items] == [
        "3% !", "trống", "trống", "trống", "trống", "trống", "thiếu", "17% ?!", "trống", "1%", "trống",
    ]  # fmt: skip
    assert (first.share, first.doubtful, first.contradictory) == (1, 0, 0)
    assert (second.doubtful, second.contradictory) == (1, 2)
    assert [item.shown for item in third.items[:3]] == ["trống"] * 3
    assert {item.shown for item in fourth.items} == {""}


def test_the_summary_names_who_is_late_silent_contradictory_and_unknown(snapshot: duckdb.DuckDBPyConnection) -> None:
    silent = ", ".join(unit.name for unit in COMMUNES[3:])
    summary = read_status(snapshot)[0].summary
    assert summary[:4] == (
        "Đã gửi: 3/12 đơn vị; hạn nộp 15/6/2020, muộn 1: Xã Số 2.",
        f"Chưa gửi (9): {silent}.",
        "Có mâu thuẫn cần hỏi lại: Xã Số 2 (2).",
        "Có ô nghi ngờ cần xem: Xã Số 2 (1 ô).",
    )
    assert summary[4].startswith("Chưa biết chắc của đơn vị nào: Số 4.docx (mã ")


def test_without_a_due_date_nobody_is_on_time_or_late(tmp_path: Path) -> None:
    path = tmp_path / "kho.duckdb"
    with Warehouse.open(path, REAL_OFFICE.model_copy(update={"due_date": None})) as warehouse:
        warehouse.load(made(AN, {}), LATE)
        (status,) = read_status(warehouse.connection)
    assert [unit.timely for unit in status.units[:2]] == ["không rõ", ""]
    assert status.summary[0] == "Đã gửi: 1/12 đơn vị; chưa đặt hạn nộp nên không rõ đúng hạn hay muộn."


def test_a_warehouse_without_reports_lists_all_as_silent(tmp_path: Path) -> None:
    with Warehouse.open(tmp_path / "kho.duckdb", REAL_OFFICE) as warehouse:
        (status,) = read_status(warehouse.connection)
        assert len(status.silent) == len(COMMUNES)
        assert any("Đã gửi: 0/12" in line for line in status_lines(warehouse.connection))


@pytest.mark.parametrize(("share", "shown"), [(0, "0%"), (0.001, "1%"), (0.526, "53%"), (0.999, "99%"), (1, "100%")])
def test_nearly_all_is_never_shown_as_all(share: float, shown: str) -> None:
    assert percent(share) == shown
    assert Item("appendix", "1", "", "found", share, 0, 0).shown == shown


def test_the_terminal_shows_columns_under_their_headings(snapshot: duckdb.DuckDBPyConnection) -> None:
    lines = status_lines(snapshot)
    head = next(n for n, line in enumerate(lines) if line.startswith("Đơn vị"))
    assert lines[head].split("  ")[0] == "Đơn vị"
    for heading, cell in (("PL 5", "17% ?!"), ("Mâu thuẫn", "2"), ("Đã điền", "3%")):
        end = lines[head].index(heading) + len(heading)
        assert lines[head + 3][:end].endswith(cell), (heading, lines[head + 3])
    assert all(line == line.rstrip() and "\t" not in line for line in lines)
    assert lines[-1] != ""


def test_the_page_is_one_file_with_everything_in_it(snapshot: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    save_status(snapshot, tmp_path / "tinh-hinh.html", MADE_AT)
    text = (tmp_path / "tinh-hinh.html").read_text(encoding="utf-8")
    page = html.document_fromstring(text)
    assert not page.xpath("//script | //img | //link | //*[@src] | //*[@href]")
    assert "url(" not in text
    assert "@import" not in text
    rows = page.xpath("//table/tbody/tr")
    assert len(rows) == len(COMMUNES)
    assert [" ".join(cell.text_content().split()) for cell in rows[1][:5]] == [
        "Xã Số 2",
        "đã nhận",
        "16/6/2020",
        "muộn",
        "1",
    ]
    assert {len(row) for row in rows} == {5 + 11 + 3}
    assert "size: A4 landscape" in text


def sheets(path: Path) -> dict[str, etree._Element]:
    """Sheet name → its XML."""
    with zipfile.ZipFile(path) as book:
        names = [s.get("name") for s in etree.fromstring(book.read("xl/workbook.xml")).iter(f"{MAIN}sheet")]
        return {name: etree.fromstring(book.read(f"xl/worksheets/sheet{n}.xml")) for n, name in enumerate(names, 1)}


def test_the_workbook_is_frozen_prints_on_a4_landscape_and_holds_real_numbers(
    snapshot: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    path = tmp_path / "tinh-hinh.xlsx"
    save_status(snapshot, path, MADE_AT)
    made_sheets = sheets(path)
    assert list(made_sheets) == ["Tình hình", "Chi tiết"]
    for sheet in made_sheets.values():
        setup = sheet.find(f"{MAIN}pageSetup")
        assert (setup.get("paperSize"), setup.get("orientation"), setup.get("fitToHeight")) == ("9", "landscape", "0")
        assert sheet.find(f".//{MAIN}pane").get("state") == "frozen"
    detail = made_sheets["Chi tiết"].findall(f".//{MAIN}row")
    assert len(detail) == 1 + len(COMMUNES) * 11
    shares = [
        cell for row in detail[1:12] for cell in row if cell.get("r").startswith("F") and cell.find(f"{MAIN}v") is not None
    ]
    assert {(cell.get("t"), cell.find(f"{MAIN}v").text) for cell in shares} == {(None, "1")}


@pytest.mark.parametrize("name", ["tinh-hinh.pdf", "tinh-hinh", "khong-co/tinh-hinh.xlsx"])
def test_what_cannot_be_written_is_said_and_leaves_nothing(
    snapshot: duckdb.DuckDBPyConnection, tmp_path: Path, name: str
) -> None:
    with pytest.raises(UsageFault):
        save_status(snapshot, tmp_path / name, MADE_AT)
    assert list(tmp_path.iterdir()) == []
