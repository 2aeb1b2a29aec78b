"""Words into the cells of a ruled table, and the parts of a table that runs over pages into one table."""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ingest.readers.grid import SNAP, Grid, Square
from ingest.readers.lines import WORD_SPACE, Line, first_token_width, joined, text_lines
from ingest.readers.page import Word
from schemas.place import Box

SAME_EDGE = 6.0
"""Points. Outer edges of two parts this close are one table's: margins may move by border and padding."""


@dataclass(frozen=True, slots=True)
class PartCell:
    """A cell of one part: rows and columns count from 0 in its part; `doubt` is a finding code or ''."""

    row: int
    col: int
    row_span: int
    col_span: int
    page: int
    box: Box
    lines: tuple[Line, ...]
    doubt: str = ""

    @property
    def text(self) -> str:
        """The lines of the cell, from top to bottom."""
        return joined(self.lines, "\n")


@dataclass(frozen=True, slots=True)
class Part:
    """A table on one page (or, once joined, over pages): column edges, number of rows, cells in row, column order."""

    page: int
    box: Box
    xs: tuple[float, ...]
    rows: int
    cells: tuple[PartCell, ...]
    first_rows: tuple[int, ...] = (0,)
    """First row of each part it was joined from."""
    header_rows: int = 0
    """Rows that the pages repeat, 0 where none is repeated."""
    ruled: bool = True
    nested: bool = False

    def row_cells(self, row: int) -> list[PartCell]:
        """The cells that begin in a row."""
        return [cell for cell in self.cells if cell.row == row]


def fill_grids(grids: Sequence[Grid], words: Sequence[Word], page: int) -> tuple[list[Part], list[Word]]:
    """The tables of a page with their words in them, and the words that stand in no table."""
    parts: list[Part] = []
    rest = list(words)
    for grid in sorted(grids, key=lambda grid: _area(grid.box)):
        part, rest = _fill(grid, rest, page)
        outer = [other for other in grids if other is not grid and _holds(other.box, grid.box)]
        parts.append(replace(part, nested=bool(outer)))
    return sorted((part for part in parts if part.cells), key=lambda part: (part.box.y0, part.nested)), rest


def _area(box: Box) -> float:
    return (box.x1 - box.x0) * (box.y1 - box.y0)


def _holds(outer: Box, inner: Box) -> bool:
    return (
        outer.x0 <= inner.x0 + SNAP and outer.y0 <= inner.y0 + SNAP
        and outer.x1 >= inner.x1 - SNAP and outer.y1 >= inner.y1 - SNAP and _area(outer) > _area(inner)
    )  # fmt: skip


def _fill(grid: Grid, words: Iterable[Word], page: int) -> tuple[Part, list[Word]]:
    owner = {
        (row, col): square
        for square in grid.squares
        for row in range(square.row, square.row + square.row_span)
        for col in range(square.col, square.col + square.col_span)
    }
    inside: dict[Square, list[Word]] = defaultdict(list)
    rest: list[Word] = []
    for word in words:
        x, y = (word.x0 + word.x1) / 2, (word.top + word.bottom) / 2
        square = owner.get((bisect_right(grid.ys, y) - 1, bisect_right(grid.xs, x) - 1))
        if square is None or word.turn < 0:
            rest.append(word)
        else:
            inside[square].append(word)
    cells = tuple(
        PartCell(*square[:4], page, grid.box_of(square), tuple(text_lines(inside.get(square, ()))))
        for square in grid.squares
        if not square.open or square in inside
    )
    return Part(page, grid.box, grid.xs, len(grid.ys) - 1, cells), rest


def continues(part: Part, following: Part) -> bool:
    """Whether a table that stands next, with nothing printed between, goes on with this one.

    The outer edges and the columns must agree, and the second must not open with a header of its own, or with the same
    header and its numbering begun again (then the two are tables of one form without titles).
    """
    if part.nested or following.nested or len(part.xs) < 3 or len(following.xs) < 3:
        return False
    if not _same_columns(part.xs, following.xs):
        return False
    repeated = repeated_rows(part, following)
    if repeated:
        return not (_first_number(following, repeated) == 1 and (_last_number(part) or 0) >= 1)
    return not _is_header(following.row_cells(0))


def _same_columns(xs: Sequence[float], others: Sequence[float]) -> bool:
    """Whether the outer edges agree and one set of column edges holds the other (merged cells hide some)."""
    if abs(xs[0] - others[0]) > SAME_EDGE or abs(xs[-1] - others[-1]) > SAME_EDGE:
        return False
    return _all_near(xs, others) or _all_near(others, xs)


def _all_near(xs: Sequence[float], others: Sequence[float]) -> bool:
    return all(min(abs(x - other) for other in others) <= SAME_EDGE for x in xs)


def repeated_rows(part: Part, following: Part) -> int:
    """How many rows at the top of the second part print the top rows of the first again."""
    most = min(part.rows, following.rows)
    count = 0
    while count < most and _row_key(part, count) == _row_key(following, count) != "":
        count += 1
    return count


def _row_key(part: Part, row: int) -> str:
    return "|".join(re.sub(r"\W+", "", cell.text).casefold() for cell in part.row_cells(row)).strip("|")


def _is_header(cells: Sequence[PartCell]) -> bool:
    """Whether a row is the head of a table: its first cell says 'STT' or 'TT', as every office form does."""
    return bool(cells) and is_head_word(cells[0].text)


def is_head_word(text: str) -> bool:
    """Whether a text is what stands over the running numbers of a table."""
    return re.sub(r"\W+", "", text).casefold() in ("stt", "tt", "sốtt", "sốthứtự", "sott", "sothutu")


def _first_number(part: Part, row: int) -> int | None:
    numbers = (_number(part, at) for at in range(row, part.rows))
    return next((number for number in numbers if number is not None), None)


def _last_number(part: Part) -> int | None:
    numbers = (_number(part, at) for at in reversed(range(part.rows)))
    return next((number for number in numbers if number is not None), None)


def _number(part: Part, row: int) -> int | None:
    """The running number in the first column of a row."""
    cells = [cell for cell in part.row_cells(row) if cell.col == 0]
    match = re.fullmatch(r"(\d{1,3})[.)]?", cells[0].text.strip()) if cells else None
    return int(match[1]) if match else None


def join(part: Part, following: Part) -> Part:
    """One table of two: columns aligned, the repeated header dropped, a row that the page cut made whole."""
    repeated = repeated_rows(part, following)
    xs = _union(part.xs, following.xs)
    head = _on_columns(part, xs)
    tail = [cell for cell in _on_columns(following, xs) if cell.row >= repeated]
    first = min((cell.row for cell in tail), default=0)
    cut = cut_row(part, [cell for cell in tail if cell.row == first]) if tail else ""
    if cut:
        head, tail = _mend(head, part.rows - 1, tail, first, cut)
        first += 1
    moved = [replace(cell, row=cell.row - first + part.rows) for cell in tail]
    return replace(
        part, box=Box(*part.box[:3], part.box.y1), xs=xs, rows=part.rows + following.rows - first,
        cells=tuple(sorted(head + moved, key=lambda cell: (cell.row, cell.col))),
        first_rows=(*part.first_rows, min(part.rows, part.rows + following.rows - first - 1)),
        header_rows=max(part.header_rows, repeated),
    )  # fmt: skip


def _union(xs: Sequence[float], others: Sequence[float]) -> tuple[float, ...]:
    """The column edges of both; edges near one another are the first part's."""
    extra = [x for x in others if min(abs(x - own) for own in xs) > SAME_EDGE]
    return tuple(sorted([*xs, *extra]))


def _on_columns(part: Part, xs: Sequence[float]) -> list[PartCell]:
    """The cells of a part with their columns counted among `xs`."""

    def at(x: float) -> int:
        return min(range(len(xs)), key=lambda i: abs(xs[i] - x))

    place = [at(x) for x in part.xs]
    return [
        replace(cell, col=place[cell.col], col_span=max(place[cell.col + cell.col_span] - place[cell.col], 1))
        for cell in part.cells
    ]


def cut_row(part: Part, cells: Sequence[PartCell]) -> str:
    """Whether these cells, first on their page, are the rest of the last row before it: '' no, 'sure', 'unsure'.

    A rest has no running number, its label goes on in mid-sentence after a full line, and no number stands in it under
    a number.
    """
    above = {cell.col: cell for cell in part.cells if cell.row + cell.row_span == part.rows}
    filled = [cell for cell in cells if cell.text]
    if not filled or not above or any(cell.col == 0 for cell in filled):
        return ""
    pairs = [(above.get(cell.col), cell) for cell in filled]
    if any(before is None for before, _ in pairs):
        return ""
    if any(before is not None and not before.text for before, _ in pairs) or any(_has_digit(c.text) for c in filled):
        return _cut_label(above, filled)
    verdicts = {_goes_on(before, cell) for before, cell in pairs if before is not None}
    if "" in verdicts:
        return ""
    return "sure" if verdicts == {"sure"} else "unsure"


def _cut_label(above: dict[int, PartCell], filled: Sequence[PartCell]) -> str:
    """The same where values stand only in the rest (cells aligned to the middle or the bottom): the label decides."""
    label = filled[0]
    before = above.get(label.col)
    if before is None or label.col != 1 or _goes_on(before, label) != "sure":
        return ""
    values_above = any(cell.text for col, cell in above.items() if col > label.col)
    return "" if values_above and any(_has_digit(cell.text) for cell in filled[1:]) else "sure"


def _goes_on(before: PartCell, cell: PartCell) -> str:
    """Whether a cell's text goes on from the cell above it: '' no, 'sure', 'unsure'."""
    if not before.lines or not cell.lines:
        return ""
    last, first = before.lines[-1], cell.lines[0]
    padding = min(line.box.x0 for line in before.lines) - before.box.x0
    if first_token_width(first) + WORD_SPACE * first.size < before.box.x1 - last.box.x1 - padding:
        return ""
    open_bracket = before.text.count("(") > before.text.count(")")
    return "sure" if first.text[:1].islower() or open_bracket else "unsure"


def _has_digit(text: str) -> bool:
    return any(char.isdigit() for char in text)


def _mend(
    head: list[PartCell], row: int, tail: list[PartCell], first: int, cut: str
) -> tuple[list[PartCell], list[PartCell]]:
    """The rest of a cut row put under the cells it belongs to."""
    rest = {cell.col: cell for cell in tail if cell.row == first}
    doubt = "ROW_CUT_UNSURE" if cut == "unsure" else ""
    mended = []
    for cell in head:
        more = rest.get(cell.col) if cell.row + cell.row_span - 1 == row else None
        if more:
            span = cell.row_span + more.row_span - 1
            cell = replace(cell, lines=cell.lines + more.lines, row_span=span, doubt=doubt if more.lines else "")
        mended.append(cell)
    return mended, [cell for cell in tail if cell.row > first]
