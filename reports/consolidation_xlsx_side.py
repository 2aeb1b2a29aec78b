"""Communes side by side: one row for each indicator and column, the district's figure, then each commune's cell."""

from typing import Any

from reports.consolidation_layout import DOUBT, Sheet, cell_shown, shown
from reports.consolidation_xlsx_plan import CELLS, SIDE, Places, cell_places, row_of, sheet_name, side_lines
from reports.district import District
from reports.submission import Row
from reports.xlsx_book import DOUBTFUL, EMPTY, LINK, Book, number_format, place
from schemas.form import Column, Indicator

_HEAD = ("Phụ lục", "Mã", "Chỉ tiêu", "Cột", "Tổng hợp", "Số đơn vị")
_ABSENT = "∅"
_UNITS_A_PAGE, _LABEL = 14, 50


def write_side_by_side(book: Book, footer: str, plan: list[Sheet], sides: Places, district: District) -> tuple[str, str]:
    """Write the sheet; returns its name and what it is."""
    pages = -(-len(district.units) // _UNITS_A_PAGE)
    page = book.sheet(SIDE, footer, pages_wide=pages)
    book.head(page, 0, (*_HEAD, *(unit["unit_name"] for unit in district.units)))
    page.set_row(0, 48)
    for col, width in enumerate((8, 6, _LABEL, 22, 11, 9)):
        page.set_column(col, col, width)
    page.set_column(len(_HEAD), len(_HEAD) + len(district.units) - 1, 11)
    sources = cell_places(district.cells)
    for sheet in plan:
        cells = district.cells_of(sheet.appendix)
        for indicator, column in side_lines(sheet):
            name = (sheet.appendix.number, indicator.code, column.key)
            row = sides[name]
            _write_row_head(book, page, row, sheet, indicator, column, sources.get(name))
            _write_cells(book, page, row, cells.get((indicator.code, column.key), []), district)
    page.freeze_panes(1, 4)
    page.repeat_columns(0, 3)
    page.autofilter(0, 0, max(sides.values(), default=1), len(_HEAD) + len(district.units) - 1)
    return SIDE, f"Các đơn vị cạnh nhau; nền vàng, {DOUBT}: nghi ngờ; nền xám: để trống; {_ABSENT}: không có dòng, cột"


def _write_row_head(
    book: Book, page: Any, row: int, sheet: Sheet, indicator: Indicator, column: Column, source: int | None
) -> None:
    plain, linked = book.look(border=1, text_wrap=True), book.look(border=1, font_color=LINK, underline=1)
    own = [(n, line) for n, line in enumerate(sheet.lines) if line.indicator.code == indicator.code and line.aggregate]
    book.link(page, row, 0, place(sheet_name(sheet), row_of(own[0][0]), 0), linked, "Về phụ lục")
    book.text(page, row, 0, sheet_name(sheet), linked)
    book.text(page, row, 1, indicator.code, plain)
    book.text(page, row, 2, indicator.label, plain)
    if source is not None:
        book.link(page, row, 3, place(CELLS, source, 0), linked, "Đọc từ tệp nào, trang, bảng, dòng, cột nào")
    book.text(page, row, 3, column.label, linked if source is not None else plain)
    page.set_row(row, 15.5 * -(-len(indicator.label) // _LABEL))
    figures = [figure for _, line in own for (name, _), figure in line.figures.items() if name == column.key]
    _write_result(book, page, row, indicator, figures)


def _write_result(book: Book, page: Any, row: int, indicator: Indicator, figures: list[Row]) -> None:
    look = {"border": 1, "bold": True, "align": "center", "bg_color": "#EEF3F7", "text_wrap": True}
    first = figures[0]
    if len(figures) == 1 and first["value"] is not None:
        kind = "share" if first["aggregate"] == "share_yes" else indicator.kind
        book.value(page, row, 4, first["value"], num_format=number_format(first["value"], kind), **look)
    elif first["aggregate"] == "count" and first["rests_on"]:
        text = "; ".join(f"{figure['category']}: {figure['value']:g}" for figure in figures)
        book.text(page, row, 4, text, book.look(**look))
    elif first["aggregate"] == "median" and first["value"] is not None:
        text = f"{shown(first, indicator.kind)} ({shown(figures[1], indicator.kind)} – {shown(figures[2], indicator.kind)})"
        book.text(page, row, 4, text, book.look(**look))
    else:
        book.text(page, row, 4, shown(first, indicator.kind), book.look(**look))
    book.text(page, row, 5, f"{first['rests_on']}/{first['expected']}", book.look(border=1, align="center", font_size=9))


def _write_cells(book: Book, page: Any, row: int, cells: list[Row], district: District) -> None:
    by_report = {cell["submission_id"]: cell for cell in cells}
    for col, unit in enumerate(district.units, len(_HEAD)):
        cell = by_report.get(unit["submission_id"])
        if cell is None or cell["status"] == "absent":
            book.text(page, row, col, _ABSENT, book.look(border=1, align="center", font_color="#7F7F7F", bg_color=EMPTY))
        elif cell["status"] == "flagged":
            text = cell_shown(cell) or DOUBT
            book.text(page, row, col, text, book.look(border=1, align="center", text_wrap=True, bg_color=DOUBTFUL))
        elif cell["value"] is not None and cell["kind"] != "yes_no":
            shape = number_format(cell["value"], cell["kind"])
            book.value(page, row, col, cell["value"], num_format=shape, border=1, align="center")
        else:
            colour = {"bg_color": EMPTY} if cell["status"] == "blank" else {}
            book.text(page, row, col, cell_shown(cell), book.look(border=1, align="center", text_wrap=True, **colour))
