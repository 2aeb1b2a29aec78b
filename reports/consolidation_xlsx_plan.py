"""The plan of the district's workbook: what its sheets are called, and where things stand that others lead to."""

from collections.abc import Iterable

from reports.consolidation_layout import Sheet
from reports.submission import Row
from schemas.form import Column, Indicator

CONTENTS, SIDE, FURTHER, FIGURES = "Mục lục", "Theo đơn vị", "Ngoài mẫu", "Tổng hợp"
CELLS, FINDINGS, CHARTS, UNIT_SUMS = "Dữ liệu", "Cần xử lý", "Biểu đồ", "Theo đơn vị mới"
HEAD_ROW, FIRST_ROW, LABEL_COL = 4, 6, 1
"""On the sheet of an appendix, counted from 0: the head, the first line, the names of the lines."""
Places = dict[tuple[int, str, str], int]
"""(appendix, indicator, column_key) → row of a sheet."""


def sheet_name(sheet: Sheet) -> str:
    """'PL1'."""
    return f"PL{sheet.appendix.number}"


def row_of(line: int) -> int:
    """The row of the line with this index on its appendix's sheet."""
    return FIRST_ROW + line


def side_lines(sheet: Sheet) -> list[tuple[Indicator, Column]]:
    """The rows of the side-by-side sheet that belong to one appendix, in order."""
    indicators = [row for row in sheet.appendix.indicators if row.kind != "heading"]
    return [(indicator, column) for indicator in indicators for column in sheet.columns]


def side_places(sheets: Iterable[Sheet]) -> Places:
    """Where each indicator and column stands on the side-by-side sheet."""
    names = [
        (sheet.appendix.number, indicator.code, column.key) for sheet in sheets for indicator, column in side_lines(sheet)
    ]
    return {name: row for row, name in enumerate(names, 1)}


def cell_places(cells: Iterable[Row]) -> Places:
    """Where the cells of each indicator and column begin on the sheet of all cells."""
    first: Places = {}
    for row, cell in enumerate(cells, 1):
        first.setdefault((cell["appendix"], cell["indicator"], cell["column_key"]), row)
    return first
