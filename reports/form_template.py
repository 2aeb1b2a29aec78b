"""The blank form to send to the communes: outline and appendix tables in the official layout, as a Word file whose rows are
all known again when it comes back filled in."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

from docx.document import Document

from reports import official_docx as paper
from reports.commune_docx import write_heading
from reports.docx_tables import Box, table
from reports.form_tables import ALIGN, begin_appendix, head, names, widths
from reports.letterhead import COMMITTEE_SIGNER, named
from reports.narrative import chapters
from reports.office_text import day
from reports.output import beside
from schemas.form import Appendix, Form, Indicator

_REFERENCE = "(Kèm theo Báo cáo số      /BC-UBND ngày … tháng … năm … của Ủy ban nhân dân …………)"
_BLANK_ROWS = 8
"""So many empty lines where the form is known by its title only, or leaves rows open."""
_OPEN_ROWS = 3


def write_template(
    form: Form, path: Path, *, office: str = "", due_date: date | None = None, made_at: datetime | None = None
) -> None:
    """Write the blank form to a .docx file. `office` receives the reports. Raises UsageFault where it cannot be written."""
    with beside(path) as fresh:
        _document(form, office, due_date, made_at or datetime.now()).save(str(fresh))


def _document(form: Form, office: str, due_date: date | None, made_at: datetime) -> Document:
    document = paper.new_document(form.title, office, made_at)
    above = named(office).short.upper() if office else "UBND ………………"
    place = f"…………, ngày      tháng      năm {made_at.year}"
    paper.letterhead(document, above, "ỦY BAN NHÂN DÂN\n…………………………", "Số:        /BC-UBND", "", place)
    paper.report_title(document, "BÁO CÁO", [form.title])
    until = f" trước ngày {day(due_date)}" if due_date else ""
    # In a box of its own, which reading takes for layout: forgotten there, it is nobody's text.
    guide = "\n".join(_guide(f"{named(office).short if office else 'cơ quan tổng hợp'}{until}"))
    table(document, [paper.PORTRAIT_MM], [], [[Box(guide, italic=True)]])
    for chapter in chapters(form, [], []):
        write_heading(document, chapter)
        if not any(section.parent == chapter.section.path for section in form.outline):
            paper.paragraph(document, "…")
    paper.signature(document, [f"{named(office).short if office else '………………'};", "Lưu: VT."], COMMITTEE_SIGNER)
    for appendix in form.appendices:
        _write_appendix(document, form, appendix)
    return document


def _guide(to: str) -> Iterator[str]:
    yield f"Hướng dẫn (xóa khi gửi): gửi bản Word này về {to}. Giữ nguyên tên mục, tên dòng, tên cột; không thêm, bớt cột."
    yield "Số nguyên ghi 1.500; số lẻ ghi 12,5; tỷ lệ ghi 95% hoặc 95; Có ghi 1, Không ghi 0 (hoặc ghi Có, Không)."
    yield "Không có thì ghi dấu “-”; không áp dụng thì ghi “x”; để trống nghĩa là chưa có số liệu."


def _write_appendix(document: Document, form: Form, appendix: Appendix) -> None:
    labels = [column.label for column in form.columns_of(appendix)]
    begin_appendix(document, appendix, len(labels), _REFERENCE)
    if not appendix.confirmed:
        paper.paragraph(document, "(Ghi các chỉ tiêu theo văn bản hướng dẫn.)", italic=True, size=12, indent=False)
    body = [row for indicator in appendix.indicators for row in _rows(indicator, len(labels))]
    if not appendix.confirmed:
        body += [[Box(), Box(), *[Box()] * len(labels)] for _ in range(_BLANK_ROWS)]
    table(document, widths(len(labels)), [head(appendix, labels)], body)


def _rows(indicator: Indicator, columns: int) -> Iterator[list[Box]]:
    """The row of an indicator; beneath one that leaves rows open, empty ones for the commune's own."""
    yield [*names(indicator), *[Box("", ALIGN[indicator.kind])] * columns]
    for _ in range(_OPEN_ROWS if indicator.open_rows else 0):
        yield [Box("-", "center"), Box(), *[Box()] * columns]
