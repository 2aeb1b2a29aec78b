"""The header of a table: which rows are header, which column numbers the rows, names them, or holds values."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import pairwise

from ingest.text import bare, key, shown, similarity
from schemas.document import Cell, Table
from schemas.form import Form

MOST_HEADER_ROWS = 8
"""A title, two header levels, a unit line and a line of column numbers make five; more is a table in a table."""
_LIKE_A_HEADING = 0.8
_WORDY = 8
"""A number column holds '1.1.a' or 'VIII'; longer is a name that slipped into it."""
_STT = frozenset({"stt", "tt", "so tt", "so thu tu", "s tt"})
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_ROW_NUMBER = re.compile(r"\(?(?:\d{1,2}(?:\.\d{1,2})*|[IVX]{1,4}|[a-zđ])?[.)\-–—+*•]?", re.IGNORECASE)
"""What stands before the name of a row of data: '1', '2.1.', 'IV', 'a)', '-'."""
_NUMBERING = re.compile(r"\(?(?:\d{1,2}|[a-z])\)?(?: ?= ?.*)?$", re.IGNORECASE)

Grid = list[list[Cell | None]]


@dataclass(frozen=True)
class HeaderWords:
    """The words of a form's headers, collected once: names of label columns and of value columns."""

    row_headers: tuple[str, ...]
    column_labels: tuple[str, ...]
    years: frozenset[int]

    @cached_property
    def row_keys(self) -> frozenset[str]:
        """Keys of the label column's names, for the common exact case."""
        return frozenset(key(word) for word in self.row_headers)

    def names_rows(self, text: str) -> bool:
        """Is this the heading of the column that holds the rows' names?"""
        spoken = key(text)
        if not spoken or len(spoken) > 60:
            return False
        return spoken in self.row_keys or _is_like(text, self.row_headers)

    def names_values(self, text: str) -> bool:
        """Is this the heading of a value column that is no year?"""
        return bool(text) and _is_like(text, self.column_labels)


@lru_cache(maxsize=16384)
def _is_like(text: str, wordings: tuple[str, ...]) -> bool:
    # Asked about many cells, and most of them hold one of few words or numbers.
    return any(similarity(text, word) >= _LIKE_A_HEADING for word in wordings)


def header_words(form: Form) -> HeaderWords:
    """The header vocabulary of a form."""
    rows = {word for appendix in form.appendices for word in (appendix.row_header, *appendix.row_header_synonyms)}
    labels = {
        word
        for columns in form.column_sets.values()
        for column in columns
        if column.year is None
        for word in (column.label, *column.synonyms)
    }
    known = {column.year for columns in form.column_sets.values() for column in columns if column.year is not None}
    return HeaderWords(tuple(sorted(rows)), tuple(sorted(labels)), frozenset(known))


@dataclass(frozen=True)
class Header:
    """What the header says. Columns and rows count from 1."""

    grid: Grid
    rows: tuple[int, ...]
    """Rows that are header: title, heading levels, column numbers; at the top or repeated further down."""
    titles: tuple[str, ...]
    """Texts of full-width rows above the heading: the appendix's title set inside its table."""
    headings: tuple[int, ...]
    """Those of `rows` that name the columns."""
    stt_col: int | None
    label_cols: tuple[int, ...]

    @property
    def found(self) -> bool:
        """There is at least one row that names columns."""
        return bool(self.headings)

    @cached_property
    def data_rows(self) -> tuple[int, ...]:
        """Rows that hold data, in order."""
        header = set(self.rows)
        return tuple(row for row in range(1, len(self.grid) + 1) if row not in header)

    @cached_property
    def value_cols(self) -> tuple[int, ...]:
        """All columns but those of the row's number and name."""
        taken = {self.stt_col, *self.label_cols}
        width = len(self.grid[0]) if self.grid else 0
        return tuple(col for col in range(1, width + 1) if col not in taken)

    def cell(self, row: int, col: int) -> Cell | None:
        """The cell that covers a square, None outside a short row."""
        return self.grid[row - 1][col - 1]

    def names_rows(self, cell: Cell) -> bool:
        """Does a cell reach into the columns of the row's number and name?"""
        return any(cell.col <= col < cell.col + cell.col_span for col in (self.stt_col, *self.label_cols) if col)

    def is_displaced(self, row: int) -> bool:
        """Does a filled cell begin within the name's columns and reach over their edge, beside another one? The row's
        squares then stand elsewhere than the header's."""
        if len(self.label_cols) < 2:
            return False
        first, last = self.label_cols[0], self.label_cols[-1]
        return any(
            first < cell.col <= last < cell.col + cell.col_span - 1 and bool(shown(cell.shown))
            for cell in _row_cells(self.grid, row)
        )

    def label(self, row: int) -> str:
        """The row's name: its label cells' texts, each once."""
        if row not in self._labels:
            self._labels[row] = self._read_label(row)
        return self._labels[row]

    @cached_property
    def _labels(self) -> dict[int, str]:
        # Titles, rows and columns all ask for the names.
        return {}

    def _read_label(self, row: int) -> str:
        cells = {id(cell): cell for col in self.label_cols if (cell := self.cell(row, col))}
        if self.is_displaced(row):
            return max((shown(cell.shown) for cell in cells.values()), key=len)
        if self.stt_col is not None and (stt := self.cell(row, self.stt_col)) is not None:
            # A group heading set across the whole row, its number included, is a name and no number.
            cells.pop(id(stt), None)
            own = shown(stt.shown)
            alone = not any(shown(cell.shown) for cell in cells.values())
            if (alone or not _ROW_NUMBER.fullmatch(own)) and (stt.col_span > 1 or (alone and len(own) >= _WORDY)):
                return own
        return shown(" ".join(cell.shown for cell in cells.values()))

    @property
    def heading_texts(self) -> list[str]:
        """All texts of the rows that name the columns."""
        return [text for row in self.headings for text in _row_texts(self.grid, row)]

    def row_key(self, row: int) -> str:
        """What a row says, for comparing header rows; '' for a row with one text or none."""
        return _row_key(self.grid, row)

    def stt(self, row: int) -> str:
        """The row's number as printed, '' where there is none."""
        cell = self.cell(row, self.stt_col) if self.stt_col else None
        text = shown(cell.shown) if cell is not None else ""
        return text if cell is not None and (cell.col_span == 1 or _ROW_NUMBER.fullmatch(text)) else ""


def read_header(table: Table, words: HeaderWords) -> Header:
    """The header of a table, found by what it says and not by how many rows it has."""
    grid = table.grid()
    top = _top_rows(grid, words)
    headings = tuple(row for row, role in top if role == "heading")
    titles = tuple(_row_texts(grid, row)[0] for row, role in top if role == "title")
    rows = {row for row, _ in top} | _repeated(grid, headings, len(top))
    stt_col = _find_column(grid, headings, lambda text: bare(text) in _STT)
    label_cols = _label_columns(grid, headings, words, stt_col, rows)
    if stt_col is None and label_cols and label_cols[0] == 2 and _holds_numbers(grid, rows):
        stt_col = 1
    return Header(grid, tuple(sorted(rows)), titles, headings, stt_col, label_cols)


def split_at_headers(table: Table, words: HeaderWords) -> list[tuple[Table, Header]]:
    """The table with its header, or its parts where another header stands in the middle, each with its own columns."""
    header = read_header(table, words)
    own = {header.row_key(row) for row in header.headings}
    starts = [
        row
        for row in header.data_rows
        if row > 1 and _may_be_heading(header.grid, row, words) and header.row_key(row) not in own
    ]
    return cut_at(table, starts, words) if starts else [(table, header)]


def cut_at(table: Table, starts: Sequence[int], words: HeaderWords) -> list[tuple[Table, Header]]:
    """The parts of a table, each with its own header; `starts` are the rows at which the second and further begin."""
    parts = [_rows(table, first, after) for first, after in pairwise([1, *starts, table.rows + 1])]
    return [(part, read_header(part, words)) for part in parts]


def _may_be_heading(grid: Grid, row: int, words: HeaderWords) -> bool:
    """Is a row among the data a header? Only rows with 'STT' or with two years of the form are worth the comparing."""
    filled = _filled(grid, row)
    texts = [shown(cell.shown) for cell in filled]
    hinted = any(len(text) <= 11 and bare(text) in _STT for text in texts)
    dated = sum(1 for text in texts if len(text) <= 60 and years(text) & words.years) >= 2
    return (hinted or dated) and _is_heading(filled, row, words)


def _rows(table: Table, first: int, after: int) -> Table:
    """Rows `first` … `after` − 1 as a table; its cells keep their places in the whole."""
    cells = tuple(replace(c, row=c.row - first + 1) for c in table.cells if first <= c.row < after)
    return replace(table, rows=after - first, cells=cells)


def _holds_numbers(grid: Grid, header_rows: set[int]) -> bool:
    """Does the first column hold row numbers ('1', '2.', 'a', '-') although nothing heads it?"""
    texts = [shown(cell.shown) for row in range(1, len(grid) + 1) if row not in header_rows and (cell := grid[row - 1][0])]
    return all(len(text) <= 5 and not years(text) for text in texts)


def years(text: str) -> set[int]:
    """The years a text names."""
    return {int(year) for year in _YEAR.findall(text)}


def _row_cells(grid: Grid, row: int) -> list[Cell]:
    """The distinct cells that cover a row, left to right."""
    seen: dict[int, Cell] = {}
    for cell in grid[row - 1]:
        if cell is not None:
            seen.setdefault(id(cell), cell)
    return list(seen.values())


def _row_texts(grid: Grid, row: int) -> list[str]:
    """The non-empty texts of a row, left to right."""
    return [text for cell in _row_cells(grid, row) if (text := shown(cell.shown))]


def _top_rows(grid: Grid, words: HeaderWords) -> list[tuple[int, str]]:
    """The rows above the data with their roles: 'title', 'heading', 'group', 'numbering', 'empty'."""
    top: list[tuple[int, str]] = []
    waiting: list[tuple[int, str]] = []
    for row in range(1, min(len(grid), MOST_HEADER_ROWS) + 1):
        role = _role(grid, row, words, any(role == "heading" for _, role in top))
        if role is None:
            break
        waiting.append((row, role))
        if role in ("heading", "numbering"):
            top += waiting
            waiting = []
    # Titles above a header count; a lone full-width row with no header beneath it is data.
    return top


def _role(grid: Grid, row: int, words: HeaderWords, seen_heading: bool) -> str | None:
    cells = _row_cells(grid, row)
    filled = [cell for cell in cells if shown(cell.shown)]
    if seen_heading and cells and all(cell.row < row for cell in filled or cells):
        return "heading"
    if _is_heading(filled, row, words):
        return "heading"
    if not filled:
        return "empty"
    if seen_heading:
        return "numbering" if _is_numbering(filled) else "group" if _is_group(filled) else None
    return "title" if len(filled) == 1 else None


def _is_group(filled: list[Cell]) -> bool:
    """A heading level over several columns whose own number and name squares are empty; it counts only where a row of
    column headings follows."""
    return all(cell.col > 1 and cell.col_span > 1 for cell in filled)


def _is_heading(filled: list[Cell], row: int, words: HeaderWords) -> bool:
    texts = [shown(cell.shown) for cell in filled]
    if any(len(text) > 150 for text in texts):
        return False
    if any(bare(text) in _STT for text in texts) and len(texts) > 1:
        return True
    if _is_row_of_years(texts, words):
        return True
    if any(words.names_rows(text) for text in texts) and len(texts) > 1:
        return any(words.names_values(text) or years(text) for text in texts)
    covered = any(cell.row < row and bare(cell.text) in _STT for cell in filled)
    return covered and not _is_numbering([cell for cell in filled if cell.row == row])


def _is_row_of_years(texts: list[str], words: HeaderWords) -> bool:
    """At least two different years of the form. Bare numbers that look like years are values where anything but the
    heading of the names stands beside them ('1 | Tổng số TTHC | 2015 | 2017'); texts with years are values where the row
    has a number of its own, or says more without a year than with one ('- | Hình thức khác | Hội thi năm 2018 | …')."""
    dated = [text for text in texts if years(text) & words.years and len(text) <= 60]
    if len(set().union(*map(years, dated))) < 2 or _ROW_NUMBER.fullmatch(texts[0]):
        return False
    others = [text for text in texts if text not in dated]
    if all(words.names_rows(text) for text in others):
        return True
    spelled_out = [text for text in dated if not text.isdigit()]
    return len(spelled_out) >= 2 and len(others) <= len(dated) and all(len(text) <= 60 for text in others)


def _is_numbering(filled: list[Cell]) -> bool:
    """'(1) (2) (3) …' or 'A B 1 2 …' beneath the headings: the columns' numbers, not data."""
    texts = [shown(cell.shown) for cell in filled]
    if len(texts) < 3 or not all(_NUMBERING.match(text) for text in texts):
        return False
    numbers = [int(digits[0]) for text in texts if (digits := re.findall(r"\d+", text))]
    letters = len(texts) - len(numbers)
    consecutive = all(b == a + 1 for a, b in pairwise(numbers))
    return consecutive and len(numbers) >= 2 and letters <= 2 and numbers[0] in (1, letters + 1)


def _repeated(grid: Grid, headings: tuple[int, ...], after: int) -> set[int]:
    """Rows further down that say the same as a heading row: the header printed again on the next page."""
    known = {_row_key(grid, row) for row in headings} - {""}
    if not known:
        return set()
    repeated = {row for row in range(after + 1, len(grid) + 1) if _row_key(grid, row) in known}
    numbering = {row + 1 for row in repeated if row < len(grid) and _is_numbering(_filled(grid, row + 1))}
    return repeated | numbering


def _filled(grid: Grid, row: int) -> list[Cell]:
    return [cell for cell in _row_cells(grid, row) if shown(cell.shown)]


def _row_key(grid: Grid, row: int) -> str:
    texts = _row_texts(grid, row)
    return "|".join(key(text) for text in texts) if len(texts) > 1 else ""


def _find_column(grid: Grid, headings: tuple[int, ...], wanted: Callable[[str], bool]) -> int | None:
    for row in headings:
        for cell in _row_cells(grid, row):
            if wanted(shown(cell.shown)):
                return cell.col
    return None


def _label_columns(
    grid: Grid, headings: tuple[int, ...], words: HeaderWords, stt_col: int | None, header_rows: set[int]
) -> tuple[int, ...]:
    """The columns under the heading that names the rows; without one, the column with the longest texts."""
    for row in headings:
        for cell in _row_cells(grid, row):
            if words.names_rows(shown(cell.shown)) and cell.col != stt_col:
                return tuple(range(cell.col, cell.col + cell.col_span))
    lengths: dict[int, int] = {}
    for row in range(1, len(grid) + 1):
        if row not in header_rows:
            for cell in _row_cells(grid, row):
                if cell.row == row and cell.col != stt_col and cell.col_span == 1:
                    lengths[cell.col] = lengths.get(cell.col, 0) + len(shown(cell.text))
    return (max(lengths, key=lambda col: lengths[col]),) if lengths else ()
