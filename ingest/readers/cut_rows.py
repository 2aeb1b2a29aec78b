"""Whether the first row of a page is the rest of the row that the page before ends with."""

import re
from collections.abc import Sequence
from typing import Literal

from ingest.readers.lines import WORD_SPACE, first_token_width
from ingest.readers.table_parts import Part, PartCell

Verdict = Literal["", "unsure", "sure"]
_WORDS = re.compile(r"[^\W\d_]{3}|[^\W\d_]{2}.*\s")
"""What a label has and a running number, a figure or a mark has not: a word of three letters, or several words."""
_ENUMERATED = re.compile(r"\d{1,2}(?:\.\d{1,2})*[.)]\s+[^\W\d_]")
"""'10. Số dịch vụ': a name with its own number begins a row."""
_FIGURE = re.compile(r"[\d\s.,%/+()-]+")


def cut_row(part: Part, cells: Sequence[PartCell]) -> Verdict:
    """Whether these cells, first on their page, go on with the last row of a table: '' no, 'unsure', 'sure'.

    A rest has no running number, and its texts go on after full lines.
    """
    above = {cell.col: cell for cell in part.cells if cell.row + cell.row_span == part.rows}
    label = _label_column(part)
    filled = [cell for cell in cells if cell.text]
    if not filled or any(cell.col < label or cell.col not in above for cell in filled):
        return ""
    verdicts = [_goes_on(above[cell.col], cell) for cell in filled if cell.col == label]
    values = [cell for cell in filled if cell.col > label]
    if not verdicts and all(not above[cell.col].text for cell in values):
        return "unsure"  # values alone, each under an empty cell: they stood lower in their cells than the cut
    fewer = any(above[col].text and not any(cell.col == col for cell in values) for col in above if col > label)
    middle = bool(verdicts) and verdicts[0] == "sure" and not any(above[col].text for col in above if col > label)
    if not middle:  # values aligned to the middle or the bottom stand in the rest alone
        lower = bool(verdicts) and verdicts[0] == "sure"
        verdicts += [_value_goes_on(above[cell.col], cell, fewer, lower) for cell in values]
    if "" in verdicts or not verdicts:
        return ""
    return "unsure" if "unsure" in verdicts else "sure"


def _label_column(part: Part) -> int:
    """The first column in which most rows have words: the one of the labels."""
    for col in range(len(part.xs) - 1):
        texts = [cell.text for cell in part.cells if cell.col == col and cell.row > 0 and cell.text]
        if sum(_WORDS.search(text) is not None for text in texts) * 2 > len(texts):
            return col
    return min(1, len(part.xs) - 2)


def _value_goes_on(before: PartCell, cell: PartCell, fewer: bool, lower: bool) -> Verdict:
    """A figure goes on with a figure only where it filled its cell, and other columns (`fewer`) have nothing to go on. A
    value below an empty cell may have stood lower where the row's name surely goes on (`lower`)."""
    if not before.text:
        return "unsure" if lower else ""
    if _FIGURE.fullmatch(before.text) and _FIGURE.fullmatch(cell.text):
        return "unsure" if fewer and _goes_on(before, cell) else ""
    return _goes_on(before, cell)


def _goes_on(before: PartCell, cell: PartCell) -> Verdict:
    """Whether a cell's text goes on from the cell above it: its first word had no room there; surely if in mid-sentence."""
    if not before.lines or not cell.lines:
        return ""
    last, first = before.lines[-1], cell.lines[0]
    if _ENUMERATED.match(first.text):
        return ""
    padding = min(line.box.x0 for line in before.lines) - before.box.x0
    if first_token_width(first) + WORD_SPACE * first.size < before.box.x1 - last.box.x1 - padding:
        return ""
    open_bracket = before.text.count("(") > before.text.count(")")
    return "sure" if first.text[:1].islower() or open_bracket else "unsure"
