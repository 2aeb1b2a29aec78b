"""What LibreOffice prints of a report reads as the report itself: the same cells, the same paragraphs."""

import io
from pathlib import Path

import docx
import pytest
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from schemas.document import Table
from tests.docx_files import read as read_docx
from tests.pdf_files import printed, read, rows

HEAD = ["STT", "Chỉ tiêu", "Năm 2018", "Năm 2019", "Năm 2020 (Tính đến 31/3)"]
SENTENCE = (
    "Ủy ban nhân dân xã đã ban hành kế hoạch cải cách hành chính hằng năm, phân công nhiệm vụ cho từng bộ phận và "
    "thường xuyên kiểm tra, đôn đốc việc thực hiện tại các thôn, xóm trên địa bàn. "
)
LABELS = (
    "Số lượng văn bản chỉ đạo, điều hành được ban hành trong kỳ báo cáo",
    "Tỷ lệ hồ sơ giải quyết đúng hẹn tại Bộ phận Tiếp nhận và trả kết quả (nếu có)",
    "Mức độ hài lòng chung",
)


def data_row(number: int) -> list[str]:
    values = ["1.500", "98,5%", "Hài lòng", "", "0", "-"]
    return [str(number), LABELS[number % 3], *(values[(number + col) % 6] for col in range(3))]


def add_table(document: docx.document.Document, count: int, repeat: bool) -> None:
    table = document.add_table(rows=0, cols=5, style="Table Grid")
    table.autofit = False
    for texts in (HEAD, *(data_row(number) for number in range(1, count + 1))):
        cells = table.add_row().cells
        for cell, text, width in zip(cells, texts, (1.2, 7.0, 2.4, 2.4, 2.8), strict=True):
            cell.width = Cm(width)
            cell.text = text
    if repeat:
        properties = table.rows[0]._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:tblHeader"))


def add_page_number(document: docx.document.Document) -> None:
    paragraph = document.sections[0].header.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)


def report(font: str, repeat: bool) -> docx.document.Document:
    """Two pages of text and a table over three pages, as a commune types it."""
    document = docx.Document()
    style = document.styles["Normal"]
    style.font.name, style.font.size = font, Pt(13)
    style.paragraph_format.space_after = Pt(6)
    add_page_number(document)
    title = document.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.add_run("BÁO CÁO").bold = True
    for number, heading in enumerate(("Công tác chỉ đạo, điều hành", "Cải cách thể chế", "Cải cách thủ tục hành chính"), 1):
        document.add_paragraph().add_run(f"{number}. {heading}").bold = True
        first = document.add_paragraph(SENTENCE * 3)
        first.paragraph_format.first_line_indent = Cm(1)
        document.add_paragraph("- " + SENTENCE)
        second = document.add_paragraph(SENTENCE * 5)
        second.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    document.add_page_break()
    document.add_paragraph().add_run("Phụ lục 1").bold = True
    document.add_paragraph("Thống kê các chỉ tiêu tại lĩnh vực chỉ đạo, điều hành")
    add_table(document, 40, repeat)
    return document


def appendix_on_landscape() -> docx.document.Document:
    """A landscape page with a head of two levels, merged labels, automatic numbers and a borderless letterhead."""
    document = docx.Document()
    document.styles["Normal"].font.name = "DejaVu Serif"
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = section.page_height, section.page_width
    table = document.add_table(rows=5, cols=5, style="Table Grid")
    for row, texts in enumerate((("STT", "Nội dung", "Kết quả", "", ""), ("", "", "2018", "2019", "2020"))):
        for col, text in enumerate(texts):
            table.cell(row, col).text = text
    table.cell(0, 2).merge(table.cell(0, 4))
    table.cell(0, 0).merge(table.cell(1, 0))
    table.cell(0, 1).merge(table.cell(1, 1))
    for row in range(2, 5):
        table.cell(row, 0).paragraphs[0].style = document.styles["List Number"]
        for col, text in enumerate((LABELS[row % 3], "1", "2", "3"), 1):
            table.cell(row, col).text = text
    table.cell(3, 4).merge(table.cell(4, 4))
    return document


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[bytes, bytes]]:
    """Name → the DOCX and the PDF printed of it."""
    documents = {
        "one_font": report("DejaVu Serif Condensed", repeat=True),
        "two_fonts": report("Times New Roman", repeat=False),
        "landscape": appendix_on_landscape(),
    }
    pdfs = printed(Path(tmp_path_factory.mktemp("pdf")), **documents)
    return {name: (saved(document), pdfs[name]) for name, document in documents.items()}


def saved(document: docx.document.Document) -> bytes:
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize("name", ["one_font", "two_fonts"])
def test_the_table_over_the_pages_is_the_table_of_the_docx(files: dict[str, tuple[bytes, bytes]], name: str):
    word, pdf = read_docx(files[name][0]), read(files[name][1])
    [wanted], [found] = word.tables(), pdf.tables()
    assert rows(found) == rows(wanted)
    assert len(found.part_rows) > 1
    assert (pdf.source.pages or 0) > 3


@pytest.mark.parametrize("name", ["one_font", "two_fonts"])
def test_the_paragraphs_are_those_of_the_docx(files: dict[str, tuple[bytes, bytes]], name: str):
    word, pdf = read_docx(files[name][0]), read(files[name][1])
    wanted = [(" ".join(block.text.split()), block.bold) for block in word.paragraphs() if block.text.strip()]
    assert [(block.text, block.bold) for block in pdf.paragraphs()] == wanted


def test_merged_heads_and_automatic_numbers_on_a_landscape_page(files: dict[str, tuple[bytes, bytes]]):
    [wanted], [found] = read_docx(files["landscape"][0]).tables(), read(files["landscape"][1]).tables()
    assert spans(found) == spans(wanted)


def spans(table: Table) -> list[tuple[str, int, int, int, int]]:
    return [(" ".join(c.shown.split()), c.row, c.col, c.row_span, c.col_span) for c in table.cells]
