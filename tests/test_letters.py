"""Letters to the communes: what is listed, who is reminded, who is not, and that all or none is written."""

import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import docx
import pytest
from duckdb import DuckDBPyConnection

from reports.corrections import said_to_sender
from reports.letters import ZIP, Letters, write_letters
from schemas.errors import UsageFault
from schemas.finding import CATALOGUE, Finding
from schemas.place import Place
from schemas.record import Evidence, Sender
from tests.district_made import CELLS, MADE_AT, district, report_of
from tests.office_made import AN, BINH, CHI, DONG

WRONG = (
    Finding("SECTION_MISSING", section="1/I", expected="I. Tình hình"),
    Finding("APPENDIX_ABSENT", appendix=2, expected="2: Mức đạt"),
    Finding("ROW_MISSING", appendix=1, indicator="4", expected="Tỷ lệ hài lòng"),
    Finding("VALUE_NOT_A_NUMBER", Place(table=1, row=3, col=3), 1, "1", "2018", found="Có", expected="số nguyên"),
    Finding("VALUE_NOT_A_NUMBER", Place(table=1, row=3, col=4), 1, "1", "2019", found="nhiều", expected="số nguyên"),
    Finding("VALUE_AMBIGUOUS", Place(table=1, row=5, col=4), 1, "3", "2019", found="1,500", expected="1500 hay 1,500"),
    Finding("ROW_UNSURE", Place(table=1, row=6), 1, "5", found="Mô hình", expected="Mô hình mới"),
    Finding("SECTION_EXTRA", section="1/I", found="Phụ"),
)
"""The last two are the office's own business."""


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DuckDBPyConnection]:
    """An has much to correct, Bình nothing; Chi may have sent the report of nobody knows whom; Đông sent nothing."""
    perhaps = Sender(None, None, None, 0.0, (Evidence("letterhead", "XÃ CHI", CHI.unit_id),))
    reports = [
        report_of(AN, CELLS["An"], findings=WRONG), report_of(BINH, CELLS["Bình"]),
        report_of(None, CELLS["Chi"], sender=perhaps),
    ]  # fmt: skip
    with district(tmp_path_factory.mktemp("kho"), reports=reports) as connection:
        yield connection


@pytest.fixture(scope="module")
def written(snapshot: DuckDBPyConnection, tmp_path_factory: pytest.TempPathFactory) -> Letters:
    return write_letters(snapshot, tmp_path_factory.mktemp("thu"), until=date(2020, 6, 27), made_at=MADE_AT)


def text_of(path: Path) -> str:
    """Everything that stands in a letter, tables too."""
    document = docx.Document(str(path))
    tables = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *tables])


def lines_of(path: Path) -> list[list[str]]:
    table = next(table for table in docx.Document(str(path)).tables if table.rows[0].cells[0].text == "STT")
    return [[cell.text for cell in row.cells] for row in table.rows[1:]]


def test_a_letter_goes_to_each_commune_with_something_to_correct_and_to_no_other(written: Letters) -> None:
    assert [path.name for path in written.corrections] == ["01_xa_an_bo-sung.docx"]
    assert [path.name for path in written.reminders] == ["04_xa_dong_nhac-gui.docx"]


def test_the_letter_lists_place_what_was_read_and_what_is_expected(written: Letters) -> None:
    lines = lines_of(written.corrections[0])
    assert [line[0] for line in lines] == ["1", "2", "3", "4", "5"]
    assert lines[0][1] == "Phần thứ nhất\nThiếu mục «I. Tình hình»."
    assert lines[0][2:] == ["(không có)", "Đề nghị bổ sung mục này."]
    numbers = next(line for line in lines if "chỉ tiêu 1 «Số văn bản»" in line[1])
    assert numbers[1] == "Phụ lục 1, chỉ tiêu 1 «Số văn bản», Năm 2018, Năm 2019\nÔ phải là số."
    assert numbers[2] == "Năm 2018: Có\nNăm 2019: nhiều"
    assert numbers[3] == "số nguyên\nĐề nghị ghi số."
    doubtful = next(line for line in lines if "chỉ tiêu 3" in line[1])
    assert doubtful[2:] == [
        "1,500", "1500 hay 1,500\nĐề nghị xác nhận lại; số lẻ dùng dấu phẩy, hàng nghìn dùng dấu chấm.",
    ]  # fmt: skip


def test_the_letter_is_an_official_one(written: Letters) -> None:
    text = text_of(written.corrections[0])
    for part in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "V/v bổ sung, chỉnh sửa báo cáo Mẫu thử",
        "Kính gửi: Ủy ban nhân dân xã An",
        "Ủy ban nhân dân huyện Mẫu đã nhận Báo cáo số 15/BC-UBND ngày 01/6/2020 của Ủy ban nhân dân xã An",
        "còn 5 nội dung",
        "trước ngày 27/6/2020",
        "Nơi nhận:",
        "TM. ỦY BAN NHÂN DÂN",
    ):
        assert part in text


def test_who_sent_nothing_is_reminded_of_the_due_date(written: Letters) -> None:
    text = text_of(written.reminders[0])
    assert "Đến ngày 20/6/2020, Ủy ban nhân dân huyện Mẫu chưa nhận được báo cáo" in text
    assert f"của Ủy ban nhân dân {DONG.name[0].lower()}{DONG.name[1:]} (hạn gửi: ngày 15/6/2020)" in text
    assert "các Phụ lục I – II" in text


def test_nobody_is_reminded_whose_report_may_lie_there_unsettled(written: Letters) -> None:
    assert written.waiting == ("Xã Chi",)


def test_all_letters_stand_in_one_zip(written: Letters) -> None:
    assert written.archive is not None
    assert written.archive.name == ZIP
    with zipfile.ZipFile(written.archive) as archive:
        assert sorted(archive.namelist()) == sorted(p.name for p in (*written.corrections, *written.reminders))
        for path in (*written.corrections, *written.reminders):
            assert archive.read(path.name) == path.read_bytes()


def test_no_letter_is_written_where_one_cannot_be(snapshot: DuckDBPyConnection, tmp_path: Path) -> None:
    (tmp_path / ZIP).write_bytes(b"cu")
    (tmp_path / f".~lock.{ZIP}#").touch()
    with pytest.raises(UsageFault, match="đang mở"):
        write_letters(snapshot, tmp_path, made_at=MADE_AT)
    assert not list(tmp_path.glob("*.docx"))
    assert (tmp_path / ZIP).read_bytes() == b"cu"


def test_where_all_is_well_there_is_nothing_to_send(tmp_path: Path) -> None:
    reports = [report_of(unit, CELLS["Bình"]) for unit in (AN, BINH, CHI, DONG)]
    with district(tmp_path, reports=reports) as connection:
        assert write_letters(connection, tmp_path / "thu", made_at=MADE_AT) == Letters((), (), None, ())
    assert not (tmp_path / "thu").exists()


def test_every_advice_of_the_catalogue_can_be_said_to_the_sender() -> None:
    for kind in CATALOGUE.values():
        said = said_to_sender(kind.advice)
        assert "đơn vị" not in said.split(".")[0] or "đơn vị" in kind.advice.removeprefix("Đề nghị đơn vị").removeprefix(
            "Hỏi lại đơn vị"
        )
    assert said_to_sender("Hỏi lại đơn vị.") == "Đề nghị xác nhận lại."
    assert said_to_sender("Hỏi lại đơn vị chữ nào đúng.") == "Đề nghị cho biết chữ nào đúng."
    assert said_to_sender("Đề nghị đơn vị ghi số.") == "Đề nghị ghi số."


def test_who_signs_stands_on_one_page_with_the_last_lines_of_the_letter(written: Letters) -> None:
    for path in (*written.corrections, *written.reminders):
        document = docx.Document(str(path))
        row = document.tables[-1].rows[0]
        assert "CHỦ TỊCH" in row.cells[1].text
        assert row._tr.trPr is not None
        assert row._tr.trPr.xpath("w:cantSplit")
        assert [line.paragraph_format.keep_with_next for line in document.paragraphs[-2:]] == [True, True]
