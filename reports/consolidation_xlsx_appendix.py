"""One appendix of the district as a sheet: the form's table to the left, how and on what each figure rests to the right."""

from dataclasses import dataclass
from typing import Any

from reports.consolidation_layout import SIGNS, Line, Sheet, counts, shown
from reports.consolidation_xlsx_plan import (
    CONTENTS,
    FIRST_ROW,
    FURTHER,
    HEAD_ROW,
    LABEL_COL,
    SIDE,
    Places,
    row_of,
    sheet_name,
)
from reports.district import District
from reports.form_tables import STT
from reports.official_docx import roman
from reports.submission import Row
from reports.xlsx_book import DOUBTFUL, HEAD, LINK, Book, number_format, place

_LABEL, _WAY = 46, 17
"""Widths in characters."""


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where the columns stand, counted from 0: the form's, a gap, then what the figures rest on."""

    values: int
    over_years: bool
    """There are full years to add up."""

    @property
    def way(self) -> int:
        """How the figures were made."""
        return LABEL_COL + self.values + 2

    @property
    def years(self) -> int:
        """The figure over the full years; on how many cells it rests stands to its right."""
        return self.way + 1

    @property
    def bases(self) -> int:
        """The first of as many columns as there are values: how many communes each rests on."""
        return self.way + (3 if self.over_years else 1)

    @property
    def last(self) -> int:
        """The last column of the sheet."""
        return self.bases + self.values - 1


def write_appendix(book: Book, footer: str, sheet: Sheet, sides: Places, district: District) -> None:
    """Write the sheet of one appendix; its figures lead to `sides`."""
    page = book.sheet(sheet_name(sheet), footer)
    columns = _Columns(len(list(sheet.places())), any(line.over_years for line in sheet.lines))
    _set_widths(page, columns)
    _write_titles(book, page, sheet, columns, district)
    _write_head(book, page, sheet, columns)
    for n, line in enumerate(sheet.lines):
        _write_line(book, page, row_of(n), line, sheet, columns, sides)
    last = _write_notes(book, page, row_of(len(sheet.lines)) + 1, sheet, columns, district)
    page.freeze_panes(FIRST_ROW, LABEL_COL + 1)
    page.repeat_rows(HEAD_ROW, FIRST_ROW - 1)
    page.print_area(0, 0, last, columns.last)


def _set_widths(page: Any, columns: _Columns) -> None:
    page.set_column(0, 0, 5)
    page.set_column(LABEL_COL, LABEL_COL, _LABEL)
    page.set_column(LABEL_COL + 1, LABEL_COL + columns.values, 9.5)
    page.set_column(columns.way - 1, columns.way - 1, 1)
    page.set_column(columns.way, columns.way, _WAY)
    if columns.over_years:
        page.set_column(columns.years, columns.years, 10)
        page.set_column(columns.years + 1, columns.years + 1, 7)
    page.set_column(columns.bases, columns.last, 6.5 if columns.values > 1 else 16)


def _write_titles(book: Book, page: Any, sheet: Sheet, columns: _Columns, district: District) -> None:
    rests_on = (
        f"Tổng hợp từ báo cáo của {district.whole}/{district.expected} đơn vị "
        f"({district.accepted} đã được chấp nhận); bấm vào một số liệu để xem số liệu từng đơn vị."
    )
    titles: tuple[tuple[str, dict[str, Any]], ...] = (
        (f"Phụ lục {roman(sheet.appendix.number)}", {"bold": True, "font_size": 14}),
        (sheet.appendix.title.upper(), {"bold": True, "font_size": 13}),
        (rests_on, {"italic": True}),
    )
    for row, (text, own) in enumerate(titles):
        look = book.look(align="center", text_wrap=True, **own)
        page.merge_range(row, 0, row, columns.last, "", look)
        book.text(page, row, 0, text, look)
    page.set_row(1, 36 if len(sheet.appendix.title) > 90 else 20)
    linked = book.look(font_color=LINK, underline=1)
    book.link(page, 3, 0, place(CONTENTS, 0, 0), linked)
    book.text(page, 3, 0, "« Mục lục", linked)


def _write_head(book: Book, page: Any, sheet: Sheet, columns: _Columns) -> None:
    look = book.look(bold=True, text_wrap=True, align="center", border=1, bg_color=HEAD)

    def merged(first_row: int, first: int, last_row: int, last: int, text: str) -> None:
        if (first_row, first) == (last_row, last):
            book.text(page, first_row, first, text, look)
            return
        page.merge_range(first_row, first, last_row, last, "", look)
        book.text(page, first_row, first, text, look)

    below = HEAD_ROW + 1
    merged(HEAD_ROW, 0, below, 0, STT)
    merged(HEAD_ROW, LABEL_COL, below, LABEL_COL, sheet.appendix.row_header)
    words = len(sheet.categories) or 1
    for n, column in enumerate(sheet.columns):
        first = LABEL_COL + 1 + n * words
        merged(HEAD_ROW, first, below if not sheet.categories else HEAD_ROW, first + words - 1, column.label)
    for n, (column, category) in enumerate(sheet.places()):
        if category is not None:
            book.text(page, below, LABEL_COL + 1 + n, category, look)
        label = category or (str(column.year) if column.year and not column.part_period else column.label)
        book.text(page, below, columns.bases + n, label, look)
    merged(HEAD_ROW, columns.way, below, columns.way, "Cách tổng hợp")
    if columns.over_years:
        merged(HEAD_ROW, columns.years, HEAD_ROW, columns.years + 1, f"Các năm đủ\n{sheet.full_years}".strip())
        book.text(page, below, columns.years, "Số liệu", look)
        book.text(page, below, columns.years + 1, "Số ô", look)
    merged(HEAD_ROW, columns.bases, HEAD_ROW, columns.last, f"Số đơn vị có số liệu, trên {sheet.expected} đơn vị")
    page.set_row(HEAD_ROW, 34)
    page.set_row(below, 48 if any(c.part_period for c in sheet.columns) else 32)


def _write_line(book: Book, page: Any, row: int, line: Line, sheet: Sheet, columns: _Columns, sides: Places) -> None:
    is_group = line.aggregate is None
    group: dict[str, Any] = {"border": 1, "bold": is_group, "text_wrap": True}
    if is_group:
        group["bg_color"] = "#F6F8FA"
    book.text(page, row, 0, line.indicator.code if line.is_first else "", book.look(**group, align="center"))
    name = book.look(**group, indent=line.depth, italic=not line.is_first, align="left")
    book.text(page, row, LABEL_COL, line.label, name)
    book.text(page, row, columns.way, line.way, book.look(**group, font_size=9))
    if columns.over_years:
        _write_over_years(book, page, row, line, columns, group)
    for n, (column, category) in enumerate(sheet.places()):
        figure = line.figures.get((column.key, category))
        value_col, base_col = LABEL_COL + 1 + n, columns.bases + n
        if figure is None:
            book.text(page, row, value_col, "", book.look(**group))
            book.text(page, row, base_col, "", book.look(**group))
            continue
        colour = {"bg_color": DOUBTFUL} if figure["flagged"] or figure["doubtful"] else {}
        side = sides.get((sheet.appendix.number, line.indicator.code, column.key))
        _write_figure(book, page, (row, value_col), line, figure, colour, side)
        book.value(page, row, base_col, figure["rests_on"], border=1, align="center", font_size=9, **colour)
    page.set_row(row, max(17, 15 * -(-len(line.label) // (_LABEL + 8)), 12.5 * -(-len(line.way) // (_WAY + 2))))


def _write_figure(
    book: Book, page: Any, at: tuple[int, int], line: Line, figure: Row, colour: dict[str, Any], side: int | None
) -> None:
    """A real number where there is one, else the sign that says why there is none; both lead to the communes' cells."""
    is_number = figure["value"] is not None
    kind = "share" if line.aggregate == "share_yes" else "" if line.aggregate == "count" else line.indicator.kind
    shape = {"num_format": number_format(figure["value"], kind)} if is_number else {}
    look = {"border": 1, "align": "center", "font_color": LINK} | colour | shape
    if side is not None:
        book.link(page, *at, place(SIDE, side, 0), book.look(**look), tip=counts(figure))
    if is_number:
        page.write_number(*at, figure["value"], book.look(**look))
    else:
        book.text(page, *at, shown(figure, line.indicator.kind), book.look(**look))


def _write_over_years(book: Book, page: Any, row: int, line: Line, columns: _Columns, group: dict[str, Any]) -> None:
    total = line.over_years
    if total is None or total["value"] is None:
        for col in (columns.years, columns.years + 1):
            book.text(page, row, col, "", book.look(**group))
        return
    kind = "share" if line.aggregate == "share_yes" else line.indicator.kind
    shape = {"num_format": number_format(total["value"], kind)}
    book.value(page, row, columns.years, total["value"], border=1, align="center", **shape)
    rests_on = f"{total['rests_on']}/{total['expected']}"
    book.text(page, row, columns.years + 1, rests_on, book.look(border=1, align="center", font_size=9))


def _write_notes(book: Book, page: Any, row: int, sheet: Sheet, columns: _Columns, district: District) -> int:
    """Notes beneath the table; returns the last row."""
    small = book.look(italic=True, font_size=10, text_wrap=True)
    taken = "đã tính cả ô nghi ngờ, theo giá trị đọc được" if district.options.include_flagged else "không tính ô nghi ngờ"
    notes = [f"Ký hiệu: {SIGNS} Nền vàng: có ô nghi ngờ ({taken})."]
    if sheet.full_years:
        notes.append(f"Cột các năm đủ chỉ gồm {sheet.full_years}; cột của một phần năm không bao giờ được cộng vào.")
    for n, text in enumerate(notes):
        page.merge_range(row + n, 0, row + n, columns.last, "", small)
        book.text(page, row + n, 0, text, small)
    end = row + len(notes)
    if sheet.further:
        linked = book.look(italic=True, font_size=10, font_color=LINK, underline=1)
        text = f"{len(sheet.further)} dòng đơn vị ghi thêm ngoài mẫu, không cộng: xem trang {FURTHER}"
        book.link(page, end, 0, place(FURTHER, 0, 0), linked)
        book.text(page, end, 0, text, linked)
    return end
