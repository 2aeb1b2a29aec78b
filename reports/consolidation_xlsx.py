"""The district's workbook: contents, one sheet an appendix in the form's layout, communes side by side, tidy sheets, what
is to be settled, charts. Every figure leads to its communes' cells, these to the places that they were read from."""

from itertools import groupby
from pathlib import Path
from typing import Any

from reports.charts import FULL, PART, Chart, charts
from reports.consolidation_layout import Sheet, sheets
from reports.consolidation_xlsx_appendix import write_appendix
from reports.consolidation_xlsx_lists import (
    write_cells,
    write_figures,
    write_findings,
    write_further,
    write_unit_sums,
)
from reports.consolidation_xlsx_plan import CHARTS, CONTENTS, HEAD_ROW, LABEL_COL, row_of, sheet_name, side_places
from reports.consolidation_xlsx_side import write_side_by_side
from reports.district import District, coverage
from reports.output import beside
from reports.xlsx_book import FONT, HEAD, LINK, Book, place

STATUSES = {
    "received": "đã nhận", "needs_review": "cần xem", "accepted": "đã chấp nhận", "returned": "đã trả lại",
    "rejected": "đã loại", "withdrawn": "đã rút", "not_submitted": "chưa có báo cáo",
}  # fmt: skip
_CHART_ROWS, _CHART_COLS, _CHARTS_A_PAGE = 14, 8, 6
"""Cells of the usual size that one chart covers; charts a printed page."""


def write_xlsx(district: District, path: Path) -> None:
    """Write the workbook. Raises UsageFault where the file cannot be written."""
    title = f"Tổng hợp số liệu: {district.form.name}"
    with beside(path) as fresh, Book(fresh, title, district.office["name"], district.made_at) as book:
        _write(book, district, sheets(district))


def _write(book: Book, district: District, plan: list[Sheet]) -> None:
    footer = f"{district.office['name']} – {district.form.period}"
    contents = book.sheet(CONTENTS, footer)
    sides = side_places(plan)
    for sheet in plan:
        write_appendix(book, footer, sheet, sides, district)
    described = [(sheet_name(sheet), f"Phụ lục {sheet.appendix.number}: {sheet.appendix.title}") for sheet in plan]
    described += [
        write_side_by_side(book, footer, plan, sides, district),
        *([write_unit_sums(book, footer, district)] if district.sums else []),
        write_further(book, footer, plan),
        write_figures(book, footer, district),
        write_cells(book, footer, district),
        write_findings(book, footer, district),
    ]
    drawn = charts(plan)
    if drawn:
        _write_charts(book, footer, drawn)
        described.append((CHARTS, "Số liệu theo năm; cột có vạch chéo chỉ là một phần của năm"))
    _write_contents(book, contents, district, described)


def _write_contents(book: Book, page: Any, district: District, described: list[tuple[str, str]]) -> None:
    for col, width in enumerate((6, 30, 18, 8, 14, 12, 12, 14, 40)):
        page.set_column(col, col, width)
    wide: dict[str, Any] = {"align": "center", "text_wrap": True}
    titles: list[tuple[str, dict[str, Any]]] = [
        (district.office["name"].upper(), {"bold": True, "font_size": 13}),
        ("BẢNG TỔNG HỢP SỐ LIỆU", {"bold": True, "font_size": 16}),
        (district.form.name, {"bold": True, "font_size": 13}),
        *((line, {"italic": True, "align": "left"}) for line in coverage(district)),
    ]
    for row, (text, look) in enumerate(titles):
        page.merge_range(row, 0, row, 8, "", book.look(**wide | look))
        book.text(page, row, 0, text, book.look(**wide | look))
        page.set_row(row, 20 if len(text) <= 110 else 17 * -(-len(text) // 110))
    row = _write_sheet_list(book, page, len(titles) + 1, described)
    _write_senders(book, page, row + 1, district)
    page.print_area(0, 0, row + len(district.senders) + 2, 8)


def _write_sheet_list(book: Book, page: Any, row: int, described: list[tuple[str, str]]) -> int:
    head = book.look(bold=True, bg_color=HEAD, border=1)
    for col, label in ((0, "STT"), (1, "Trang"), (2, "Nội dung")):
        book.text(page, row, col, label, head)
    page.merge_range(row, 2, row, 8, "", head)
    book.text(page, row, 2, "Nội dung", head)
    plain, linked = book.look(border=1), book.look(border=1, font_color=LINK, underline=1)
    for n, (name, about) in enumerate(described, 1):
        book.value(page, row + n, 0, n, border=1, align="center")
        book.link(page, row + n, 1, place(name, 0, 0), linked)
        book.text(page, row + n, 1, name, linked)
        page.merge_range(row + n, 2, row + n, 8, "", plain)
        book.text(page, row + n, 2, about, plain)
    return row + len(described) + 1


def _write_senders(book: Book, page: Any, row: int, district: District) -> None:
    labels = (
        "STT", "Đơn vị", "Trạng thái", "Lần gửi", "Ngày văn bản", "Ô nghi ngờ", "Mâu thuẫn", "Được tính", "Tệp",
    )  # fmt: skip
    head = book.look(bold=True, bg_color=HEAD, border=1, align="center", text_wrap=True)
    for col, label in enumerate(labels):
        book.text(page, row, col, label, head)
    counted = {unit["submission_id"] for unit in district.units}
    for n, sender in enumerate(district.senders, 1):
        is_counted = sender["submission_id"] in counted
        look = {"border": 1} if is_counted else {"border": 1, "font_color": "#7F7F7F"}
        values = (
            n, sender["unit_name"], STATUSES[sender["status"]], sender["version"], sender["document_date"],
            sender["doubtful"], sender["contradictory"], "Có" if is_counted else "Không", sender["file_name"],
        )  # fmt: skip
        for col, value in enumerate(values):
            centred = {} if col in (1, 8) else {"align": "center"}
            book.value(page, row + n, col, value, **look, **centred)


def _write_charts(book: Book, footer: str, drawn: list[Chart]) -> None:
    """Two charts abreast, three rows of them a page, every appendix on a page of its own."""
    page = book.sheet(CHARTS, footer)
    page.set_print_scale(70)
    row, breaks = 0, []
    for _, group in groupby(drawn, key=lambda chart: chart.sheet.appendix.number):
        own = list(group)
        for first in range(0, len(own), _CHARTS_A_PAGE):
            breaks.append(row)
            title = f"Phụ lục {own[0].sheet.appendix.number}: {own[0].sheet.appendix.title}"
            book.text(page, row, 0, title, book.look(bold=True, font_size=13))
            for n, chart in enumerate(own[first : first + _CHARTS_A_PAGE]):
                at = (row + 1 + n // 2 * _CHART_ROWS, n % 2 * _CHART_COLS)
                page.insert_chart(*at, _chart(book, chart), {"object_position": 1})
            row += 1 + -(-min(_CHARTS_A_PAGE, len(own) - first) // 2) * _CHART_ROWS
    page.set_h_pagebreaks(breaks[1:])
    page.print_area(0, 0, row - 1, 2 * _CHART_COLS - 1)


def _chart(book: Book, chart: Chart) -> Any:
    name, row = sheet_name(chart.sheet), row_of(chart.sheet.lines.index(chart.line))
    first, last = LABEL_COL + 1, LABEL_COL + len(chart.points)
    made = book.workbook.add_chart({"type": "column"})
    hatched = {
        "pattern": {"pattern": "wide_upward_diagonal", "fg_color": PART, "bg_color": "#FFFFFF"},
        "border": {"color": PART},
    }
    small = {"name": FONT, "size": 9}
    made.add_series(
        {
            "categories": [name, HEAD_ROW, first, HEAD_ROW, last],
            "values": [name, row, first, row, last],
            "fill": {"color": FULL},
            "gap": 60,
            "points": [hatched if point.is_part else None for point in chart.points],
            "data_labels": {"value": True, "font": small},
        }
    )
    made.set_title({"name": chart.title[:110], "name_font": {"name": FONT, "size": 10, "bold": True}, "overlay": False})
    made.set_legend({"none": True})
    top = {"max": 1, "num_format": "0%"} if chart.line.aggregate == "share_yes" else {}
    grid = {"visible": True, "line": {"color": "#E3E8EC"}}
    made.set_y_axis({"min": 0, "major_gridlines": grid, "num_font": small} | top)
    made.set_x_axis({"num_font": small})
    made.set_size({"width": 64 * _CHART_COLS - 12, "height": 20 * _CHART_ROWS - 12})
    return made
