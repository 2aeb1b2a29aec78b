"""The communes' reports, each different in the ways in which offices differ. What is changed is noted as it is changed."""

from dataclasses import replace
from datetime import date
from random import Random

from bench.accuracy import foreign
from bench.accuracy.blocks import Block, Para
from bench.accuracy.disorders.columns import yearly
from bench.accuracy.disorders.paper import value_squares
from bench.accuracy.model import Cell, Column, Heading, Row, Table
from bench.accuracy.truth import BLANK, Want, number, words
from samples.making.everything_wrong import everything_wrong
from samples.making.report import ORDERLY, Make, Sample, Told, draw
from samples.making.values import YEARS, cells
from schemas.form import Form

WORD_LETTERS = dict(zip("abcdđeg", "abcdefg", strict=True))
"""Word's automatic letters know no đ: after d) it prints e)."""


def nothing_wrong(form: Form) -> Sample:
    """A clean Word report: letterhead, number, date, every section, every appendix, signature."""
    return draw(form, "An Phú", "47/BC-UBND", date(2020, 6, 5), "BC tổng kết CCHC xã An Phú")


def sent_again(form: Form) -> Sample:
    """The same commune a week later: another number and date, four figures corrected."""
    sample = draw(form, "An Phú", "53/BC-UBND", date(2020, 6, 12), "BC tổng kết CCHC xã An Phú - sửa lại (1)")
    for appendix, code, column, value in (
        (1, "1", "2019", 19),
        (3, "6", "2018", 6),
        (3, "6.1", "2018", 6),
        (7, "10", "2020", 35),
    ):
        sample.cell(appendix, code, column).put(number(str(value), value))
    return sample


def automatic_numbers(form: Form) -> Sample:
    """Word numbers headings and rows, headers have two levels, the titles stand inside the tables."""
    hand = replace(ORDERLY, thousands="", percent="", yes="Có", no="Không")
    sample = draw(form, "Phố Mẫu", "112/BC-UBND", date(2020, 5, 28), "TT Pho Mau - BC CCHC 2011-2020", 1.6, hand)
    for heading in sample.report.headings:
        if heading.path and "/" in heading.path:
            heading.automatic = True
            heading.number = WORD_LETTERS.get(heading.number, heading.number)
    sample.disorder("stt_automatic")
    sample.disorder("title_in_table")
    sample.disorder("title_roman")
    for table in yearly(sample.report):
        table.levels, table.group_header, table.column_numbers = 2, "Năm", table.appendix % 2 == 1
        for column in table.form_columns():
            column.header = column.header.removeprefix("Năm ")
    return sample


def short_and_loud(form: Form) -> Sample:
    """Abbreviations, CAPITALS, lost diacritics, in headings and in the names of rows; other words for the columns."""
    hand = replace(ORDERLY, thousands=" ", percent=" %", yes="Có", no="Không")
    sample = draw(form, "Thủy Mai", "31/BC-UBND", date(2020, 5, 29), "bao cao cchc xa thuy mai", 0.8, hand)
    sample.report.title = "TỔNG KẾT CÔNG TÁC CCHC GIAI ĐOẠN 2011 - 2020, ĐỊNH HƯỚNG GIAI ĐOẠN 2021 - 2030"
    sample.report.sender.committee, sample.report.sender.letterhead_name = "UBND", "Thuỷ Mai"
    sample.disorder("heading_letters")
    sample.disorder("label_short", 3, (1, 2, 3, 8))
    sample.disorder("label_capitals", 3, (3, 5))
    sample.disorder("label_no_marks", 3, (6, 7))
    sample.disorder("years_alone")
    for table in sample.report.tables:
        table.number_line = f"PL{table.appendix}"
        for column in table.columns:
            column.header = {"stt": "TT", "label": "Nội dung"}.get(column.role, column.header)
            column.header = "Quý I/2020" if column.key == "2020" else column.header
    return sample


def old_fonts(form: Form) -> Sample:
    """Half the text in .VnTime and .VnTimeH, the other half in Unicode."""
    sample = draw(form, "Quý Lộc", "64/BC-UBND", date(2020, 6, 1), "BC CCHC Quy Loc", 1.2, replace(ORDERLY, thousands=""))
    sample.on_pages("tcvn3", 2)
    sample.tell("LEGACY_FONT")
    return sample


def mixed_letters(form: Form) -> Sample:
    """Unicode in three forms, parts in VNI; tables cut in two, a header typed again, rows in another order."""
    sample = draw(form, "Sơn Hạ", "58/BC-UBND", date(2020, 6, 3), "BC_10nam_SonHa", 0.9)
    sample.disorder("row_order", 3, (3, 5, 7))
    sample.disorder("header_repeated", 1, (1, 7))
    sample.on_pages("cut_by_paragraph", 1)
    sample.on_pages("mixed_unicode", 3)
    sample.on_pages("vni", 1)
    sample.tell("TABLE_JOINED")
    sample.tell("LEGACY_FONT")
    return sample


def printed(form: Form) -> Sample:
    """A PDF printed from the word processor: tables run over pages without their header."""
    sample = draw(form, "Hòa Lạc", "75/BC-UBND", date(2020, 6, 8), "BC CCHC xa Hoa Lac (ban in)", 1.1)
    sample.ending = "pdf"
    # Seen on the printed pages: appendices 1, 3 and 8 run on, and a row of appendix 3 is cut before a capital letter.
    for code in ("TABLE_JOINED", "TABLE_JOINED", "TABLE_JOINED", "ROW_CUT_UNSURE"):
        sample.tell(code)
    return sample


def of_old_word(form: Form) -> Sample:
    """A .doc of Word 97, appendices on landscape pages."""
    sample = draw(form, "Yên Nghĩa Sơn", "22/BC-UBND", date(2020, 5, 25), "Bao cao CCHC - Yen Nghia Son", 0.7)
    sample.ending = "doc"
    sample.disorder("landscape")
    sample.disorder("title_so")
    return sample


def signed_and_scanned(form: Form) -> Sample:
    """What the office's scanner made of the signed paper, black and white, laid a little crookedly: the text, cut short,
    and two of the appendices."""
    sample = draw(form, "Khuê Ngọc Điền", "36/BC-UBND", date(2020, 6, 9), "Scan BC CCHC xa Khue Ngoc Dien", 0.6)
    sample.ending, sample.scanned = "pdf", True
    for heading in sample.report.headings:
        heading.body = heading.body and ["Đã triển khai thực hiện theo kế hoạch."]
    sample.report.tables = [table for table in sample.report.tables if table.appendix in (1, 6)]
    for appendix in form.appendices:
        if appendix.number not in (1, 6):
            sample.tell("APPENDIX_ABSENT", appendix.number)
    return sample


def controls_and_boxes(form: Form) -> Sample:
    """Content controls, smart tags, text boxes; columns 'ĐVT', 'Ghi chú'; rows of its own; tables among the text."""
    sample = draw(form, "Minh Hòa Thịnh", "19/BC-UBND", date(2020, 6, 10), "Báo cáo 10 năm", 1.3)
    sample.report.sender.letterhead = "boxes"
    sample.disorder("title_in_box")
    for appendix in (1, 3, 5):
        _add_measures(sample, sample.table(appendix))
    _add_notes(sample, sample.table(7))
    _add_row(sample, 1, "Số cuộc họp giao ban chuyên đề", "4|4|6|6|8|2")
    _add_row(sample, 7, "Số máy tính của xã", "12|12|15|18|20|20")
    sample.report.headings.insert(
        8, Heading(None, "5", "Công tác dân vận chính quyền", ["Duy trì tổ dân vận ở các thôn."], 3)
    )
    sample.tell("SECTION_EXTRA")
    sample.layout.append(_tables_among_the_text)
    sample.told += [Told("TABLE_UNUSED"), Told("TABLE_UNKNOWN")]
    sample.on_pages("content_controls", 2)
    sample.layout.append(_smart_tags)
    return sample


def _tables_among_the_text(blocks: list[Block], rng: Random, strength: int) -> None:
    """One of villages, which is plainly no appendix, and one with the years of the appendices and rows of its own."""
    villages = foreign.table(rng, ["STT", "Tên thôn", "Số hộ", "Số khẩu"], ["Thôn Đoài", "Thôn Bến", "Thôn Cầu"])
    years = [f"Năm {year}" for year in YEARS[:5]]
    records = foreign.table(rng, ["STT", "Loại hồ sơ", *years], ["Chứng thực", "Hộ tịch", "Đất đai"])
    body = [i for i, block in enumerate(blocks) if isinstance(block, Para) and block.role == "body"]
    for place, grid in ((body[40], records), (body[12], villages)):
        blocks.insert(place + 1, grid)


def _smart_tags(blocks: list[Block], rng: Random, strength: int) -> None:
    """Every fourth figure stands in a smart tag, as Word 2003 left them."""
    for square in value_squares(blocks)[::4]:
        square.paras[0].runs[0].mark = "smart"


def _add_measures(sample: Sample, table: Table) -> None:
    """The column 'ĐVT' behind the row's name, as the statistics office lays tables out."""
    at = next(i for i, column in enumerate(table.columns) if column.role == "label") + 1
    table.columns.insert(at, Column("unit", "extra", "ĐVT", width=800))
    for row in table.rows:
        measure = "%" if row.kind == "percent" else row.measure if row.kind == "count" else None
        _put(row, "unit", words(measure) if measure else BLANK)
    sample.tell("COLUMN_EXTRA", table.appendix, column="extra-1")


def _add_notes(sample: Sample, table: Table) -> None:
    table.columns.append(Column("note", "extra", "Ghi chú", width=900))
    notes = {"3": "Tăng", "9": "Huyện cấp", "10": "Số liệu cũ"}
    for row in table.rows:
        note = notes.get(row.code or "")
        _put(row, "note", words(note) if note else BLANK)
    sample.tell("COLUMN_EXTRA", table.appendix, column="extra-1")


def _add_row(sample: Sample, appendix: int, label: str, figures: str) -> None:
    table = sample.table(appendix)
    years = table.form_columns()
    row = Row(None, str(len(table.rows) + 1), label, "count")
    for column, cell in zip(years, cells(figures, "count", 1, sample.report.hand), strict=True):
        row.cells[column.ident] = cell
    for column in table.columns:
        if column.role == "extra":
            _put(row, column.ident, BLANK)
    table.rows.append(row)
    sample.tell("ROW_EXTRA", appendix)


def _put(row: Row, ident: str, want: Want) -> None:
    row.cells[ident] = Cell(want.raw, want)


MAKERS: tuple[Make, ...] = (
    nothing_wrong,
    automatic_numbers,
    short_and_loud,
    old_fonts,
    everything_wrong,
    mixed_letters,
    printed,
    of_old_word,
    signed_and_scanned,
    controls_and_boxes,
    sent_again,
)
