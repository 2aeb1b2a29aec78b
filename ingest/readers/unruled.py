"""Tables without ruling lines: a head that begins with 'STT' names the columns, the places of words tell cells and rows.

Where this is used the reader says so (finding TABLE_NOT_RULED): rows and columns are inferred, not drawn.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from ingest.readers.lines import WORD_SPACE, Line, hull, joined, line_of, segments
from ingest.readers.page import Word
from ingest.readers.paragraphs import NEW_ITEM
from ingest.readers.table_parts import Part, PartCell, is_head_word
from schemas.place import Box

HEAD_GAP = 0.7
"""Of the letter size: columns of a head stand at least this far apart; spaces between words are half of it."""
HEAD_LINES = 4
"""Lines above and below the line of 'STT' that may belong to the head ('Năm' / '2020' / '(Tính đến' / '31/3)')."""
LEAST_COLUMNS = 3

Texts = dict[int, Line]
"""One printed line of a table: column → what stands in it."""


@dataclass(slots=True)
class _Row:
    """A row being read: its printed lines, from top to bottom."""

    lines: list[Texts]

    def last(self, col: int) -> Line | None:
        """The last line of a column."""
        return next((texts[col] for texts in reversed(self.lines) if col in texts), None)

    @property
    def has_values(self) -> bool:
        """Whether anything stands right of the label."""
        return any(col > 1 for texts in self.lines for col in texts)


def find_tables(lines: Sequence[Line], page: int, before: Sequence[float] = ()) -> tuple[list[Part], list[Line]]:
    """The unruled tables among the lines of a page (top to bottom), and the lines of none.

    `before`: column edges of an unruled table that the page before ended with; this page may go on with it at once.
    """
    parts: list[Part] = []
    rest: list[Line] = []
    at = 0
    if before and lines and _values_in(_cut(lines[0], before) or {}):
        part, at = _read_rows(lines, 0, before, [], page)
        parts.append(part)
    while at < len(lines):
        head = _head(lines, at)
        if head is None:
            rest.append(lines[at])
            at += 1
            continue
        first, last = head
        edges = _edges(lines, first, last)
        if edges:
            part, following = _read_rows(lines, last + 1, edges, lines[first : last + 1], page)
            if part.rows > 1:
                parts.append(part)
                at = following
                continue
        rest.append(lines[at])
        at += 1
    return parts, rest


def _head(lines: Sequence[Line], at: int) -> tuple[int, int] | None:
    """First and last line of the head that begins with line `at`, its 'STT' in that line or a little below."""
    near = range(at, min(at + HEAD_LINES, len(lines)))
    if not any(lines[stt].text[:1] in "sStT" for stt in near):  # spares cutting every line of a long report
        return None
    for stt in near:
        parts = segments(lines[stt].words, HEAD_GAP)
        if is_head_word(line_of(parts[0]).text):
            break
        if stt == at and len(parts) < 2:
            return None
    else:
        return None
    if not _tight(lines[at : stt + 1]) or len(parts) < 2:
        return None
    label = parts[1][0].x0
    last = stt
    while last + 1 < min(stt + HEAD_LINES + 1, len(lines)) and _tight(lines[last : last + 2]):
        words = lines[last + 1].words
        if words[0].x0 <= max(label, max(w.x1 for w in parts[1])):
            break
        last += 1
    return at, last


def _tight(lines: Sequence[Line]) -> bool:
    """Whether lines follow one another without a gap (at most two letters from baseline to baseline)."""
    return all(after.baseline - before.baseline <= 2 * after.size for before, after in pairwise(lines))


def _edges(lines: Sequence[Line], first: int, last: int) -> list[float]:
    """The column edges under a head; [] where the head names too few columns or the rows do not keep to them."""
    columns = _head_columns(lines[first : last + 1])
    if len(columns) < LEAST_COLUMNS:
        return []
    rows = [line for line in lines[last + 1 :] if len(segments(line.words, HEAD_GAP)) >= LEAST_COLUMNS]
    words = [word for line in rows for word in line.words] + [word for column in columns for word in column]
    edges = [min(word.x0 for word in words) - 1]
    for col, (left, right) in enumerate(pairwise(columns)):
        low, high = _middle(left), _middle(right)
        gap = _widest_free(words, low, high)
        if gap is None:
            return []
        edges.append(gap[1] - 0.3 * right[0].size if col < 2 else sum(gap) / 2)
    return [*edges, max(word.x1 for word in words) + 1]


def _head_columns(head: Sequence[Line]) -> list[list[Word]]:
    """The words of each column of a head; a word over several columns belongs to none."""
    cut = sorted((segments(line.words, HEAD_GAP) for line in head), key=len, reverse=True)
    columns = list(cut[0])
    for parts in cut[1:]:
        for part in parts:
            under = [column for column in columns if _overlap(column, part)]
            if len(under) == 1:
                under[0].extend(part)
            elif not under:
                columns.append(part)
    return sorted(columns, key=lambda column: hull(column).x0)


def _overlap(column: Sequence[Word], part: Sequence[Word]) -> bool:
    one, other = hull(column), hull(part)
    return min(one.x1, other.x1) > max(one.x0, other.x0)


def _middle(column: Sequence[Word]) -> float:
    box = hull(column)
    return (box.x0 + box.x1) / 2


def _widest_free(words: Sequence[Word], low: float, high: float) -> tuple[float, float] | None:
    """The widest stretch between two places that no word covers."""
    free: tuple[float, float] | None = None
    reach = low
    for word in sorted((w for w in words if w.x1 > low and w.x0 < high), key=lambda word: word.x0):
        if word.x0 > reach and (free is None or word.x0 - reach > free[1] - free[0]):
            free = (reach, word.x0)
        reach = max(reach, word.x1)
    if high > reach and (free is None or high - reach > free[1] - free[0]):
        free = (reach, high)
    return free


def _cut(line: Line, edges: Sequence[float]) -> Texts | None:
    """A line cut at the column edges; None where a word reaches over one or stands outside."""
    columns: dict[int, list[Word]] = {}
    for word in line.words:
        middle = (word.x0 + word.x1) / 2
        col = sum(edge <= middle for edge in edges) - 1
        if not 0 <= col < len(edges) - 1 or word.x0 < edges[col] - 1 or word.x1 > edges[col + 1] + 1:
            return None
        columns.setdefault(col, []).append(word)
    return {col: line_of(words) for col, words in columns.items()}


def _read_rows(lines: Sequence[Line], at: int, edges: Sequence[float], head: Sequence[Line], page: int) -> tuple[Part, int]:
    """The table under a head from line `at` on, and the number of the first line after it."""
    rows: list[_Row] = []
    steps: list[float] = []
    while at < len(lines):
        texts = _cut(lines[at], edges)
        step = lines[at].baseline - lines[at - 1].baseline if at else 0.0
        if texts is None or (rows and _ends(texts, step, lines[at].size, steps)):
            break
        if rows and not _starts_row(rows[-1], texts, edges):
            rows[-1].lines.append(texts)
        else:
            rows.append(_Row([texts]))
        if step > 0:
            steps.append(step)
        at += 1
    return _part(rows, edges, head, page), at


def _ends(texts: Texts, step: float, size: float, steps: Sequence[float]) -> bool:
    """Whether a line that is a label at most stands too far below to belong to the table, or is a title of its own."""
    if 0 in texts or _values_in(texts):
        return False
    usual = max(median(steps), 1.2 * size) if steps else 1.5 * size
    titled = re.match(r"phụ lục|biểu số|phần thứ", texts[1].text, re.IGNORECASE) if 1 in texts else None
    return step > 1.6 * usual or titled is not None


def _values_in(texts: Texts) -> bool:
    return any(col > 1 for col in texts)


def _starts_row(row: _Row, texts: Texts, edges: Sequence[float]) -> bool:
    """Whether a printed line begins a row: it is numbered, brings numbers under numbers, or its label begins anew."""
    if 0 in texts:
        return True
    label = texts.get(1)
    anew = label is not None and not _goes_on(row, label, edges)
    if not _values_in(texts):
        return anew
    if row.has_values:
        numbers = any(char.isdigit() for col, line in texts.items() if col > 1 for char in line.text)
        return numbers or any(col > 1 and row.last(col) is None for col in texts)
    return anew


def _goes_on(row: _Row, label: Line, edges: Sequence[float]) -> bool:
    """Whether a label line is the rest of the label above: in mid-sentence, or after a line that was full."""
    above = row.last(1)
    if above is None:
        return False
    first = label.words[0]
    width = first.first_width or first.x1 - first.x0
    full = above.box.x1 + WORD_SPACE * label.size + width > edges[2]
    return not NEW_ITEM.match(label.text) and (label.text[:1].islower() or full)


def _part(rows: Sequence[_Row], edges: Sequence[float], head: Sequence[Line], page: int) -> Part:
    """The rows as a table: its head, if any, is one row."""
    cells: list[PartCell] = []
    tops: list[float] = []
    if head:
        cells += _cells(_head_texts(head, edges), 0, edges, page)
        tops.append(min(line.box.y0 for line in head))
    for number, row in enumerate(rows, start=len(tops)):
        texts: dict[int, list[Line]] = {}
        for printed in row.lines:
            for col, line in printed.items():
                texts.setdefault(col, []).append(line)
        cells += _cells(texts, number, edges, page)
        tops.append(min(line.box.y0 for printed in row.lines for line in printed.values()))
    bottom = max((cell.box.y1 for cell in cells), default=0.0)
    box = Box(edges[0], min(tops, default=0.0), edges[-1], bottom)
    return Part(page, box, tuple(edges), len(tops), tuple(cells), ruled=False)


def _cells(texts: dict[int, list[Line]], row: int, edges: Sequence[float], page: int) -> list[PartCell]:
    """A cell for every column of a row, the empty ones too."""
    every = [line.box for lines in texts.values() for line in lines]
    top, bottom = min(box.y0 for box in every), max(box.y1 for box in every)
    return [
        PartCell(row, col, 1, 1, page, Box(edges[col], top, edges[col + 1], bottom), tuple(texts.get(col, ())))
        for col in range(len(edges) - 1)
    ]


def _head_texts(head: Sequence[Line], edges: Sequence[float]) -> dict[int, list[Line]]:
    """The head's words by column; a word over several columns stands in each of them."""
    texts: dict[int, list[Line]] = {}
    for line in head:
        for part in segments(line.words, HEAD_GAP):
            box = hull(part)
            middle = (box.x0 + box.x1) / 2
            for col, (left, right) in enumerate(pairwise(edges)):
                centre = (left + right) / 2
                if left <= middle < right or box.x0 < centre < box.x1:
                    texts.setdefault(col, []).append(line_of(part))
    return texts


def described(part: Part) -> str:
    """What a finding says of an unruled table: the words of its head."""
    return " | ".join(joined(cell.lines, " ") for cell in part.row_cells(0))
