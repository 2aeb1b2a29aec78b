"""The district's consolidated report as a Word draft: the communes' texts under each heading, then the appendices in the
form's layout with their figures, and what each figure rests on."""

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from docx.document import Document

from ingest.text import key
from reports import official_docx as paper
from reports.commune_docx import write_heading
from reports.consolidation_layout import SIGNS, Line, Sheet, base, cell_shown, sayings, sheets, shown
from reports.district import MANY, District, coverage
from reports.docx_tables import Box, table
from reports.form_tables import ALIGN, STT, begin_appendix, head, widths
from reports.letterhead import dated, named
from reports.narrative import Chapter, Passage, chapters
from reports.output import beside

_BULLETS = frozenset("-–—+*•·")


def write_docx(district: District, path: Path) -> None:
    """Write the draft. Raises UsageFault where the file cannot be written."""
    with beside(path) as fresh:
        _document(district).save(str(fresh))


def _document(district: District) -> Document:
    office = named(district.office["name"])
    document = paper.new_document(f"{district.form.title} – {office.short}", office.short, district.made_at)
    first, second = office.letterhead
    place = dated(office.place, None, district.made_at.year)
    paper.letterhead(document, "", f"{first}\n{second}".strip(), "Số:        /BC-UBND", "", place)
    paper.report_title(document, "BÁO CÁO", [district.form.title])
    for line in coverage(district):
        paper.paragraph(document, line, italic=True, size=13)
    names = [unit["unit_name"] for unit in district.units]
    for chapter in chapters(district.form, district.sections, names):
        _write_chapter(document, chapter, len(names))
    paper.signature(document, ["Ủy ban nhân dân cấp trên;", "Lưu: VT."], office.signer)
    reference = f"(Kèm theo Báo cáo số      /BC-UBND ngày … tháng … năm {district.made_at.year} của {office.full})"
    for sheet in sheets(district):
        _write_sheet(document, sheet, district, reference)
    return document


def _write_chapter(document: Document, chapter: Chapter, units: int) -> None:
    write_heading(document, chapter)
    for passage in chapter.passages:
        _write_passage(document, passage)
    if chapter.lacking:
        who = ", ".join(chapter.lacking) if len(chapter.lacking) <= MANY else f"{len(chapter.lacking)} đơn vị"
        text = "Không đơn vị nào viết mục này." if len(chapter.lacking) == units else f"Chưa viết mục này: {who}."
        paper.paragraph(document, f"({text})", italic=True, size=12)


def _write_passage(document: Document, passage: Passage) -> None:
    """The commune's name runs into its first line, unless that is a title or an item of a list."""
    lines = passage.lines or ("(không có nội dung)",)
    runs_in = not passage.title and lines[0][0] not in _BULLETS
    lead = f"{passage.unit_name}: "
    if not runs_in:
        paper.paragraph(document, passage.title, lead=lead, keep=True)
    for n, line in enumerate(lines):
        paper.paragraph(document, line, lead=lead if runs_in and n == 0 else "")


def _write_sheet(document: Document, sheet: Sheet, district: District, reference: str) -> None:
    places = list(sheet.places())
    begin_appendix(document, sheet.appendix, len(places), reference)
    size = widths(len(places))
    if sheet.lines:
        paper.paragraph(document, _rests_on(sheet), italic=True, size=11, after=4, indent=False)
        table(document, size, _head(sheet), (_boxes(line, sheet) for line in sheet.lines), size=11)
        paper.paragraph(document, f"Ghi chú: {SIGNS}", italic=True, size=10, before=4, indent=False)
    for line in sheet.lines:
        if line.is_text:
            _write_sayings(document, sheet, line, district)
    if sheet.further:
        _write_further(document, sheet)
    elif not sheet.lines:
        paper.paragraph(document, "Mẫu chưa có nội dung phụ lục này và không đơn vị nào ghi thêm dòng.", indent=False)


def _rests_on(sheet: Sheet) -> str:
    if sheet.is_empty:
        return "Chưa đơn vị nào có số liệu của các dòng theo mẫu."
    return (
        f"Mỗi số liệu tổng hợp từ {sheet.usual}/{sheet.expected} đơn vị; số liệu nào khác thì ghi số đơn vị ngay bên dưới."
    )


def _head(sheet: Sheet) -> list[list[Box]]:
    """The form's head; where the words of a choice stand side by side, they share the column's heading."""
    labels = [column.label for column in sheet.columns]
    if not sheet.categories:
        return [head(sheet.appendix, labels)]
    words = len(sheet.categories)
    above = [Box(STT, rows=2), Box(sheet.appendix.row_header, rows=2), *(Box(label, cols=words) for label in labels)]
    return [above, [Box(category or "") for _, category in sheet.places()]]


def _boxes(line: Line, sheet: Sheet) -> list[Box]:
    is_group = line.aggregate is None
    stt = Box(line.indicator.code if line.is_first else "", "center", bold=is_group)
    remark = f" ({_REMARKS[line.aggregate]})" if line.aggregate in _REMARKS and line.is_first else ""
    name = Box(line.label + remark, bold=is_group, italic=not line.is_first, indent=line.depth, in_middle=True)
    return [stt, name, *(_figure(line, sheet, column.key, category) for column, category in sheet.places())]


_REMARKS = {"median": "trung vị", "mean": "bình quân có trọng số", "share_yes": "số đơn vị trả lời Có"}


def _figure(line: Line, sheet: Sheet, column_key: str, category: str | None) -> Box:
    row = line.figures.get((column_key, category))
    if row is None:
        return Box()
    kind = line.indicator.kind
    is_usual = row["rests_on"] == sheet.usual and not row["doubtful"]
    note = "" if is_usual or not row["rests_on"] or line.is_text else f"({base(row)})"
    return Box(shown(row, kind), ALIGN["count"], note=note)


def _write_sayings(document: Document, sheet: Sheet, line: Line, district: District) -> None:
    said = sayings(district, sheet, line)
    if not said:
        return
    title = f"{line.indicator.code}. {line.indicator.label}"
    paper.paragraph(document, title, bold=True, size=12, before=8, after=2, indent=False, keep=True)
    for saying in said:
        texts = "; ".join(f"{text} ({_spans(columns, sheet)})" for text, columns in saying.texts)
        paper.paragraph(document, texts, lead=f"{saying.unit_name}: ", size=12, after=2, indent=False)


def _spans(labels: Sequence[str], sheet: Sheet) -> str:
    """'Năm 2015 – Năm 2017, Năm 2019': neighbours among the columns put together."""
    order = [column.label for column in sheet.columns]
    runs: list[list[str]] = []
    for label in labels:
        if runs and order.index(label) == order.index(runs[-1][-1]) + 1:
            runs[-1].append(label)
        else:
            runs.append([label])
    return ", ".join(run[0] if len(run) == 1 else f"{run[0]} – {run[-1]}" for run in runs)


def _write_further(document: Document, sheet: Sheet) -> None:
    """The communes' own rows, added to nothing."""
    title = "Các dòng đơn vị ghi thêm ngoài mẫu (không cộng vào chỉ tiêu nào)"
    paper.paragraph(document, title, bold=True, size=12, before=10, after=4, indent=False, keep=True)
    labels = list(dict.fromkeys([c.label for c in sheet.columns] + [name for row in sheet.further for name in row.cells]))
    used = [label for label in labels if any(label in row.cells for row in sheet.further)]
    size = widths(len(used))
    size = [size[1] * 0.58 + size[0], size[1] * 0.42, *size[2:]]
    body = []
    for _, same in groupby(sheet.further, key=lambda row: key(row.label)):
        rows = list(same)
        for n, row in enumerate(rows):
            cells = [Box(cell_shown(row.cells[label]) if label in row.cells else "", "center") for label in used]
            body.append([*[Box(row.label, rows=len(rows))] * (n == 0), Box(row.unit_name), *cells])
    table(document, size, [[Box(sheet.appendix.row_header), Box("Đơn vị"), *map(Box, used)]], body, size=11)
