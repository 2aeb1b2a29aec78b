"""The page must tell a clerk who sent what, whether it can be accepted and what to send back; and never hide a doubt."""

import json
import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import docx
import pytest
from duckdb import DuckDBPyConnection
from lxml import html

from ingest.appendices import read_appendices
from ingest.warehouse import Warehouse, open_snapshot
from pipeline import Job, extract_file
from reports.extraction import render_html, render_json, write_reports
from reports.office_text import day, excerpt, moment, number, place, size
from schemas.decision import Decision
from schemas.document import Source
from schemas.errors import UsageFault
from schemas.finding import CATALOGUE, Finding
from schemas.form import load_form
from schemas.office import bundled_office, read_office
from schemas.place import Place
from schemas.record import Evidence, Extraction, SectionText, Sender
from tests.documents import Span, document

FORM = load_form("cchc-2011-2020")
BUNDLED = read_office(bundled_office())
# The made-up figures below agree with the form, not with each other: no rules here (tests/test_rules.py has them).
OFFICE = BUNDLED.model_copy(update={"form": BUNDLED.form.model_copy(update={"rules": ()})})
YEARS = [column.label for column in FORM.column_sets["years"]]
KEYS = [column.key for column in FORM.column_sets["years"]]
UNIT = next(unit for unit in OFFICE.units if unit.name == "Xã An Hòa Thịnh")
OTHER = next(unit for unit in OFFICE.units if unit.name == "Thị trấn Phố Châu")
NOW = datetime(2020, 6, 5, 8, 5)
ATTACK = """<script>alert(1)</script>"><img src=x onerror=alert(2)>"""
Row = list[str | Span | None]
Page = html.HtmlElement


def filled(number: int) -> list[Row]:
    """An appendix as the form has it, every square filled with something sensible for its kind."""
    columns = FORM.columns_of(FORM.by_number[number])
    rows: list[Row] = [["STT", FORM.by_number[number].row_header, *(column.label for column in columns)]]
    words = {"yes_no": "1", "percent": "95%", "choice": "Đạt", "heading": ""}
    for index, row in enumerate(FORM.by_number[number].indicators, 1):
        rows.append([row.code, row.label, *(words.get(row.kind, str(100 + 10 * index + n)) for n in range(len(columns)))])
    return rows


def titled(number: int, rows: list[Row]) -> list[str | list[Row]]:
    return [f"Phụ lục {number}: {FORM.by_number[number].title}", rows]


def outline(**changes: dict[str, Any]) -> tuple[SectionText, ...]:
    """Every section of the outline with a body, but for `changes` (by path with '_' for '/')."""
    rows = []
    for n, section in enumerate(FORM.outline, 1):
        row = SectionText(
            n, section.path, section.title, section.number, f"{section.number}. {section.title}", 1.0, "matched",
            "Đã thực hiện đầy đủ theo kế hoạch của huyện.", Place(block=n),
        )  # fmt: skip
        rows.append(replace(row, **changes.get(section.path.replace("/", "_"), {})))
    return tuple(rows)


def extraction(
    *blocks: str | Sequence[Row],
    sections: tuple[SectionText, ...] | None = None,
    findings: Sequence[Finding] = (),
    **changes: Any,
) -> Extraction:
    """What reading a report with these tables gives; sender and outline are those of a report without a fault."""
    read = read_appendices(document(*blocks), FORM, OFFICE.settings)
    sure = (
        Evidence("letterhead", "UBND XÃ AN HÒA THỊNH", UNIT.unit_id),
        Evidence("closing", "ủy ban nhân dân xã An Hòa Thịnh", UNIT.unit_id),
    )
    made = Extraction(
        source=Source("ab" * 32, "bao-cao.docx", "docx", 52_345),
        form=FORM.code,
        period=FORM.period,
        period_start=FORM.period_start,
        period_end=FORM.period_end,
        sender=Sender(UNIT.unit_id, "15/BC-UBND", date(2020, 6, 5), 0.99, sure),
        appendices=read.found,
        observations=read.observations,
        sections=outline() if sections is None else sections,
        findings=(*findings, *read.findings),
        cells_printed=read.cells_printed,
        cells_used=read.cells_used,
    )
    return replace(made, **changes)


def complete() -> list[str | list[Row]]:
    """All appendices filled; the form does not know the rows of appendix 4, so the commune wrote its own."""
    blocks: list[str | list[Row]] = []
    for appendix in FORM.appendices:
        rows = filled(appendix.number)
        if not appendix.confirmed:
            rows.append(["2", "Số phòng, ban chuyên môn", *("3" for _ in YEARS)])
        blocks += titled(appendix.number, rows)
    return blocks


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse of the office with nothing in it, made once: making its views is what takes long."""
    path = tmp_path_factory.mktemp("kho") / "kho.duckdb"
    Warehouse.open(path, OFFICE).close()
    return path


@pytest.fixture
def warehouse(empty: Path, tmp_path: Path) -> Iterator[Warehouse]:
    with Warehouse.open(Path(shutil.copy(empty, tmp_path / "kho.duckdb")), OFFICE) as opened:
        yield opened


def report(warehouse: Warehouse, made: Extraction, *decisions: Decision) -> tuple[Page, dict[str, Any]]:
    """The page (parsed, and checked for what holds of every page) and the JSON of one report."""
    load(warehouse, made)
    for one in decisions:
        warehouse.decide(one)
    submission_id = made.source.sha256[:12]
    text = render_html(warehouse.connection, submission_id)
    page = html.document_fromstring(text)
    assert_self_contained(text, page)
    return page, json.loads(render_json(warehouse.connection, submission_id))


def load(warehouse: Warehouse, *made: Extraction) -> DuckDBPyConnection:
    for one in made:
        warehouse.load(one, NOW)
    return warehouse.connection


def assert_self_contained(text: str, page: Page) -> None:
    """Nothing outside it, nothing that runs, and every link leads to a place on the page."""
    assert not page.xpath("//script | //img | //link | //iframe | //object | //*[@src]")
    assert not page.xpath("//*[@*[starts-with(name(), 'on')]]")
    assert "url(" not in text
    assert "@import" not in text
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    for link in page.xpath("//a/@href"):
        assert link[0] == "#", link
        assert link[1:] in ids, link


def words(element: Page) -> str:
    return " ".join(element.text_content().split())


def verdict(page: Page) -> str:
    return words(page.xpath("//section[contains(@class, 'verdict')]//p[@class='title']")[0])


def line(page: Page, appendix: int, indicator: str) -> list[str]:
    """The squares of a row of an appendix as shown."""
    (row,) = page.xpath(f"//tr[@id='d-{appendix}-{indicator}']")
    return [words(square) for square in row.xpath("td")]


def decision(action: Any, **more: Any) -> Decision:
    return Decision(action, "ab" * 6, "Nguyễn Văn A", datetime(2020, 6, 9, 14, 0), **more)


# -- who sent it, and can it be accepted


def test_a_report_without_a_fault_can_be_accepted(warehouse: Warehouse) -> None:
    page, data = report(warehouse, extraction(*complete()))
    assert verdict(page) == "Có thể nhận"
    assert data["verdict"]["level"] == "good"
    assert words(page.xpath("//h1")[0]) == "Xã An Hòa Thịnh"
    text = words(page.xpath("//body")[0])
    for fact in ("15/BC-UBND", "05/6/2020", "08:05 ngày 05/6/2020", "bao-cao.docx", "52 KB", "lần 1", "2011-2020"):
        assert fact in text
    assert "chắc chắn, căn cứ: phần đầu văn bản «UBND XÃ AN HÒA THỊNH»; câu kết" in text
    assert "(?)" not in text.replace("12 (?)1 ô nghi ngờ", "")


def test_an_unknown_sender_is_said_first_and_how_to_settle_it(warehouse: Warehouse) -> None:
    disagree = (Evidence("letterhead", "XÃ AN HÒA THỊNH", UNIT.unit_id), Evidence("file_name", "pho chau", OTHER.unit_id))
    page, data = report(
        warehouse,
        extraction(
            *complete(),
            sender=Sender(None, None, None, 0.0, disagree),
            findings=[Finding("SENDER_DISAGREES", found="An Hòa Thịnh, Phố Châu")],
            needs_review=True,
        ),
    )
    assert verdict(page) == "Chưa biết đơn vị nào gửi"
    assert words(page.xpath("//h1")[0]) == "Chưa rõ đơn vị gửi"
    text = words(page.xpath("//body")[0])
    assert 'tonghop assign abababababab "TÊN ĐƠN VỊ"' in text
    assert "«pho chau» (Thị trấn Phố Châu)" in text
    assert CATALOGUE["SENDER_DISAGREES"].advice in text
    assert [e["unit_name"] for e in data["evidence"]] == [UNIT.name, OTHER.name]


def test_an_assigned_sender_is_said_to_be_a_persons_word(warehouse: Warehouse) -> None:
    made = extraction(*complete(), sender=Sender(None), findings=[Finding("SENDER_UNKNOWN")], needs_review=True)
    page, data = report(warehouse, made, decision("assign", unit_id=OTHER.unit_id))
    assert words(page.xpath("//h1")[0]) == "Thị trấn Phố Châu"
    assert "Đơn vị gửi do Nguyễn Văn A ghi." in data["verdict"]["details"]
    assert verdict(page) == "Có thể nhận"


@pytest.mark.parametrize(
    ("action", "title"),
    [
        ("accept", "Đã chấp nhận"),
        ("return", "Đã trả lại đơn vị, chờ bản sửa"),
        ("withdraw", "Đã rút, không tính vào tổng hợp"),
    ],
)
def test_what_a_person_decided_is_the_verdict(warehouse: Warehouse, action: str, title: str) -> None:
    page, _ = report(warehouse, extraction(*complete()), decision(action, reason="đã gọi điện"))
    assert verdict(page) == title
    assert "đã gọi điện" in words(page.xpath("//body")[0])


def test_an_older_version_says_that_it_does_not_count(warehouse: Warehouse) -> None:
    old = extraction(*complete())
    later = replace(old.sender, document_date=date(2020, 6, 20))
    new = replace(old, source=replace(old.source, sha256="cd" * 32), sender=later)
    connection = load(warehouse, new, old)
    assert "Đã có bản mới hơn" in render_html(connection, "ab" * 6)
    assert "Đã có bản mới hơn" not in render_html(connection, "cd" * 6)


def test_two_versions_without_dates_leave_the_sender_sure(warehouse: Warehouse) -> None:
    first = extraction(*complete())
    first = replace(first, sender=replace(first.sender, document_date=None))
    other = replace(first.sender, document_number="99/BC-UBND")
    load(warehouse, replace(first, source=replace(first.source, sha256="0d" * 32), sender=other))
    page, _ = report(warehouse, first)
    assert verdict(page) == "Chưa biết bản nào mới hơn"
    assert "Đơn vị gửi: chắc chắn" in words(page.xpath("//header")[0])


def test_what_only_the_sender_can_complete_is_asked_of_the_sender(warehouse: Warehouse) -> None:
    blocks = [block for number in (1, 2, 3, 5, 7, 8) for block in titled(number, filled(number))]
    sections = outline(**{"1_II_1_1.2": {"status": "missing", "source_heading": None, "source_number": None, "body": ""}})
    missing = Finding("SECTION_MISSING", section="1/II/1/1.2", expected="1.2. Những tồn tại, hạn chế và nguyên nhân")
    page, data = report(warehouse, extraction(*blocks, sections=sections, findings=[missing]))
    assert verdict(page) == "Có thể nhận, nhưng đơn vị cần bổ sung 3 chỗ"
    assert "Không có Phụ lục 4, 6." in data["verdict"]["details"]
    assert "Đề cương: thiếu 1 mục." in data["verdict"]["details"]
    asked = words(page.xpath("//h2[starts-with(., 'Đề nghị đơn vị bổ sung')]/following-sibling::div[1]")[0])
    assert "Không thấy Phụ lục 4" in asked
    assert "Phần 1 › II › 1. Cải cách thể chế" in words(page.xpath("//body")[0])
    assert page.xpath("//tr[td[contains(., '✗ thiếu')] and td[contains(., '1.2.')]]")


# -- cells


def test_every_value_stands_in_the_square_of_its_row_and_column(warehouse: Warehouse) -> None:
    page, data = report(warehouse, extraction(*complete()))
    for appendix in data["appendices"]:
        for row in appendix["rows"]:
            shown = line(page, appendix["appendix"], row["indicator"])
            cells = [row["cells"][column["column_key"]] for column in appendix["columns"]]
            assert shown[2:] == [cell["raw"] or "" for cell in cells]
    heads = page.xpath("//h3[@id='pl-3']/following::table[1]/thead//th")
    assert [words(head) for head in heads] == ["STT", "Chỉ tiêu", *YEARS]
    assert line(page, 3, "1")[:3] == ["1", "Tổng số TTHC của đơn vị, địa phương", "110"]


def test_children_are_indented_and_group_headings_stand_out(warehouse: Warehouse) -> None:
    page, _ = report(warehouse, extraction(*complete()))
    child = page.xpath("//tr[@id='d-3-4.1']/td[2]")[0]
    parent = page.xpath("//tr[@id='d-3-4']")[0]
    assert "padding-left" in child.get("style")
    assert parent.get("class") == "head"
    assert line(page, 3, "4")[2:] == [""] * 6


def test_states_of_cells_cannot_be_mistaken_for_each_other(warehouse: Warehouse) -> None:
    rows = filled(5)
    rows[1][2:5] = ["", "-", "x"]
    del rows[7]
    page, data = report(warehouse, extraction(*titled(5, rows)))
    assert line(page, 5, "1")[2:6] == ["(trống)", "-", "x", "113"]
    assert line(page, 5, "3")[2:] == ["(không có dòng này)"]
    assert data["counts"]["blank"] == 1
    assert (data["counts"]["cells_printed"], data["counts"]["cells_used"]) == (65, 65)


def test_a_missing_column_is_marked_in_its_heading_and_cells(warehouse: Warehouse) -> None:
    page, _ = report(warehouse, extraction(*titled(5, [row[:6] + row[7:] for row in filled(5)])))
    heads = [words(head) for head in page.xpath("//h3[@id='pl-5']/following::table[1]/thead//th")]
    assert heads[6] == "Năm 2019 (không có cột này)"
    assert line(page, 5, "1")[6:] == ["∅", "115"]


def test_a_doubtful_cell_is_marked_and_explained_beside_the_table(warehouse: Warehouse) -> None:
    rows = filled(5)
    rows[1][2] = "1,500"
    page, data = report(warehouse, extraction(*titled(5, rows)))
    (square,) = page.xpath("//td[@id='o-5-1-2015']")
    assert words(square) == "1,500 (?)1"
    assert "bảng 1, dòng 2, cột 3" in square.get("title")
    assert "đọc là 1.500" in square.get("title")
    notes = page.xpath("//h3[@id='pl-5']/following::ol[1]/li")
    assert "«1,500» có thể hiểu hai cách" in words(notes[0])
    assert page.xpath("//a[@href='#o-5-1-2015']")
    assert verdict(page).startswith("Cần xem 1 chỗ trước khi nhận")
    cell = data["appendices"][4]["rows"][0]["cells"]["2015"]
    assert (cell["raw"], cell["value"], cell["value_read"], cell["status"]) == ("1,500", None, 1500, "flagged")
    assert (cell["table_no"], cell["row_no"], cell["col_no"]) == (1, 2, 3)
    assert [f["code"] for f in data["findings"] if f["finding_id"] in cell["findings"]] == ["VALUE_AMBIGUOUS"]


def test_a_doubt_that_no_finding_explains_still_stops_the_clerk(warehouse: Warehouse) -> None:
    made = extraction(*complete())
    doubtful = made.observations[0].model_copy(update={"status": "flagged", "value": None})
    page, _ = report(warehouse, replace(made, observations=(doubtful, *made.observations[1:])))
    assert verdict(page) == "Cần xem 1 chỗ trước khi nhận"
    assert "Chưa chắc ô này" in words(page.xpath("//h3[@id='pl-1']/following::ol[1]")[0])


def test_a_nameless_row_is_explained_in_each_of_its_cells(warehouse: Warehouse) -> None:
    rows = filled(2)
    rows.insert(3, ["", "", "7", "8", "9", "10", "11", "12"])
    page, _ = report(warehouse, extraction(*titled(2, rows)))
    assert line(page, 2, "extra-1") == ["", "+ (dòng không tên)", *(f"{n} (?)1" for n in range(7, 13))]
    order = page.xpath("//h3[@id='pl-2']/following::table[1]/tbody/tr/@id")
    assert order[:4] == ["d-2-1", "d-2-1.1", "d-2-extra-1", "d-2-2"]


def test_rows_and_columns_that_the_form_lacks_stand_apart(warehouse: Warehouse) -> None:
    rows = [[*row, "Kế hoạch" if n == 0 else str(50 + n)] for n, row in enumerate(filled(5))]
    rows.append(["9", "Số lần tổ chức ngày hội văn hóa", *map(str, range(6)), ""])
    page, _ = report(warehouse, extraction(*titled(5, rows)))
    heads = [words(head) for head in page.xpath("//h3[@id='pl-5']/following::table[1]/thead//th")]
    assert heads[-1] == "+ Kế hoạch (ngoài mẫu)"
    assert line(page, 5, "1")[-1] == "51"
    band = page.xpath("//h3[@id='pl-5']/following::table[1]//tr[@class='band']")[0]
    assert words(band) == "Dòng ngoài mẫu"
    further = ["9", "+ Số lần tổ chức ngày hội văn hóa", "0", "1", "2", "3", "4", "5", ""]
    assert [words(square) for square in band.getnext()] == further


def test_a_column_of_verdicts_is_laid_out_as_such(warehouse: Warehouse) -> None:
    rows = filled(8)
    rows[3][2], rows[4][2] = "Chưa đạt", "Khá"
    page, _ = report(warehouse, extraction(*titled(8, rows)))
    heads = [words(head) for head in page.xpath("//h3[@id='pl-8']/following::table[1]/thead//th")]
    assert heads == ["STT", "Chỉ tiêu", FORM.column_sets["result"][0].label]
    assert [line(page, 8, code)[2] for code in ("2", "3", "4")] == ["Đạt", "Chưa đạt", "Khá (?)1"]


def test_a_correction_shows_both_values_and_who_made_it(warehouse: Warehouse) -> None:
    rows = filled(5)
    rows[1][2] = "1,500"
    fix = decision("correct", appendix=5, indicator="1", column_key="2015", value=1500.0, reason="xã xác nhận")
    page, data = report(warehouse, extraction(*titled(5, rows)), fix)
    (square,) = page.xpath("//td[@id='o-5-1-2015']")
    assert words(square.xpath("del")[0]) == "1,500"
    assert words(square).endswith("1.5001")
    assert "Nguyễn Văn A sửa ngày 09/6/2020: xã xác nhận." in words(page.xpath("//ol[@class='notes']")[0])
    assert data["appendices"][4]["rows"][0]["cells"]["2015"]["value"] == 1500
    assert data["counts"]["flagged"] == 0


def test_two_tables_for_one_appendix_and_unsure_tables_render(warehouse: Warehouse) -> None:
    other = [[*row[:2], *("7" if n and cell else cell for cell in row[2:])] for n, row in enumerate(filled(5))]
    page, data = report(warehouse, extraction(*titled(5, filled(5)), *titled(5, other)))
    flagged = page.xpath("//td[contains(@class, 'flagged')]")
    assert len(flagged) == data["counts"]["flagged"] > 0
    assert all("(?)" in words(square) and square.xpath("sup") for square in flagged)


# -- findings, outline, what was decoded


def test_every_finding_is_on_the_page_with_what_to_do(warehouse: Warehouse) -> None:
    said = [Finding(code, Place(page=2, table=1), appendix=5, found="ABC", expected="XYZ") for code in CATALOGUE]
    page, data = report(warehouse, extraction(*titled(5, filled(5)), findings=said))
    text = words(page.xpath("//body")[0])
    for finding in data["findings"]:
        assert " ".join(finding["message"].split()) in text
        assert finding["advice"] in text
    severities = [finding["severity"] for finding in data["findings"]]
    assert severities == sorted(severities, key=("error", "warning", "info").index)


def test_the_outline_shows_what_stands_there_and_under_which_name(warehouse: Warehouse) -> None:
    sections = outline(
        **{
            "1_I_2": {"source_heading": "2. Công tác kiểm tra, giám sát"},
            "1_I_3": {"status": "empty", "body": ""},
            "1_I_1": {"body": "Ủy ban nhân dân xã đã ban hành kế hoạch. " * 20},
        }
    )
    extra = SectionText(99, None, "Công tác khác", "8", "8. Công tác khác", None, "extra", "Không có.", Place(block=200))
    page, data = report(warehouse, extraction(*complete(), sections=(*sections, extra)))
    (other,) = page.xpath("//tr[td[contains(., 'trong tệp: «Công tác kiểm tra, giám sát»')]]")
    assert "2. Kiểm tra việc thực hiện" in words(other)
    assert words(page.xpath("//tr[@id='m-5']")[0]) == "○ trống 3. Thông tin, tuyên truyền"
    (further,) = page.xpath("//tr[@id='m-99']")
    assert [words(square) for square in further] == ["+ ngoài", "8. Công tác khác", "Không có.", "2"]
    long = words(page.xpath("//tr[@id='m-3']/td[@class='begins']")[0])
    assert long.endswith("…")
    assert len(long) <= 81
    assert data["sections"][2]["body"] == "Ủy ban nhân dân xã đã ban hành kế hoạch. " * 20


def test_what_was_decoded_or_left_out_is_said(warehouse: Warehouse) -> None:
    said = [
        Finding("LEGACY_FONT", found="Céng hßa", expected="TCVN3"),
        Finding("DELETED_TEXT", found="đoạn cũ"),
        Finding("COMMENT_LEFT", found="2"),
    ]
    page, _ = report(warehouse, extraction(*complete(), findings=said))
    read = " ".join(words(e) for e in page.xpath("//h2[starts-with(., 'Tệp đã được đọc')]/following-sibling::div"))
    assert "Đã chuyển chữ từ phông cũ TCVN3: «Céng hßa»." in read
    assert "«đoạn cũ»" in read
    assert "2 ghi chú" in read
    assert verdict(page) == "Có thể nhận"


def test_text_of_documents_never_becomes_markup(warehouse: Warehouse) -> None:
    rows = filled(5)
    rows[1][2] = rows[2][3] = ATTACK
    rows[0].append(ATTACK)
    rows = [[*row, ATTACK][:9] for row in rows]
    rows.append(["9", ATTACK, *([ATTACK] * 7)])
    sections = outline(**{"1_I_1": {"source_heading": ATTACK, "source_number": ATTACK, "body": ATTACK}})
    made = extraction(
        *titled(5, rows),
        sections=(*sections, SectionText(99, None, ATTACK, ATTACK, ATTACK, None, "extra", ATTACK, Place())),
        findings=[Finding("SECTION_EXTRA", found=ATTACK), Finding("DELETED_TEXT", found=ATTACK)],
        source=Source("ab" * 32, f"{ATTACK}.docx", "docx", 1),
        sender=Sender(UNIT.unit_id, ATTACK, None, 0.9, (Evidence("text", ATTACK, None),)),
    )
    page, data = report(warehouse, made, decision("accept", reason=ATTACK))
    assert words(page.xpath("//tr[@id='d-5-1']/td[3]/text()")[0].getparent()).startswith("<script>alert(1)</script>")
    assert page.xpath("//*[@title[contains(., 'onerror')]]")
    assert "default-src 'none'" in page.xpath("//meta[@http-equiv]/@content")[0]
    assert data["decisions"][0]["reason"] == ATTACK


def test_a_report_with_nothing_in_it_is_said_to_be_so(warehouse: Warehouse) -> None:
    page, data = report(warehouse, extraction("BÁO CÁO", sections=()))
    text = words(page.xpath("//body")[0])
    assert text.count("✗ Không có trong báo cáo.") == 8
    assert "Không có Phụ lục 1, 2, 3, 4, 5, 6, 7, 8." in text
    assert data["counts"]["read"] == 0
    assert data["verdict"]["level"] == "look"


def test_a_page_is_light_and_the_same_from_a_snapshot(warehouse: Warehouse, tmp_path: Path) -> None:
    page = render_html(load(warehouse, extraction(*complete())), "ab" * 6)
    assert len(page.encode()) < 100_000
    warehouse.snapshot()
    assert render_html(open_snapshot(tmp_path / "kho.duckdb"), "ab" * 6) == page


# -- files


def test_files_are_written_for_every_current_report(warehouse: Warehouse, tmp_path: Path) -> None:
    one = extraction(*titled(5, filled(5)))
    two = replace(one, source=replace(one.source, sha256="cd" * 32), sender=replace(one.sender, unit_id=OTHER.unit_id))
    connection = load(warehouse, one, two)
    written = write_reports(connection, [], tmp_path / "moi" / "trang")
    assert [path.name for path in written] == [
        "thi_tran_pho_chau_cdcdcdcdcdcd.html",
        "thi_tran_pho_chau_cdcdcdcdcdcd.json",
        "xa_an_hoa_thinh_abababababab.html",
        "xa_an_hoa_thinh_abababababab.json",
    ]
    assert written[2].read_text(encoding="utf-8") == render_html(connection, "ab" * 6)
    assert sorted((tmp_path / "moi" / "trang").iterdir()) == sorted(written)
    assert len(write_reports(connection, ["ABAB"], tmp_path)) == 2


@pytest.mark.parametrize("ids", [["ab", "ffff"], [""], ["%"]])
def test_an_unknown_id_writes_nothing(warehouse: Warehouse, tmp_path: Path, ids: list[str]) -> None:
    connection = load(warehouse, extraction(*titled(5, filled(5))))
    with pytest.raises(UsageFault) as fault:
        write_reports(connection, ids, tmp_path / "trang")
    assert fault.value.code == "SUBMISSION_UNKNOWN"
    assert not (tmp_path / "trang").exists()


def test_a_folder_that_is_a_file_is_said_plainly(warehouse: Warehouse, tmp_path: Path) -> None:
    connection = load(warehouse, extraction(*titled(5, filled(5))))
    (tmp_path / "trang").write_text("")
    with pytest.raises(UsageFault) as fault:
        write_reports(connection, [], tmp_path / "trang")
    assert "trang" in fault.value.message
    assert fault.value.advice


def test_a_report_that_is_not_there_is_refused(warehouse: Warehouse, tmp_path: Path) -> None:
    connection = load(warehouse)
    with pytest.raises(UsageFault):
        render_html(connection, "abab")
    assert write_reports(connection, [], tmp_path / "trang") == []


def test_a_word_file_of_a_commune_becomes_its_page(warehouse: Warehouse, tmp_path: Path) -> None:
    file = docx.Document()
    for text in ("ỦY BAN NHÂN DÂN", "XÃ AN HÒA THỊNH", "Số: 15/BC-UBND", "BÁO CÁO", FORM.title):
        file.add_paragraph(text)
    for section in FORM.outline:
        file.add_paragraph().add_run(f"{section.number}. {section.title}").bold = True
        file.add_paragraph("Đơn vị đã thực hiện theo kế hoạch.")
    rows = filled(5)
    rows[1][2] = "1,500"
    file.add_paragraph(f"Phụ lục 5: {FORM.by_number[5].title}")
    table = file.add_table(len(rows), 8, style="Table Grid")
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            table.cell(r, c).text = str(text)
    file.save(tmp_path / "an-hoa-thinh.docx")
    made = extract_file(Job(tmp_path / "an-hoa-thinh.docx", bundled_office()))
    connection = load(warehouse, made)
    (path, _) = write_reports(connection, [], tmp_path)
    page = html.document_fromstring(path.read_text(encoding="utf-8"))
    assert words(page.xpath("//h1")[0]) == "Xã An Hòa Thịnh"
    assert words(page.xpath("//td[@id='o-5-1-2015']")[0]) == "1,500 (?)1"
    assert line(page, 5, "8")[2:] == [str(220 + n) for n in range(6)]
    assert len(page.xpath("//table[contains(@class, 'outline')]//td[contains(@class, 'matched')]")) == 2 * len(FORM.outline)


# -- as an office writes


def test_numbers_dates_and_places_are_written_as_an_office_does() -> None:
    assert [number(n) for n in (0, 7, 1500, 1234567)] == ["0", "7", "1.500", "1.234.567"]
    assert [number(n) for n in (12.5, -3, 98.125)] == ["12,5", "-3", "98,125"]
    assert [day(date(2020, m, 5)) for m in (1, 2, 6, 12)] == ["05/01/2020", "05/02/2020", "05/6/2020", "05/12/2020"]
    assert moment(NOW) == "08:05 ngày 05/6/2020"
    assert [size(n) for n in (812, 45_300, 1_240_000)] == ["812 byte", "45 KB", "1,2 MB"]
    assert place(2, 3, 7, None) == "trang 2, bảng 3, dòng 7"
    assert place(None, None, None, None) == ""
    assert excerpt("một hai\n ba bốn", 9) == "một hai…"
    assert not re.search(r"\s$", excerpt("một hai ba", 7))
