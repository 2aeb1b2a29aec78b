"""The data rows of a table as lines: name, number, and one slot for each value column."""

from collections.abc import Sequence
from dataclasses import dataclass

from ingest.appendices.columns import ColumnUse
from ingest.appendices.header import Header
from ingest.appendices.rows import runs_on
from ingest.text import shown, strip_number
from schemas.document import Cell, Table
from schemas.form import Indicator
from schemas.place import Place


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a line meets a value column. `cell` is None where the row is too short or its name covers the square."""

    use: ColumnUse
    cell: Cell | None
    shared: bool = False
    """The cell is not empty and covers other lines or columns too, so whose value it is cannot be told."""
    filled: bool = False
    """Something is printed here."""
    under_name: bool = False
    """The row's name covers the square."""


@dataclass(frozen=True, slots=True)
class Line:
    """One data row (two, where a name ran on in the next row)."""

    label: str
    """The row's name as shown."""
    name: str
    """The name without a typed number before it."""
    stt: str
    slots: tuple[Slot, ...]
    place: Place
    is_displaced: bool = False
    """A filled cell stands across its column's edge, or in a part of its column where the other rows have none."""

    @property
    def filled(self) -> bool:
        """At least one value is printed."""
        return any(slot.filled for slot in self.slots)

    @property
    def may_be_shifted(self) -> bool:
        """Something stands beside its column, or in one without a heading while a column of the form is empty: a cell too
        many before it."""
        if self.is_displaced:
            return True
        stray = any(slot.filled and slot.use.column is None and not slot.use.header for slot in self.slots)
        return stray and any(slot.use.column is not None and not slot.filled for slot in self.slots)


def read_lines(table: Table, header: Header, uses: Sequence[ColumnUse], indicators: Sequence[Indicator]) -> list[Line]:
    """The table's data rows in order, header rows left out and names that run on joined."""
    lines: list[Line] = []
    homes = _homes(header, uses)
    for row in header.data_rows:
        line = _line(table, header, uses, row, homes)
        if lines and _are_apart(lines[-1], line) and runs_on(lines[-1].name, line.name, indicators):
            line = _joined(lines.pop(), line)
        lines.append(line)
    return lines


def _are_apart(above: Line, below: Line) -> bool:
    """Is no column filled in both? A row that the edge of a page cut may leave a number on either side."""
    return not any(a.filled and b.filled for a, b in zip(above.slots, below.slots, strict=True))


def _line(table: Table, header: Header, uses: Sequence[ColumnUse], row: int, homes: dict[str, int]) -> Line:
    label = header.label(row)
    place = Place(table.place.block, table.place.page, table.place.table, row)
    slots = tuple(_slot(header, uses, use, row) for use in uses)
    aside = any(slot.filled and not _covers(slot.cell, homes.get(slot.use.key)) for slot in slots)
    displaced = aside or header.is_displaced(row) or _is_name_over_values(slots)
    return Line(label, strip_number(label)[1], header.stt(row), slots, place, displaced)


def _is_name_over_values(slots: Sequence[Slot]) -> bool:
    """Does the row's name cover the column of a period while values follow? They stand a column too far."""
    covered = any(slot.cell is None and slot.under_name and slot.use.column is not None for slot in slots)
    return covered and any(slot.filled for slot in slots)


def _homes(header: Header, uses: Sequence[ColumnUse]) -> dict[str, int]:
    """For each value column whose heading covers several grid columns: the one in which most of its rows have their
    text begin (the first of equals). A number elsewhere in it may be one too many."""
    homes: dict[str, int] = {}
    for use in uses:
        if len(use.cols) > 1:
            cells = [cell for row in header.data_rows for cell in _filled(header, use, row)]
            begun = [sum(cell.col == col for cell in cells) for col in use.cols]
            homes[use.key] = use.cols[begun.index(max(begun))]
    return homes


def _covers(cell: Cell | None, col: int | None) -> bool:
    return cell is None or col is None or cell.col <= col < cell.col + cell.col_span


def _slot(header: Header, uses: Sequence[ColumnUse], use: ColumnUse, row: int) -> Slot:
    cells = _cells(header, use, row)
    filled = [cell for cell in cells if shown(cell.shown)]
    if not filled:
        return Slot(use, cells[0] if cells else None, under_name=not cells and _is_under_name(header, use, row))
    return Slot(use, filled[0], len(filled) > 1 or _covers_more(header, uses, filled[0]), filled=True)


def _cells(header: Header, use: ColumnUse, row: int) -> list[Cell]:
    """The cells that stand beneath a value column's heading, left to right."""
    cells = {id(cell): cell for col in use.cols if (cell := header.cell(row, col)) and not header.names_rows(cell)}
    return list(cells.values())


def _is_under_name(header: Header, use: ColumnUse, row: int) -> bool:
    return any((cell := header.cell(row, col)) is not None and header.names_rows(cell) for col in use.cols)


def _filled(header: Header, use: ColumnUse, row: int) -> list[Cell]:
    return [cell for cell in _cells(header, use, row) if shown(cell.shown)]


def _covers_more(header: Header, uses: Sequence[ColumnUse], cell: Cell) -> bool:
    """Does the cell cover a second data row or a second value column that has a heading of its own?"""
    if cell.row_span == cell.col_span == 1:
        return False
    rows = [row for row in header.data_rows if cell.row <= row < cell.row + cell.row_span]
    across = range(cell.col, cell.col + cell.col_span)
    columns = [use for use in uses if (use.column or use.header) and any(col in across for col in use.cols)]
    return len(rows) > 1 or len(columns) > 1


def _joined(above: Line, below: Line) -> Line:
    slots = tuple(a if a.filled or not b.filled else b for a, b in zip(above.slots, below.slots, strict=True))
    name = f"{above.name} {below.name}"
    displaced = above.is_displaced or below.is_displaced
    return Line(f"{above.label} {below.label}", name, above.stt or below.stt, slots, above.place, displaced)
