"""A table as it stands on one page: the words of the page in the cells that its ruling lines draw."""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ingest.readers.grid import SNAP, Grid, Square
from ingest.readers.lines import Line, is_broken_word, is_lone_onset, joined_texts, text_lines
from ingest.readers.page import Word
from schemas.place import Box

_FIGURE = re.compile(r"[\d.,%]+")
_DATE, _CUT_DATE = re.compile(r"\d{1,2}/\d{1,2}/(?:19|20)\d\d(?!\d)"), re.compile(r"^\d{1,2}/\d{1,2}/\d{0,3}$")
_CUT_DOCUMENT = re.compile(r"\d+/[A-ZĐ]+(?:-[A-ZĐ]*)*")
"""The number of a document, or its beginning: '15/Q', '15/QĐ-UBN'."""
_GROUPED = re.compile(r"\d{1,3}(?: \d{3})+")


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
        """The lines of the cell, from top to bottom; a word or figure too wide for the cell is put together."""
        text = ""
        for at, line in enumerate(self.lines):
            broken = at > 0 and self._is_broken(self.lines[at - 1], text, line.text)
            text = text + line.text if broken else joined_texts(text, line.text, "\n")
        return text

    def _is_broken(self, line: Line, before: str, after: str) -> bool:
        """Whether a line ends within a word or figure as not one more letter had room (5.4 points are Word's padding)."""
        head, tail = before.split()[-1:], after.split()[:1]
        if not head or not tail:
            return False
        room = (self.box.x1 - self.box.x0) - 11 - (line.box.x1 - line.box.x0)
        if is_head_word(head[0] + tail[0]) or is_lone_onset(head[0], tail[0]):
            return True
        if _CUT_DATE.search(head[0]) and _DATE.match(head[0] + tail[0]):
            return True
        if room >= line.size:
            return False
        if _CUT_DOCUMENT.fullmatch(head[0]) and tail[0].isupper():
            return True
        alone = " " not in line.text
        if alone and _FIGURE.fullmatch(head[0]) and _FIGURE.fullmatch(tail[0]):
            return not _GROUPED.fullmatch(f"{head[0]} {tail[0]}")  # '12' over '345' reads the same either way
        return is_broken_word(head[0], tail[0], alone)


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
        if square is None:
            rest.append(word)
        else:
            inside[square].append(word)
    cells = tuple(
        PartCell(*square[:4], page, grid.box_of(square), tuple(text_lines(inside.get(square, ()))))
        for square in grid.squares
        if not square.open or square in inside
    )
    return Part(page, grid.box, grid.xs, len(grid.ys) - 1, cells), rest


def is_head_word(text: str) -> bool:
    """Whether a text is what stands over the running numbers of a table."""
    return re.sub(r"\W+", "", text).casefold() in ("stt", "tt", "sốtt", "sốthứtự", "sott", "sothutu")
