"""From the communes' reports to one: totals computed by hand, what each rests on, where each leads, and papers as made."""

import re
import zipfile
from collections.abc import Iterator
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from duckdb import DuckDBPyConnection

from ingest.values import read_value
from ingest.warehouse import Warehouse, open_snapshot
from pipeline import Job, extract_file
from reports.consolidation import Options, consolidate
from reports.form_template import write_template
from schemas.errors import UsageFault
from schemas.finding import Finding
from schemas.form import Indicator
from schemas.office import read_office
from tests.district_made import CELLS, DISTRICT, MADE_AT, YEARLY, Workbook, district, report_of
from tests.office_made import AN, BINH, CHI, NOW, number, observation

SAMPLES = Path(__file__).parent.parent / "samples" / "huyen-vi-du"
SEVEN = (
    "Có số liệu", "Ghi không có", "Nghi ngờ", "Để trống", "Không áp dụng", "Thiếu dòng, cột",
    "Chưa có báo cáo được tính",
)  # fmt: skip


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DuckDBPyConnection]:
    with district(tmp_path_factory.mktemp("kho"), accepted=["An"]) as connection:
        yield connection


@pytest.fixture(scope="module")
def book(snapshot: DuckDBPyConnection, tmp_path_factory: pytest.TempPathFactory) -> Workbook:
    path = tmp_path_factory.mktemp("ra") / "tong-hop.xlsx"
    consolidate(snapshot, path, made_at=MADE_AT)
    return Workbook(path)


def figures(book: Workbook) -> dict[tuple[str, str, str, str | None], dict[str, Any]]:
    """(indicator, column, how, choice) of appendix 1 and 2 → row of the sheet of figures."""
    return {
        (row["Mã"], row["Cột"], row["Cách tổng hợp"], row["Lựa chọn"]): row
        for row in book.table("Tổng hợp")
        if row["Phụ lục"] == 1 or row["Lựa chọn"]
    }


# -- the figures -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("indicator", "column", "way", "value", "rests_on"),
    [
        ("1", "Năm 2018", "Cộng", 1500, 2),
        ("1", "Năm 2019", "Cộng", 42, 3),
        ("1", "Đến 31/3/2020", "Cộng", 5, 1),
        ("2", "Năm 2019", "Tỷ lệ trả lời Có", 2 / 3, 3),
        ("3", "Năm 2019", "Bình quân có trọng số", (90 * 10 + 50 * 30 + 70 * 2) / 42, 3),
        ("4", "Năm 2019", "Trung vị", 95.5, 3),
        ("4", "Năm 2019", "Nhỏ nhất", 80, 3),
        ("4", "Năm 2019", "Lớn nhất", 100, 3),
    ],
)
def test_totals_are_those_computed_by_hand(
    book: Workbook, indicator: str, column: str, way: str, value: float, rests_on: int
) -> None:
    row = figures(book)[indicator, column, way, None]
    assert row["Giá trị"] == pytest.approx(value)
    assert (row["Dựa trên"], row["Phải có"], row["Báo cáo đã chấp nhận"]) == (rests_on, 4, 1)


def test_each_word_of_a_choice_is_counted(book: Workbook) -> None:
    counted = {choice: row["Giá trị"] for (*_, choice), row in figures(book).items() if choice}
    assert counted == {"Đạt": 2, "Chưa đạt": 1}


def test_texts_are_listed_with_their_communes(book: Workbook) -> None:
    assert figures(book)["5", "Năm 2019", "Liệt kê", None]["Ghi bằng chữ"] == "Xã An: =1+1; Xã Bình: Một cửa điện tử"


def test_no_mean_of_ratios_is_ever_given(book: Workbook) -> None:
    assert {way for indicator, _, way, _ in figures(book) if indicator == "4"} == {"Trung vị", "Nhỏ nhất", "Lớn nhất"}


def test_figures_are_what_plain_sql_over_observations_gives(snapshot: DuckDBPyConnection, book: Workbook) -> None:
    plain = snapshot.execute(
        "SELECT o.indicator, c.label, sum(o.value), count(o.value) FROM observations AS o "
        "JOIN form_columns AS c ON c.appendix = o.appendix AND c.column_key = o.column_key "
        "WHERE o.appendix = 1 AND o.indicator = '1' GROUP BY o.indicator, c.label ORDER BY c.label"
    ).fetchall()
    assert len(plain) == 3
    rows = figures(book)
    for indicator, column, total, communes in plain:
        row = rows[indicator, column, "Cộng", None]
        assert (row["Giá trị"], row["Dựa trên"]) == (total, communes)


def test_the_seven_counts_add_up_to_the_communes_expected(book: Workbook) -> None:
    rows = book.table("Tổng hợp")
    assert rows
    assert {sum(row[name] for name in SEVEN) - row["Phải có"] for row in rows} == {0}


def test_years_are_added_apart_and_a_part_year_never(snapshot: DuckDBPyConnection) -> None:
    over_years = snapshot.execute(
        "SELECT indicator, aggregate, over_years, value, first_year, last_year, rests_on, expected "
        "FROM consolidated_years WHERE appendix = 1 ORDER BY ordinal, aggregate"
    ).fetchall()
    assert over_years[0] == ("1", "sum", "sum", 1542.0, 2018, 2019, 5, 8)
    assert over_years[1] == ("2", "share_yes", "last", pytest.approx(2 / 3), 2019, 2019, 3, 4)
    assert {row[5] for row in over_years} == {2019}


def test_a_mean_rests_on_the_communes_that_have_a_weight(tmp_path: Path) -> None:
    cells = {(1, "3", "2019"): number(60)}
    with district(tmp_path, reports=[report_of(AN, CELLS["An"]), report_of(BINH, cells)]) as connection:
        mean = "SELECT value, reporting, rests_on FROM consolidated WHERE indicator = '3' AND column_key = '2019'"
        assert connection.execute(mean).fetchall() == [(90.0, 2, 1)]


# -- doubtful cells, accepted reports ----------------------------------------------------------------------------------


def test_doubtful_cells_are_out_and_the_workbook_says_so(book: Workbook) -> None:
    row = figures(book)["1", "Năm 2018", "Cộng", None]
    assert (row["Giá trị"], row["Nghi ngờ"], row["Ô nghi ngờ đã tính"]) == (1500, 1, 0)
    assert "Không tính 1 ô còn nghi ngờ." in book.cells["Mục lục"].values()


def test_doubtful_cells_can_be_let_in_and_the_workbook_says_so(snapshot: DuckDBPyConnection, tmp_path: Path) -> None:
    path = tmp_path / "ca-nghi-ngo.xlsx"
    said = consolidate(snapshot, path, Options(include_flagged=True), made_at=MADE_AT)
    book = Workbook(path)
    row = figures(book)["1", "Năm 2018", "Cộng", None]
    assert (row["Giá trị"], row["Dựa trên"], row["Nghi ngờ"], row["Ô nghi ngờ đã tính"]) == (2750, 3, 0, 1)
    assert {sum(row[name] for name in SEVEN) for row in book.table("Tổng hợp")} == {4}
    assert any("Đã tính cả 1 ô còn nghi ngờ" in line for line in said)
    assert said[-1] in book.cells["Mục lục"].values()


def test_only_accepted_reports_count_where_that_is_wanted(snapshot: DuckDBPyConnection, tmp_path: Path) -> None:
    path = tmp_path / "chap-nhan.xlsx"
    said = consolidate(snapshot, path, Options(accepted_only=True), made_at=MADE_AT)
    row = figures(Workbook(path))["1", "Năm 2019", "Cộng", None]
    assert (row["Giá trị"], row["Dựa trên"], row["Chưa có báo cáo được tính"]) == (10, 1, 3)
    assert said[0].startswith("Tổng hợp từ báo cáo của 1/4 đơn vị, trong đó 1 báo cáo đã được chấp nhận")


# -- the workbook ------------------------------------------------------------------------------------------------------


def test_the_workbook_has_a_sheet_an_appendix_and_says_where_things_are(book: Workbook) -> None:
    named = ["Mục lục", "PL1", "PL2", "Theo đơn vị", "Ngoài mẫu", "Tổng hợp", "Dữ liệu", "Cần xử lý", "Biểu đồ"]
    assert sorted(book.cells) == sorted(named)
    listed = set(book.links["Mục lục"].values())
    assert {f"'{name}'!A1" for name in named[1:]} == listed


def test_a_figure_leads_to_its_communes_cells_and_these_to_their_source(book: Workbook) -> None:
    row = book.row("PL1", "1")
    assert book.cells["PL1"][f"C{row}"] == 1500
    target = re.fullmatch(r"'Theo đơn vị'!A(\d+)", book.links["PL1"][f"C{row}"])
    assert target is not None
    side = {cell: value for cell, value in book.cells["Theo đơn vị"].items() if cell.endswith(target[1])}
    assert [side[f"{col}{target[1]}"] for col in "BCDEFGHI"] == [
        "1", "Số văn bản", "Năm 2018", 1500, "2/4", 1000, 500, "1,250 (?)",
    ]  # fmt: skip
    source = re.fullmatch(r"'Dữ liệu'!A(\d+)", book.links["Theo đơn vị"][f"D{target[1]}"])
    assert source is not None
    first = book.table("Dữ liệu")[int(source[1]) - 2]
    assert (first["Đơn vị"], first["Giá trị"], first["Nguyên văn trong báo cáo"]) == ("Xã An", 1000, "1.000")
    assert (first["Tệp"], first["Bảng"], first["Dòng"]) == ("An.docx", 1, 3)


def test_every_figure_of_an_appendix_has_a_link(book: Workbook) -> None:
    numbers = [cell for cell, value in book.cells["PL1"].items() if isinstance(value, float) and cell[0] in "CDE"]
    assert len(numbers) > 5
    assert set(numbers) <= set(book.links["PL1"])


def test_numbers_are_real_and_shown_as_an_office_writes_them(book: Workbook) -> None:
    styles = book.parts["xl/styles.xml"]
    assert 'numFmtId="3"' in styles or "#,##0" in styles
    assert "0.0#&quot;%&quot;" in styles
    assert isinstance(figures(book)["4", "Năm 2019", "Trung vị", None]["Giá trị"], float)


def test_text_of_a_report_never_becomes_a_formula(book: Workbook) -> None:
    assert "=1+1" in book.cells["Theo đơn vị"].values()
    assert not [name for name, xml in book.xml.items() if "<f>" in xml]


def test_every_sheet_prints_on_a4_landscape_with_its_head_kept(book: Workbook) -> None:
    for name, xml in book.xml.items():
        assert 'paperSize="9"' in xml, name
        assert 'orientation="landscape"' in xml, name
        assert 'state="frozen"' in xml or name in ("Mục lục", "Biểu đồ"), name


def test_a_part_year_is_drawn_apart_and_named_as_such(book: Workbook) -> None:
    chart = book.parts["xl/charts/chart1.xml"]
    assert "<c:f>'PL1'!$C$5:$E$5</c:f>" in chart.replace("PL1!", "'PL1'!")
    assert "Đến 31/3/2020" in book.cells["PL1"].values()
    assert len(re.findall(r'<c:idx val="2"\s*/>.*?<a:pattFill', chart, re.DOTALL)) == 1
    assert chart.count("<a:pattFill") == 1


def test_rows_that_the_form_lacks_are_kept_and_added_to_nothing(tmp_path: Path) -> None:
    row = Indicator(code="extra-1", label="Số máy in", kind="count", required=False)
    years = YEARLY.appendices[0]
    own = [observation(years, row, column, 8, number(7)) for column in YEARLY.columns_of(years)]
    with district(tmp_path, reports=[report_of(AN, CELLS["An"], extra=own)]) as connection:
        consolidate(connection, tmp_path / "a.xlsx", made_at=MADE_AT)
        consolidate(connection, tmp_path / "a.docx", made_at=MADE_AT)
    book = Workbook(tmp_path / "a.xlsx")
    (line,) = book.table("Ngoài mẫu")
    assert (line["Dòng đơn vị ghi"], line["Đơn vị"], line["Năm 2019"]) == ("Số máy in", "Xã An", 7)
    assert "Số máy in" not in book.cells["PL1"].values()
    assert ["Số máy in", "Xã An", "7", "7", "7"] in texts(tmp_path / "a.docx")[-2]


# -- the document and the page -----------------------------------------------------------------------------------------


def texts(path: Path) -> list[list[list[str]]]:
    """The tables of a Word file as texts, a merged cell in every square."""
    return [[[cell.text for cell in row.cells] for row in table.rows] for table in docx.Document(str(path)).tables]


@pytest.fixture(scope="module")
def draft(snapshot: DuckDBPyConnection, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ra") / "bao-cao.docx"
    consolidate(snapshot, path, made_at=MADE_AT)
    return path


def test_the_draft_has_the_pages_of_the_decree(draft: Path) -> None:
    text, *appendices = docx.Document(str(draft)).sections
    edges = (text.top_margin, text.bottom_margin, text.left_margin, text.right_margin)
    assert [round(edge.mm) for edge in edges if edge is not None] == [20, 20, 30, 15]
    assert text.page_width is not None
    assert (round(text.page_width.mm), text.orientation) == (210, WD_ORIENT.PORTRAIT)
    assert "PAGE" in text.header._element.xml
    assert [section.orientation for section in appendices] == [WD_ORIENT.PORTRAIT, WD_ORIENT.PORTRAIT]
    style = docx.Document(str(draft)).styles["Normal"]
    assert (style.font.name, style.font.size.pt) == ("Times New Roman", 14)


def test_the_draft_has_the_forms_tables_with_their_figures(draft: Path) -> None:
    letterhead, signature, years, choice = texts(draft)
    assert letterhead[0][0].startswith("ỦY BAN NHÂN DÂN\nHUYỆN MẪU")
    assert "TM. ỦY BAN NHÂN DÂN" in signature[0][1]
    assert years[0] == ["STT", "Nội dung", "Năm 2018", "Năm 2019", "Đến 31/3/2020"]
    assert years[2] == ["1", "Số văn bản", "1.500\n(2/4)", "42", "5\n(1/4)"]
    assert years[3][:4] == ["2", "Có tổ chức thi (số đơn vị trả lời Có)", "…", "2/3"]
    assert choice[:2] == [
        ["STT", "Mục tiêu", "Kết quả (Đạt/Chưa đạt)", "Kết quả (Đạt/Chưa đạt)"],
        ["STT", "Mục tiêu", "Đạt", "Chưa đạt"],
    ]
    assert choice[2] == ["1", "Mục tiêu một", "2", "1"]


def test_the_draft_says_on_how_many_communes_a_figure_rests(draft: Path) -> None:
    written = [paragraph.text for paragraph in docx.Document(str(draft)).paragraphs]
    assert "Mỗi số liệu tổng hợp từ 3/4 đơn vị; số liệu nào khác thì ghi số đơn vị ngay bên dưới." in written
    assert "1 đơn vị chưa có báo cáo: Xã Đông." in written
    assert "Không tính 1 ô còn nghi ngờ." in written


def test_under_each_heading_the_communes_texts_stand_one_after_another(tmp_path: Path) -> None:
    reports = [
        report_of(AN, {}, body="Đã họp.\nĐã ký."), report_of(BINH, {}, body="- Một\n- Hai"), report_of(CHI, {}, body=""),
    ]  # fmt: skip
    with district(tmp_path, reports=reports) as connection:
        consolidate(connection, tmp_path / "a.docx", made_at=MADE_AT)
    written = [paragraph.text for paragraph in docx.Document(str(tmp_path / "a.docx")).paragraphs]
    first = written.index("I. TÌNH HÌNH")
    assert written[first + 1 : first + 7] == [
        "Xã An: Đã họp.", "Đã ký.", "Xã Bình: ", "- Một", "- Hai", "(Chưa viết mục này: Xã Chi.)",
    ]  # fmt: skip


def test_the_page_stands_alone_and_shows_text_as_text(tmp_path: Path) -> None:
    cells = {**CELLS["An"], (1, "5", "2019"): ("ok", "<script>x</script>", None, "<script>x</script>")}
    with district(tmp_path, reports=[report_of(AN, cells), report_of(BINH, CELLS["Bình"])]) as connection:
        consolidate(connection, tmp_path / "a.html", made_at=MADE_AT)
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "&lt;script&gt;x&lt;/script&gt;" in page
    assert not re.search(r'(?:src|href)="(?!#)', page)
    assert page.count('fill="url(#part)"') == page.count("<svg viewBox") > 0


# -- one commune alone -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "BC CCHC xã Tân Kiều (1).docx",
        "Báo cáo 10 năm.docx",
        "bao cao cchc xa thuy mai.docx",
    ],
)
def test_a_commune_exported_alone_reads_back_the_same(tmp_path: Path, name: str) -> None:
    """The first has everything wrong that a report can have; the others own rows and columns, and abbreviations."""
    office_file = SAMPLES / "office.toml"
    given = extract_file(Job(SAMPLES / name, office_file, unit="Xã Tân Kiều" if "Tân Kiều" in name else None))
    office = read_office(office_file)
    unit = next(unit for unit in office.units if unit.unit_id == given.sender.unit_id)
    with Warehouse.open(tmp_path / "kho.duckdb", office) as warehouse:
        warehouse.load(given, NOW)
        warehouse.snapshot()
    with open_snapshot(tmp_path / "kho.duckdb") as connection:
        consolidate(connection, tmp_path / "mot-xa.docx", unit=unit.name, made_at=MADE_AT)
    again = extract_file(Job(tmp_path / "mot-xa.docx", office_file))
    assert again.sender.unit_id == unit.unit_id
    assert not again.needs_review
    assert cells_of(again) == cells_of(given)
    assert sum(1 for cell in cells_of(given).values() if cell[2] in ("ok", "flagged", "blank", "none")) > 400


def test_rows_that_lack_a_column_read_back_as_lacking_it(tmp_path: Path) -> None:
    """The commune cut its first appendix in two tables and gave the first no column for the last year."""
    office_file = SAMPLES / "office.toml"
    office = read_office(office_file)
    write_template(office.form, tmp_path / "mau.docx", office=office.name, made_at=MADE_AT)
    _cut_in_two(tmp_path / "mau.docx", tmp_path / "BC xã An Phú.docx", 8)
    given = extract_file(Job(tmp_path / "BC xã An Phú.docx", office_file))
    assert sum(status == "absent" for *_, status in cells_of(given).values()) == 7
    with Warehouse.open(tmp_path / "kho.duckdb", office) as warehouse:
        warehouse.load(given, NOW)
        warehouse.snapshot()
    with open_snapshot(tmp_path / "kho.duckdb") as connection:
        consolidate(connection, tmp_path / "mot-xa.docx", unit="An Phú", made_at=MADE_AT)
    assert cells_of(extract_file(Job(tmp_path / "mot-xa.docx", office_file))) == cells_of(given)


def _cut_in_two(blank: Path, filled: Path, rows: int) -> None:
    """Fill the first appendix and cut it: `rows` rows without the last column, then the others with all."""
    document = docx.Document(str(blank))
    table = next(table for table in document.tables if table.rows[0].cells[0].text == "STT")
    for row in table.rows[1:]:
        for cell in row.cells[2:]:
            cell.text = "1"
    first = table._tbl
    title, second = deepcopy(first.getprevious()), deepcopy(first)
    first.addnext(title)
    title.addnext(second)
    for row in first.findall(qn("w:tr"))[rows:]:
        first.remove(row)
    for row in first.findall(qn("w:tr")):
        row.remove(row.findall(qn("w:tc"))[-1])
    first.tblGrid.remove(first.tblGrid.findall(qn("w:gridCol"))[-1])
    for row in second.findall(qn("w:tr"))[1:rows]:
        second.remove(row)
    document.save(str(filled))


def cells_of(extraction: Any) -> dict[tuple[int, str, str], tuple[float | None, str | None, str]]:
    return {(o.appendix, o.indicator, o.column_key): (o.value, o.text, o.status) for o in extraction.observations}


@pytest.mark.parametrize("kind", ["count", "percent", "yes_no", "choice", "ratio", "text"])
def test_what_is_marked_as_doubtful_on_paper_is_doubtful_when_read(kind: Any) -> None:
    row = Indicator(code="1", label="Dòng", kind=kind, choices=({"text": "Có"},) if kind == "choice" else ())
    for text in ("12 (?)", "Có (?)", "41/41(?)", "(?)"):
        reading = read_value(text, row)
        assert (reading.status, reading.code) == ("flagged", "VALUE_DOUBTED")
    assert read_value("12 (?)", Indicator(code="1", label="Dòng", kind="count")).value == 12


# -- what goes wrong ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["a.xlsx", "a.docx", "a.html"])
def test_a_file_that_is_open_elsewhere_is_said_and_left_alone(
    snapshot: DuckDBPyConnection, tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    path.write_bytes(b"cu")
    (tmp_path / f".~lock.{name}#").write_text("Lan")
    with pytest.raises(UsageFault, match="đang mở") as raised:
        consolidate(snapshot, path, made_at=MADE_AT)
    assert (raised.value.code, raised.value.exit_code) == ("OUTPUT_UNWRITABLE", 2)
    assert path.read_bytes() == b"cu"
    assert sorted(entry.name for entry in tmp_path.iterdir()) == [f".~lock.{name}#", name]


def test_nothing_half_written_stays_where_writing_fails(tmp_path: Path) -> None:
    with district(tmp_path, reports=[report_of(AN, CELLS["An"])]) as connection, pytest.raises(UsageFault, match="thư mục"):
        consolidate(connection, tmp_path / "khong-co" / "a.xlsx", made_at=MADE_AT)
    assert not [entry for entry in tmp_path.iterdir() if entry.suffix == ".xlsx"]


def test_another_kind_of_file_is_refused(snapshot: DuckDBPyConnection, tmp_path: Path) -> None:
    with pytest.raises(UsageFault, match=r"a\.pdf"):
        consolidate(snapshot, tmp_path / "a.pdf", made_at=MADE_AT)
    with pytest.raises(UsageFault, match=r"a\.xlsx"):
        consolidate(snapshot, tmp_path / "a.xlsx", unit="Xã An", made_at=MADE_AT)


def test_without_a_report_that_counts_there_is_nothing_to_write(tmp_path: Path) -> None:
    with district(tmp_path, reports=[report_of(None, CELLS["An"])]) as connection:
        with pytest.raises(UsageFault, match="Chưa có báo cáo nào được tính"):
            consolidate(connection, tmp_path / "a.xlsx", made_at=MADE_AT)
        with pytest.raises(UsageFault, match="Chưa có báo cáo nào được chấp nhận"):
            consolidate(connection, tmp_path / "a.xlsx", Options(accepted_only=True), made_at=MADE_AT)
    assert not (tmp_path / "a.xlsx").exists()


def test_a_commune_without_a_report_or_unknown_is_said(snapshot: DuckDBPyConnection, tmp_path: Path) -> None:
    with pytest.raises(UsageFault, match="Xã Đông chưa có báo cáo"):
        consolidate(snapshot, tmp_path / "a.docx", unit="dong", made_at=MADE_AT)
    with pytest.raises(UsageFault, match="Không có đúng một đơn vị"):
        consolidate(snapshot, tmp_path / "a.docx", unit="Xã Lạ", made_at=MADE_AT)


def test_what_is_to_be_settled_stands_in_the_workbook(tmp_path: Path) -> None:
    finding = Finding("ROW_MISSING", appendix=1, indicator="4", expected="Tỷ lệ hài lòng")
    report = report_of(AN, CELLS["An"], findings=[finding, Finding("SECTION_EXTRA", found="a")])
    with district(tmp_path, reports=[report]) as connection:
        consolidate(connection, tmp_path / "a.xlsx", made_at=MADE_AT)
    (row,) = Workbook(tmp_path / "a.xlsx").table("Cần xử lý")
    assert (row["Đơn vị"], row["Nội dung"]) == ("Xã An", "Thiếu dòng «Tỷ lệ hài lòng».")
    assert row["Cách xử lý"] == "Đề nghị đơn vị bổ sung dòng này."


def test_the_same_figures_give_the_same_workbook(snapshot: DuckDBPyConnection, tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        consolidate(snapshot, tmp_path / name, made_at=MADE_AT)
    sheets = []
    for name in ("a.xlsx", "b.xlsx"):
        with zipfile.ZipFile(tmp_path / name) as package:
            sheets.append({part: package.read(part) for part in package.namelist() if "/worksheets/" in part})
    assert sheets[0] == sheets[1]


def test_the_due_date_and_level_of_the_office_are_data(snapshot: DuckDBPyConnection) -> None:
    assert snapshot.execute("SELECT name, level, due_date FROM office").fetchall() == [
        (DISTRICT.name, "huyện", date(2020, 6, 15))
    ]
