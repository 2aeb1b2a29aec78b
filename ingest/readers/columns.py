"""Text side by side without lines: a letterhead, a signature block. Each column is read by itself, left before right."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from ingest.readers.lines import Line, line_of, segments

GUTTER = 0.8
"""Of the letter size: the least room between columns that all their lines leave free (cell padding is 0.4 on each side)."""
ALONE = 6.0
"""Of the letter size: a gap this wide makes columns of a single line ('Nơi nhận:' and 'CHỦ TỊCH' at the foot of a page)."""
TIGHT = 1.9
"""Of the letter size: lines of one column that stand further apart do not belong together."""


class Gap(NamedTuple):
    """Room between two columns, from `start` to `end` in points."""

    start: float
    end: float


class Region(NamedTuple):
    """Lines number `first` to `last`, both included, set in two columns."""

    first: int
    last: int
    gap: Gap


def two_columns(lines: Sequence[Line]) -> list[Region]:
    """The regions of a page, its lines given from top to bottom, where text stands in two columns."""
    regions: list[Region] = []
    at = 0
    while at < len(lines):
        region = _region(lines, at)
        if region:
            regions.append(region)
            at = region.last + 1
        else:
            at += 1
    return regions


def split(lines: Sequence[Line], gap: Gap) -> tuple[list[Line], list[Line]]:
    """The lines of a region as its left and its right column."""
    middle = (gap.start + gap.end) / 2
    left: list[Line] = []
    right: list[Line] = []
    for line in lines:
        for side, words in (
            (left, [word for word in line.words if word.x0 < middle]),
            (right, [word for word in line.words if word.x0 >= middle]),
        ):
            if words:
                side.append(line_of(words))
    return left, right


def _region(lines: Sequence[Line], first: int) -> Region | None:
    """The two-column region that begins with a line: at least two of its lines have text on both sides of the gap."""
    gap = _widest_gap(lines[first])
    if gap is None:
        return None
    both, last = 1, first
    for at in range(first + 1, len(lines)):
        if lines[at].baseline - lines[at - 1].baseline > 6 * lines[at].size:
            break
        narrowed = _common(lines[at], gap)
        if narrowed is None:
            break
        on_left, on_right = lines[at].box.x0 < narrowed.start, lines[at].box.x1 > narrowed.end
        if on_right and not on_left and not _keeps_right(lines[first : last + 1], lines[at], narrowed):
            break
        if not on_right and not _goes_on_left(lines, at, narrowed):
            continue
        gap, last = narrowed, at
        both += on_left and on_right
    alone = gap.end - gap.start >= ALONE * lines[first].size and all(map(_has_letters, split(lines[first : last + 1], gap)))
    return Region(first, last, gap) if both > 1 or alone else None


def _has_letters(column: Sequence[Line]) -> bool:
    return any(char.isalpha() for line in column for char in line.text)


def _widest_gap(line: Line) -> Gap | None:
    """The widest room inside a line, where it is wider than between words."""
    parts = segments(line.words)
    gaps = [Gap(max(w.x1 for w in before), after[0].x0) for before, after in pairwise(parts)]
    return max(gaps, key=lambda gap: gap.end - gap.start, default=None)


def _common(line: Line, gap: Gap) -> Gap | None:
    """What a line leaves free of a gap; None where it leaves too little."""
    start, end = gap
    for word in line.words:
        if word.x1 <= (gap.start + gap.end) / 2 and word.x1 > start:
            start = word.x1
        elif word.x0 >= (gap.start + gap.end) / 2 and word.x0 < end:
            end = word.x0
        elif word.x0 < (gap.start + gap.end) / 2 < word.x1:
            return None
    return Gap(start, end) if end - start >= GUTTER * line.size else None


def _goes_on_left(lines: Sequence[Line], at: int, gap: Gap) -> bool:
    """Whether a line that has text on the left only stands tightly under the left column, in its letters."""
    above = next((line for line in reversed(lines[:at]) if line.box.x0 < gap.start), None)
    line = lines[at]
    return (
        above is not None
        and line.baseline - above.baseline <= TIGHT * line.size
        and abs(line.words[0].size - above.words[0].size) < 1
    )


def _keeps_right(lines: Sequence[Line], line: Line, gap: Gap) -> bool:
    """Whether a line that has text on the right only begins or is centred like the right column above it."""
    column = split(lines, gap)[1]
    if not column:
        return False
    middle = (min(one.box.x0 for one in column) + max(one.box.x1 for one in column)) / 2
    begins = any(abs(one.box.x0 - line.box.x0) <= 3 for one in column)
    return begins or abs((line.box.x0 + line.box.x1) / 2 - middle) <= 2 * line.size
