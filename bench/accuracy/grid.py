"""Draws one appendix as a grid: header rows of one to three levels, merged cells, rows split or repeated."""

from bench.accuracy.blocks import Block, Grid, Para, Run, Square, line
from bench.accuracy.model import Cell, Column, Row, Table


def appendix_grids(table: Table) -> list[Block]:
    """The appendix as one grid (layout disorders cut it later)."""
    squares: list[Square] = []
    at = 1
    if table.title_place == "in_table":
        at += _title_rows(table, squares)
    at += _header(table, squares, at)
    header_rows = at - 1
    first = at
    for index, row in enumerate(table.rows):
        if index in table.repeat_header_at:
            at += _header(table, squares, at)
        at += _row(table, squares, row, index, at)
    widths = [column.width for column in table.columns]
    if any(row.stray is not None for row in table.rows):
        widths.append(500)
    grid = Grid(at - 1, widths, squares, table, header_rows=header_rows, marked_header=table.marked_header)
    _merge_down(table, grid, first)
    return [grid]


def _title_rows(table: Table, squares: list[Square]) -> int:
    texts = [text for text in (table.number_line, table.title, table.note) if text]
    paras = [line(text, bold=text != table.note, align="center") for text in texts]
    squares.append(Square(paras, 1, 1, across=len(table.columns), role="title"))
    return 1


def _header(table: Table, squares: list[Square], at: int) -> int:
    levels = table.levels if len(table.values()) > 1 else 1
    for col, column in enumerate(table.columns, start=1):
        if levels == 1 or column.role != "value":
            down = levels if table.merge_sides else 1
            squares.append(_head(column.header, at, col, down=down))
            squares += [_head("", at + i, col) for i in range(1, levels)] if not table.merge_sides else []
        else:
            squares.append(_head(column.header, at + levels - 1, col))
    if levels > 1:
        _group_headers(table, squares, at, levels)
    if table.column_numbers:
        for col in range(1, len(table.columns) + 1):
            squares.append(_head(f"({col})", at + levels, col))
    return levels + (1 if table.column_numbers else 0)


def _group_headers(table: Table, squares: list[Square], at: int, levels: int) -> None:
    spans = value_spans(table.columns)
    for col, across in spans:
        squares.append(_head(table.group_header, at + levels - 2, col, across=across))
        if levels == 3:
            squares.append(_head("Kết quả thực hiện", at, col, across=across))


def value_spans(columns: list[Column]) -> list[tuple[int, int]]:
    """(first column, number of columns) of each run of neighbouring value columns."""
    spans: list[tuple[int, int]] = []
    for col, column in enumerate(columns, start=1):
        if column.role != "value":
            continue
        if spans and spans[-1][0] + spans[-1][1] == col:
            spans[-1] = (spans[-1][0], spans[-1][1] + 1)
        else:
            spans.append((col, 1))
    return spans


def _head(text: str, row: int, col: int, down: int = 1, across: int = 1) -> Square:
    paras = [line(part, bold=True, align="center") for part in text.split("\n")]
    return Square(paras, row, col, down, across, role="header")


def _row(table: Table, squares: list[Square], row: Row, index: int, at: int) -> int:
    columns = table.columns[: len(table.columns) - row.short]
    skipped = 0
    for col, column in enumerate(columns, start=1):
        if skipped:
            skipped -= 1
        elif column.role == "stt":
            squares.append(_stt(row, at, col))
        elif column.role == "label":
            across = 1 + len(columns) - col if row.spans_all else 1
            squares.append(Square([line(row.label, bold=row.kind == "heading")], at, col, across=across, role="label"))
            skipped = across - 1
        else:
            across = _across(table, index, column)
            squares.append(_value(row.cells.get(column.ident), at, col, across))
            skipped = across - 1
    if row.stray is not None:
        squares.append(Square([line(row.stray)], at, len(table.columns) + 1, role="other"))
    return 1 + _tail(table, squares, row, at + 1)


def _stt(row: Row, at: int, col: int) -> Square:
    if row.number_list is not None:
        return Square([Para([], "center", number=(row.number_list, 0))], at, col, role="stt")
    return Square([line(row.stt, align="center")], at, col, role="stt")


def _value(cell: Cell | None, at: int, col: int, across: int) -> Square:
    text = cell.raw if cell else ""
    paras = [Para([Run(part)] if part else [], "center") for part in text.split("\n")]
    return Square(paras, at, col, across=across, role="value", data=cell)


def _across(table: Table, index: int, column: Column) -> int:
    idents = [c.ident for c in table.values()]
    for row, start, count in table.merged_across:
        if row == index and idents.index(column.ident) == start:
            return count
    return 1


def _tail(table: Table, squares: list[Square], row: Row, at: int) -> int:
    """The label's end in a physical row of its own, as where a page break was typed into the table."""
    if not row.label_tail:
        return 0
    for col, column in enumerate(table.columns, start=1):
        text = row.label_tail if column.role == "label" else ""
        squares.append(Square([line(text)], at, col, role="label" if column.role == "label" else "other"))
    return 1


def _merge_down(table: Table, grid: Grid, first: int) -> None:
    """Value cells printed as one over several rows; the upper cell's text stays."""
    cols = [i for i, column in enumerate(table.columns, start=1) if column.role in ("value", "extra")]
    for index, start, count in table.merged_down:
        col = cols[start]
        upper = _square_of(grid, table.rows[index].cells.get(table.values()[start].ident))
        if upper is None or upper.row < first:
            continue
        lower = [s for s in grid.squares if s.col == col and upper.row < s.row < upper.row + count]
        upper.down = count
        for square in lower:
            grid.squares.remove(square)


def _square_of(grid: Grid, cell: Cell | None) -> Square | None:
    return next((square for square in grid.squares if square.data is not None and square.data is cell), None)
