"""Text that a line strikes through: deletions that were printed with their marks. It is not read, and that is said."""

from bisect import bisect_left
from collections.abc import Sequence

from ingest.readers.page import Edge
from ingest.readers.pdf_reads import PageReader, Read

LOWEST, HIGHEST = 0.15, 0.42
"""Of the letter size above the baseline: where Word and LibreOffice strike (0.25 to 0.3); underlines stand below it."""
FIT = 0.2
"""Of the letter size: a stroke ends with the letters it strikes; a ruling line that text runs into does not."""
LARGEST = 72.0
"""Points: letters above this size are no text of a report."""


def without_struck(reader: PageReader, read: Sequence[Read], edges: Sequence[Edge]) -> tuple[list[Read], list[Read]]:
    """What stands as text, and what is struck through."""
    rows = sorted((one for one in read if one.words[0].turn == 0), key=_baseline)
    heights = [_baseline(one) for one in rows]
    touched: dict[int, list[Edge]] = {}
    for edge in (edge for edge in edges if edge.level):
        low, high = bisect_left(heights, edge.at), bisect_left(heights, edge.at + HIGHEST * LARGEST)
        for one in rows[low:high]:
            size = one.stretch.ink.size
            inside = LOWEST * size < _baseline(one) - edge.at < HIGHEST * size
            if inside and edge.start < one.box.x1 and edge.end > one.box.x0:
                touched.setdefault(id(one), []).append(edge)
    return _parted(reader, read, touched) if touched else (list(read), [])


def _baseline(one: Read) -> float:
    return one.words[0].baseline


def _parted(reader: PageReader, read: Sequence[Read], touched: dict[int, list[Edge]]) -> tuple[list[Read], list[Read]]:
    """Letter by letter, what no stroke covers, and what one covers that ends where the letters do."""
    kept = [one for one in read if id(one) not in touched]
    covered: dict[Edge, list[Read]] = {}
    for one in (one for one in read if id(one) in touched):
        for letter in (letter for word in reader.by_word(one) for letter in reader.by_letter(word)):
            middle = (letter.box.x0 + letter.box.x1) / 2
            over = next((edge for edge in touched[id(one)] if edge.start <= middle <= edge.end), None)
            if over is None:
                kept.append(letter)
            else:
                covered.setdefault(over, []).append(letter)
    struck: list[Read] = []
    for edge, letters in covered.items():
        (struck if _fits(edge, letters) else kept).extend(letters)
    return kept, struck


def _fits(edge: Edge, letters: Sequence[Read]) -> bool:
    room = FIT * letters[0].stretch.ink.size + 1
    first, last = min(one.box.x0 for one in letters), max(one.box.x1 for one in letters)
    return abs(edge.start - first) <= room and abs(edge.end - last) <= room
