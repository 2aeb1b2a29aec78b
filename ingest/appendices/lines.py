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

    @property
    def filled(self) -> bool:
        """At least one value is printed."""
        return any(slot.filled for slot in self.slots)

    @property
    def may_be_shifted(self) -> bool:
        """Something stands in a column without a heading while a column of the form is empty: a cell too many before it."""
        stray = any(slot.filled and slot.use.column is None and not slot.use.header for slot in self.slots)
        return stray and any(slot.use.column is not None and not slot.filled for slot in self.slots)


def read_lines(table: Table, header: Header, uses: Sequence[ColumnUse], indicators: Sequence[Indicator]) -> list[Line]:
    """The table's data rows in order, header rows left out and names that run on joined."""
    lines: list[Line] = []
    for row in header.data_rows:
        line = _line(table, header, uses, row)
        if lines and not (lines[-1].filled and line.filled) and runs_on(lines[-1].name, line.name, indicators):
            line = _joined(lines.pop(), line)
        lines.append(line)
    return lines


def _line(table: Table, header: Header, uses: Sequence[ColumnUse], row: int) -> Line:
    label = header.label(row)
    place = Place(table.place.block, table.place.page, table.place.table, row)
    return Line(label, strip_number(label)[1], header.stt(row), tuple(_slot(header, use, row) for use in uses), place)


def _slot(header: Header, use: ColumnUse, row: int) -> Slot:
    cells = {id(cell): cell for col in use.cols if (cell := header.cell(row, col)) and not header.names_rows(cell)}
    filled = [cell for cell in cells.values() if shown(cell.shown)]
    if not filled:
        return Slot(use, next(iter(cells.values()), None))
    return Slot(use, filled[0], len(filled) > 1 or _covers_more(header, filled[0]), filled=True)


def _covers_more(header: Header, cell: Cell) -> bool:
    """Does the cell cover a second data row or a second value column that has a heading of its own?"""
    rows = [row for row in header.data_rows if cell.row <= row < cell.row + cell.row_span]
    headings = {
        id(head)
        for col in range(cell.col, cell.col + cell.col_span)
        for row in header.headings[-1:]
        if (head := header.cell(row, col)) is not None
    }
    return len(rows) > 1 or len(headings) > 1


def _joined(above: Line, below: Line) -> Line:
    slots = tuple(a if a.filled or not b.filled else b for a, b in zip(above.slots, below.slots, strict=True))
    name = f"{above.name} {below.name}"
    return Line(f"{above.label} {below.label}", name, above.stt or below.stt, slots, above.place)
