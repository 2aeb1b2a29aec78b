"""Ruling lines in the image of a page: long, straight, thin runs of ink."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ingest.readers.page import Edge
from ingest.readers.scan_image import Grey, Mask

SHORTEST = 16.0
"""Points. Letters of 14 pt have stems of 10, the narrowest columns and rows of a table are this wide."""
THICKEST = 5.0
"""Points. A thicker bar is a shaded cell or a picture; Word's widest border is 6, in reports 1.5."""
_FAINT = 0.75
"""Darker than this may be a ruling line: a hairline out of focus keeps a third of its ink."""
_BESIDE = 0.25
"""The share of the places beside a line that may be ink: figures that sit on it. Over the feet of letters it is half."""
_FILLED = 0.85
"""The share of a window that must be ink: worn lines have gaps."""


def ruling(grey: Grey, dpi: float) -> tuple[list[Edge], Mask]:
    """The ruling lines of a page in points, and the pixels that they cover."""
    ink = grey < _FAINT
    level, level_mask = _lines(ink, dpi)
    upright, upright_mask = _lines(ink.T, dpi)
    scale = 72 / dpi
    edges = [Edge(True, at * scale, start * scale, end * scale) for at, start, end in level]
    edges += [Edge(False, at * scale, start * scale, end * scale) for at, start, end in upright]
    return edges, level_mask | upright_mask.T


def _lines(ink: Mask, dpi: float) -> tuple[list[tuple[float, float, float]], Mask]:
    """Level lines as (row, first, last column), and their pixels."""
    covered = _long_runs(_smeared(ink), round(SHORTEST * dpi / 72))
    found: list[tuple[float, float, float]] = []
    mask = np.zeros_like(ink)
    for top, bottom, left, right in _bars(covered):
        if bottom - top <= THICKEST * dpi / 72 + 2 and _is_thin(ink, top, bottom, left, right):
            found.append(((top + bottom - 1) / 2, float(left), float(right)))
            mask[max(top, 0) : bottom, left:right] = True
    return found, mask


def _smeared(ink: Mask) -> Mask:
    """Ink spread one row up and down: a line that wavers by a pixel stays one."""
    out = ink.copy()
    out[1:] |= ink[:-1]
    out[:-1] |= ink[1:]
    return out


def _long_runs(ink: Mask, length: int) -> Mask:
    """Pixels of a row that lie in a window of `length` which is nearly all ink."""
    rows, cols = ink.shape
    if cols <= length:
        return np.zeros_like(ink)
    total = np.zeros((rows, cols + 1), dtype=np.int32)
    np.cumsum(ink, axis=1, out=total[:, 1:], dtype=np.int32)
    full = (total[:, length:] - total[:, :-length]) >= _FILLED * length
    spread = np.zeros((rows, cols + 1), dtype=np.int32)
    spread[:, : full.shape[1]] += full
    spread[:, length : length + full.shape[1]] -= full[:, : cols + 1 - length]
    covered: Mask = np.cumsum(spread[:, :cols], axis=1) > 0
    return covered & ink


def _bars(covered: Mask) -> list[tuple[int, int, int, int]]:
    """Top, bottom, left, right of each group of runs that lie over one another, gaps of a few pixels closed."""
    bars: list[list[int]] = []
    open_bars: list[list[int]] = []
    for row in np.flatnonzero(covered.any(axis=1)).tolist():
        still: list[list[int]] = []
        for left, right in _runs(covered[row]):
            own = [bar for bar in open_bars if bar[1] >= row - 1 and bar[2] < right and left < bar[3]]
            if own:
                first = own[0]
                for other in own[1:]:
                    first[:] = [min(first[0], other[0]), row, min(first[2], other[2]), max(first[3], other[3])]
                    bars.remove(other)
                    open_bars.remove(other)
                first[1:] = [row + 1, min(first[2], left), max(first[3], right)]
            else:
                bar = [row, row + 1, left, right]
                bars.append(bar)
                still.append(bar)
        open_bars = [bar for bar in open_bars if bar[1] >= row] + still
    return [(top, bottom, left, right) for top, bottom, left, right in bars]


def _runs(row: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First and last + 1 of the runs of a row, gaps of up to six pixels closed."""
    places = np.flatnonzero(row)
    if not len(places):
        return []
    cuts = np.flatnonzero(np.diff(places) > 6)
    bounds = [0, *(cuts + 1).tolist(), len(places)]
    return [(int(places[start]), int(places[end - 1]) + 1) for start, end in pairwise(bounds)]


def _is_thin(ink: Mask, top: int, bottom: int, left: int, right: int) -> bool:
    """Whether paper is on both sides of a line: the feet of bold letters in a row, or a picture, have ink there."""
    reach = 3
    above = ink[max(0, top - reach) : max(0, top - reach + 1), left:right]
    below = ink[bottom + reach - 1 : bottom + reach, left:right]
    return all(side.size == 0 or float(side.mean()) < _BESIDE for side in (above, below))
