"""One w:tbl as a grid: spans, vertical merges and gaps resolved, each cell once, rows as ragged as they are.

rows of the table → cells with their grid columns → vertical merges → the table trimmed to its real columns
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator
from itertools import accumulate, pairwise

from ingest.readers.word_drafts import DraftCell, DraftTable, Note
from ingest.readers.word_names import (
    ALTERNATE,
    DEL,
    SDT,
    SDT_CONTENT,
    TC,
    TC_PR,
    TR,
    VAL,
    WRAPPERS,
    Element,
    is_on,
    props_of,
    w,
    whole,
)
from ingest.readers.word_styles import CELL_BORDERS, TABLE_BORDERS, draws
from ingest.readers.word_text import chosen, shown_text, shows_placeholder

ReadCell = Callable[[Element, bool, DraftCell], None]
"""Fills a draft cell from a w:tc; the flag says that a content control around it shows only its placeholder."""

MAX_COLUMNS = 1000
"""Word stops at 63 columns and LibreOffice writes some more; a span beyond this is a broken or hostile file."""
_SNAP_TWIPS = 90
"""Edges this close are the same edge: a sixteenth of an inch, less than the narrowest column that can hold a digit."""
_MOST_SIDES = 3
"""A cell that switches off fewer sides than this still shows the lines of its table."""
_TWIPS = {"pt": 20.0, "in": 1440.0, "cm": 567.0, "mm": 56.7, "pc": 240.0, "pi": 240.0}
_TABLE_PR, _STYLE, _GRID, _GRID_COL, _WIDTH = w("tblPr"), w("tblStyle"), w("tblGrid"), w("gridCol"), w("w")
_ROW_PR, _CELL_WIDTH, _TYPE = w("trPr"), w("tcW"), w("type")
_BEFORE, _AFTER, _HEADER, _HIDDEN = w("gridBefore"), w("gridAfter"), w("tblHeader"), w("hidden")
_SPAN, _V_MERGE, _H_MERGE, _CELL_DEL = w("gridSpan"), w("vMerge"), w("hMerge"), w("cellDel")
_CELL_MERGE, _CELL_MERGE_VERTICAL = w("cellMerge"), w("vMerge")


class _Square:
    """A w:tc on its way into the grid: `merge` and `h_merge` are 'restart', 'continue' or None."""

    __slots__ = ("_width", "col", "element", "h_merge", "has_borders", "is_deleted", "is_placeholder", "merge", "span")

    def __init__(self, element: Element, is_placeholder: bool) -> None:
        self.element, self.is_placeholder = element, is_placeholder
        self.col, self.span = 0, 1
        self._width: Element | None = None
        self.merge: str | None = None
        self.h_merge: str | None = None
        self.has_borders: bool | None = None
        self.is_deleted = False
        props = props_of(element, TC_PR)
        if props is not None:
            self._take(props)

    @property
    def width(self) -> int:
        """The width it states, in twips; 0 where it states none or a share of the page."""
        width = self._width
        return 0 if width is None or width.get(_TYPE, "dxa") != "dxa" else twips(width.get(_WIDTH))

    def _take(self, props: Element) -> None:
        for prop in props[:]:
            tag = prop.tag
            if tag == _CELL_WIDTH:
                self._width = prop
            elif tag == _SPAN:
                self.span = max(1, whole(prop.get(VAL), 1))
            elif tag == _V_MERGE:
                self.merge = prop.get(VAL, "continue")
            elif tag == _H_MERGE:
                self.h_merge = prop.get(VAL, "continue")
            elif tag == _CELL_DEL:
                self.is_deleted = True
            elif tag == _CELL_MERGE and prop.get(_CELL_MERGE_VERTICAL):
                self.merge = "restart" if prop.get(_CELL_MERGE_VERTICAL) == "rest" else "continue"
            elif tag == CELL_BORDERS:
                self.has_borders = draws(prop) or (False if len(prop) >= _MOST_SIDES else None)


def read_table(table: Element, read_cell: ReadCell) -> DraftTable:
    """The table as a draft; `rows` is 0 where nothing of it is left (all its rows deleted)."""
    draft = _with_props(DraftTable(), table)
    open_merges: dict[int, DraftCell] = {}
    for element, is_placeholder in _rows(table):
        props = _RowProps(element)
        if props.gone:
            draft.say(props.gone, shown_text(element))
            continue
        draft.rows += 1
        if props.is_header and draft.header_rows == draft.rows - 1:
            draft.header_rows = draft.rows
        squares = _placed(draft, _squares(draft, element, is_placeholder), props)
        open_merges = _read_row(draft, squares, open_merges, read_cell)
    return _trimmed(draft)


def twips(text: str | None) -> int:
    """A width in twips; Strict files may write it with a unit ('2.5cm')."""
    if not text:
        return 0
    try:
        return round(float(text[:-2]) * _TWIPS[text[-2:]]) if text[-2:] in _TWIPS else round(float(text))
    except (ValueError, OverflowError):
        return 0


def _with_props(draft: DraftTable, table: Element) -> DraftTable:
    props, grid = table.find(_TABLE_PR), table.find(_GRID)
    if props is not None:
        style, borders = props.find(_STYLE), props.find(TABLE_BORDERS)
        draft.style = None if style is None else style.get(VAL)
        draft.has_borders = draws(borders) if borders is not None and len(borders) else None
    columns = [] if grid is None else [twips(col.get(_WIDTH)) for col in grid.iterchildren(_GRID_COL)]
    draft.widths = columns[:MAX_COLUMNS] or _widths_of_fullest_row(table)
    return draft


def _widths_of_fullest_row(table: Element) -> list[int]:
    """The grid of a table that states none: the cells of its fullest row, where each stands in one column."""
    rows = [[_Square(cell, hidden) for cell, hidden in _children(row, TC)] for row, _ in _rows(table)]
    fullest = max(rows, key=len, default=[])
    return [square.width for square in fullest] if all(square.span == 1 for square in fullest) else []


def _children(parent: Element, wanted: str, is_placeholder: bool = False) -> Iterator[tuple[Element, bool]]:
    """The rows of a table or the cells of a row, those in content controls too."""
    for child in parent[:]:
        if child.tag == wanted:
            yield child, is_placeholder
        elif child.tag == SDT:
            content = child.find(SDT_CONTENT)
            if content is not None:
                yield from _children(content, wanted, is_placeholder or shows_placeholder(child))
        elif child.tag in WRAPPERS:
            yield from _children(child, wanted, is_placeholder)
        elif child.tag == ALTERNATE:
            yield from _children(chosen(child), wanted, is_placeholder)


def _rows(table: Element) -> Iterator[tuple[Element, bool]]:
    return _children(table, TR)


class _RowProps:
    """What a row says of itself: `gone` is the code that says why it is left out, '' where it stays."""

    __slots__ = ("after", "before", "gone", "is_header")

    def __init__(self, row: Element) -> None:
        self.gone, self.is_header, self.before, self.after = "", False, 0, 0
        props = props_of(row, _ROW_PR)
        for prop in () if props is None else props:
            tag = prop.tag
            if tag == DEL:
                self.gone = "DELETED_TEXT"
            elif tag == _HIDDEN and is_on(prop) and not self.gone:
                self.gone = "HIDDEN_TEXT"
            elif tag == _HEADER:
                self.is_header = is_on(prop)
            elif tag == _BEFORE:
                self.before = max(0, whole(prop.get(VAL)))
            elif tag == _AFTER:
                self.after = max(0, whole(prop.get(VAL)))


def _read_row(
    draft: DraftTable, squares: list[_Square], above: dict[int, DraftCell], read_cell: ReadCell
) -> dict[int, DraftCell]:
    """Add a row's cells to the draft; returns, by column, the cells that the next row may continue."""
    open_merges: dict[int, DraftCell] = {}
    for square in squares:
        merged = above.get(square.col) if square.merge == "continue" else None
        if merged is not None and merged.col_span == square.span:
            merged.row_span += 1
            _read_covered(draft, merged, square, read_cell)
        else:
            merged = DraftCell(draft.rows, square.col, col_span=square.span, has_borders=square.has_borders)
            read_cell(square.element, square.is_placeholder, merged)
            draft.cells.append(merged)
        if square.merge is not None:
            open_merges[square.col] = merged
    return open_merges


def _read_covered(draft: DraftTable, merged: DraftCell, square: _Square, read_cell: ReadCell) -> None:
    """A square under a vertical merge: Word shows nothing of it, though its list numbers go on counting."""
    covered = DraftCell(draft.rows, square.col)
    read_cell(square.element, square.is_placeholder, covered)
    if covered.text.strip():
        merged.notes.append(Note("HIDDEN_TEXT", covered.text))
    merged.tables += covered.tables


def _squares(draft: DraftTable, row: Element, is_placeholder: bool) -> list[_Square]:
    """The squares of a row, deleted ones left out and old horizontal merges joined."""
    squares: list[_Square] = []
    for element, hidden in _children(row, TC, is_placeholder):
        square = _Square(element, hidden)
        if square.is_deleted:
            draft.say("DELETED_TEXT", shown_text(element))
        elif square.h_merge == "continue" and squares:
            squares[-1].span += square.span
            draft.say("HIDDEN_TEXT", shown_text(element))
        else:
            squares.append(square)
    return squares


def _placed(draft: DraftTable, squares: list[_Square], props: _RowProps) -> list[_Square]:
    """The squares of a row with their columns from 1; those beyond the last possible column are left out."""
    if not props.before and not props.after:
        _spread(draft.widths, squares)
    col = 1 + min(props.before, MAX_COLUMNS - 1)
    for at, square in enumerate(squares):
        if col > MAX_COLUMNS:
            draft.say("TRUNCATED_STRUCTURE", f"hàng {draft.rows} có hơn {MAX_COLUMNS} cột")
            return squares[:at]
        square.col = col
        if col + square.span > MAX_COLUMNS + 1:
            square.span = MAX_COLUMNS + 1 - col
        col += square.span
    return squares


def _spread(widths: list[int], squares: list[_Square]) -> None:
    """Give spans to a row that states none though its cells are as wide as several columns (a wrong w:gridSpan).

    Only where the row is as wide as the grid and each of its edges is an edge of the grid: anything else is ragged.
    """
    if not 0 < len(squares) < len(widths) or any(square.span > 1 or not square.width for square in squares):
        return
    if not all(widths):
        return
    grid = [0, *accumulate(widths)]
    edges = [_nearest(grid, edge) for edge in (0, *accumulate(square.width for square in squares))]
    if edges[-1] != len(widths) or None in edges:
        return
    spans = [right - left for left, right in pairwise(edge for edge in edges if edge is not None)]
    if all(span > 0 for span in spans):
        for square, span in zip(squares, spans, strict=True):
            square.span = span


def _nearest(grid: list[int], edge: int) -> int | None:
    at = bisect_left(grid, edge)
    near = [index for index in (at - 1, at) if 0 <= index < len(grid) and abs(grid[index] - edge) <= _SNAP_TWIPS]
    return min(near, key=lambda index: abs(grid[index] - edge), default=None)


def _trimmed(draft: DraftTable) -> DraftTable:
    """Columns that no cell begins in and the grid does not know are not there: a span may be wider than its table."""
    last_start = max([cell.col for cell in draft.cells], default=0)
    last_end = max([cell.col + cell.col_span - 1 for cell in draft.cells], default=0)
    draft.cols = max(last_start, min(last_end, len(draft.widths)))
    if last_end > draft.cols:
        for cell in draft.cells:
            cell.col_span = min(cell.col_span, draft.cols - cell.col + 1)
    return draft
