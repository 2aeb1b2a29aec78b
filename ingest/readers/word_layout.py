"""Tables as their author meant them: one table cut in two is joined, a table that only places text is known as such."""

import re
import unicodedata
from collections import Counter

from ingest.readers.word_drafts import Draft, DraftCell, DraftParagraph, DraftTable
from ingest.readers.word_styles import Styles

_LAYOUT_ROWS, _LAYOUT_COLUMNS = 8, 3
"""A letterhead or signature block: two or three columns, one paragraph a row at most (eight lines in the longest)."""
_FEW_SQUARES = 6
"""Without any of the usual words, only a table this small is taken for placed text."""
_WIDTH_SHARE = 0.05
"""Columns may differ by a twentieth of the table's width: half of the narrowest column that these forms have."""
_HEADER_ROWS = 3
_MOTTO = re.compile(r"cong hoa xa hoi chu nghia|doc lap ?[-–] ?tu do|^noi nhan\b", re.MULTILINE)
_LETTER_WORDS = re.compile(
    r"^(tm|kt|tl|tuq|q)\b|chu tich|bi thu|^so ?:|\bubnd\b|uy ban nhan dan|hoi dong nhan dan"
    r"|ngay\b.{0,12}\bthang\b.{0,12}\bnam\b|^nguoi (lap|ky|tong hop)|ky ten|dong dau",
    re.MULTILINE,
)
_TITLE = re.compile(r"^(phu luc|bieu( mau)?|bang|pl)( so)? ?([0-9]+|[ivx]+)\b")
_HEAD_WORDS = frozenset(["stt", "tt", "so tt", "so thu tu", "chi tieu", "noi dung", "tieu chi", "don vi tinh", "dvt"])
_YEAR = re.compile(r"^(nam )?(19|20)[0-9]{2}\b")
_NUMERIC = re.compile(r"^[0-9][0-9.,%/ ]*$")
_FIRST_NUMBERS = frozenset(["1", "01", "i", "a"])


def joined(drafts: list[Draft], styles: Styles) -> list[Draft]:
    """The drafts with every table joined to the part that follows it after nothing but empty paragraphs."""
    result: list[Draft] = []
    waiting: list[DraftParagraph] = []
    for draft in drafts:
        if isinstance(draft, DraftParagraph) and draft.is_empty and result and isinstance(result[-1], DraftTable):
            waiting.append(draft)
            continue
        last = result[-1] if result else None
        if isinstance(draft, DraftTable) and isinstance(last, DraftTable) and _continues(last, draft, styles):
            last.notes += [note for paragraph in waiting for note in paragraph.notes]
            _append(last, draft)
        else:
            result += waiting
            result.append(draft)
        waiting = []
    return result + waiting


def is_layout(table: DraftTable, styles: Styles) -> bool:
    """A letterhead, a signature block or another small table without lines that only places text."""
    if table.rows > _LAYOUT_ROWS or not table.cells:
        return False
    if max(Counter(cell.row for cell in table.cells).values()) > _LAYOUT_COLUMNS:
        return False
    texts = [_fold(cell.text) for cell in table.cells]
    if _holds_data(table, texts):
        return False
    if len(table.cells) == 1 or any(map(_MOTTO.search, texts)):
        return True
    if _has_borders(table, styles):
        return False
    return len(table.cells) <= _FEW_SQUARES or any(map(_LETTER_WORDS.search, texts))


def _continues(first: DraftTable, second: DraftTable, styles: Styles) -> bool:
    if _columns(first) != _columns(second) or not _similar_widths(first, second):
        return False
    if is_layout(first, styles) or is_layout(second, styles):
        return False
    head = _header_height(second)
    if head == 0:
        return True
    repeated = all(_row_texts(first, row) == _row_texts(second, row) for row in range(1, head + 1))
    # Under the same header a count that starts again is another table (these forms all have the same year columns).
    return repeated and _order(second, head + 1) not in _FIRST_NUMBERS


def _append(first: DraftTable, second: DraftTable) -> None:
    first.part_rows.append(first.rows + 1)
    for cell in second.cells:
        cell.row += first.rows
    first.cells += second.cells
    first.notes += second.notes
    first.rows += second.rows
    first.cols = max(first.cols, second.cols)


def _columns(table: DraftTable) -> int:
    """Where most rows end: a stray cell beyond the last column does not make another table."""
    ends: dict[int, int] = {}
    for cell in table.cells:
        ends[cell.row] = max(ends.get(cell.row, 0), cell.col + cell.col_span - 1)
    return Counter(ends.values()).most_common(1)[0][0] if ends else 0


def _similar_widths(first: DraftTable, second: DraftTable) -> bool:
    columns = _columns(first)
    one, other = first.widths[:columns], second.widths[:columns]
    if not (sum(one) and sum(other)):
        return True
    if len(one) != len(other):
        return False
    return all(abs(a / sum(one) - b / sum(other)) <= _WIDTH_SHARE for a, b in zip(one, other, strict=True))


def _header_height(table: DraftTable) -> int:
    """Rows at the top that look like a header or a title of the table's own; 0 where it begins with data."""
    last = 0
    for row in range(1, min(_HEADER_ROWS, table.rows) + 1):
        if row <= table.header_rows or _is_header(_row_texts(table, row)):
            last = row
    return last


def _is_header(texts: list[str]) -> bool:
    written = [text for text in texts if text]
    if not written:
        return False
    if _TITLE.search(written[0]) or any(text in _HEAD_WORDS for text in written):
        return True
    return sum(1 for text in written if _YEAR.search(text)) >= 2


def _holds_data(table: DraftTable, texts: list[str]) -> bool:
    rows = range(1, min(_HEADER_ROWS, table.rows) + 1)
    if any(_is_header(_row_texts(table, row)) and len(table.row_cells(row)) > 1 for row in rows):
        return True
    numbers = sum(1 for cell, text in zip(table.cells, texts, strict=True) if _is_number(cell, text))
    return numbers >= 2


def _is_number(cell: DraftCell, text: str) -> bool:
    return bool(_NUMERIC.search(text)) or bool(cell.label and not text)


def _row_texts(table: DraftTable, row: int) -> list[str]:
    return [_fold(cell.text) for cell in table.row_cells(row)]


def _order(table: DraftTable, row: int) -> str:
    """The number that a row gives itself in the first column, without its punctuation."""
    first = next((cell for cell in table.row_cells(row) if cell.col == 1), None)
    return _fold(f"{first.label} {first.text}").strip(" .)") if first else ""


def _has_borders(table: DraftTable, styles: Styles) -> bool:
    stated = [cell.has_borders for cell in table.cells]
    if any(stated):
        return True
    drawn = styles.has_borders(table.style) if table.has_borders is None else table.has_borders
    return drawn and None in stated


def _fold(text: str) -> str:
    """Lower case without marks, blanks folded line by line: enough to recognise the fixed words of letters."""
    plain = unicodedata.normalize("NFD", text.lower().replace("đ", "d").replace("ð", "d"))
    letters = "".join(char for char in plain if not unicodedata.combining(char))
    return "\n".join(" ".join(line.split()) for line in letters.splitlines()).strip()
