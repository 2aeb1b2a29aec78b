"""From ruling lines to tables: edges → runs of one line → connected groups → squares → cells. Pure functions.

Works on lines from a PDF as on lines found in a scan. A cell is what is closed on all sides by lines; squares with no line
between them are one merged cell, squares that are open to the outside are none.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from ingest.readers.page import Edge
from schemas.place import Box

SNAP = 3.0
"""Points. Lines this close are one line: the widest common double border is 2.25 pt, the lowest row 8 pt."""
BRIDGE = 3.5
"""Points. Stretches of a dashed or dotted line this far apart are one line (Word's widest dash gap is 3)."""
SHORT = 5.0
"""Points. A line shorter than this bounds no cell: dots, ticks, underlines of one letter."""


class Square(NamedTuple):
    """A cell of a grid: rows and columns count from 0. `open`: one side lacks its line; a cell only if filled."""

    row: int
    col: int
    row_span: int
    col_span: int
    open: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A ruled table: column edges `xs` and row edges `ys` (ascending, points) and its cells in row, column order."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    squares: tuple[Square, ...]

    @property
    def box(self) -> Box:
        """The table's outline."""
        return Box(self.xs[0], self.ys[0], self.xs[-1], self.ys[-1])

    def box_of(self, square: Square) -> Box:
        """The outline of one cell."""
        return Box(
            self.xs[square.col], self.ys[square.row],
            self.xs[square.col + square.col_span], self.ys[square.row + square.row_span],
        )  # fmt: skip


def find_grids(edges: Iterable[Edge]) -> list[Grid]:
    """The ruled tables among the edges of one page, from top to bottom; a frame around one cell is no table."""
    grids = [_grid(group) for group in _groups(_runs(edges))]
    found = [grid for grid in grids if grid is not None and len(grid.squares) > 1]
    return sorted(found, key=lambda grid: (grid.ys[0], grid.xs[0]))


def _runs(edges: Iterable[Edge]) -> list[Edge]:
    """Edges on one line joined where they touch or nearly do; what stays too short is dropped."""
    runs: list[Edge] = []
    for level in (True, False):
        lines = _lines(sorted((edge for edge in edges if edge.level is level), key=lambda edge: edge.at))
        for line in lines:
            runs.extend(_bridge(line))
    return [run for run in runs if run.end - run.start >= SHORT]


def _lines(edges: Sequence[Edge]) -> list[list[Edge]]:
    """Parallel edges, sorted by place, grouped where they lie on one line (within half a point)."""
    lines: list[list[Edge]] = []
    for edge in edges:
        if lines and edge.at - lines[-1][0].at <= 0.5:
            lines[-1].append(edge)
        else:
            lines.append([edge])
    return lines


def _bridge(line: list[Edge]) -> list[Edge]:
    """The edges of one line joined over small gaps."""
    runs: list[Edge] = []
    for edge in sorted(line, key=lambda edge: edge.start):
        if runs and edge.start - runs[-1].end <= BRIDGE:
            runs[-1] = runs[-1]._replace(end=max(runs[-1].end, edge.end))
        else:
            runs.append(edge)
    return runs


def _groups(runs: Sequence[Edge]) -> list[list[Edge]]:
    """Runs that touch one another, directly or through others: the lines of one table each."""
    parents = list(range(len(runs)))

    def root(at: int) -> int:
        while parents[at] != at:
            parents[at] = parents[parents[at]]
            at = parents[at]
        return at

    upright = sorted((run.at, at) for at, run in enumerate(runs) if not run.level)
    places = [place for place, _ in upright]
    for at, run in enumerate(runs):
        if run.level:
            for _, other in upright[bisect_left(places, run.start - SNAP) : bisect_right(places, run.end + SNAP)]:
                if runs[other].start - SNAP <= run.at <= runs[other].end + SNAP:
                    parents[root(other)] = root(at)
    groups: dict[int, list[Edge]] = defaultdict(list)
    for at, run in enumerate(runs):
        groups[root(at)].append(run)
    return list(groups.values())


def _grid(runs: list[Edge]) -> Grid | None:
    """The table that a group of touching lines draws; None where they close nothing."""
    runs = runs + _closing(runs)
    xs = _snapped([run.at for run in runs if not run.level])
    ys = _snapped([run.at for run in runs if run.level])
    if len(xs) < 2 or len(ys) < 2:
        return None
    above = _covered([run for run in runs if run.level], ys, xs)
    left = _covered([run for run in runs if not run.level], xs, ys)
    squares = _squares(above, left, len(ys) - 1, len(xs) - 1)
    return _trimmed(xs, ys, squares)


def _closing(runs: Sequence[Edge]) -> list[Edge]:
    """Sides that a table leaves open: where lines end together past the last line across them, a line is put there."""
    closing: list[Edge] = []
    for level in (True, False):
        along = [run for run in runs if run.level is level]
        across = [run.at for run in runs if run.level is not level]
        if len(along) < 2 or not across:
            continue
        first, last = min(run.start for run in along), max(run.end for run in along)
        if first < min(across) - SHORT:
            closing.extend(_stop(not level, first, [run.at for run in along if run.start <= first + SNAP]))
        if last > max(across) + SHORT:
            closing.extend(_stop(not level, last, [run.at for run in along if run.end >= last - SNAP]))
    return closing


def _stop(level: bool, at: float, reach: list[float]) -> list[Edge]:
    """A line across the ends of at least two others."""
    return [Edge(level, at, min(reach), max(reach))] if len(reach) > 1 else []


def _snapped(places: Iterable[float]) -> list[float]:
    """Places within SNAP of the first of their cluster become its mean: double lines become one."""
    clusters: list[list[float]] = []
    for place in sorted(places):
        if clusters and place - clusters[-1][0] <= SNAP:
            clusters[-1].append(place)
        else:
            clusters.append([place])
    return [sum(cluster) / len(cluster) for cluster in clusters]


def _covered(runs: Iterable[Edge], places: Sequence[float], stops: Sequence[float]) -> list[list[bool]]:
    """covered[i][j]: whether a line runs at places[i] from stops[j] to stops[j + 1]."""
    covered = [[False] * (len(stops) - 1) for _ in places]
    for run in runs:
        line = covered[_nearest(places, run.at)]
        for at, (start, end) in enumerate(pairwise(stops)):
            if run.start <= start + SNAP and run.end >= end - SNAP:
                line[at] = True
    return covered


def _nearest(places: Sequence[float], place: float) -> int:
    at = bisect_left(places, place)
    return min((near for near in (at - 1, at) if 0 <= near < len(places)), key=lambda near: abs(places[near] - place))


def _squares(above: list[list[bool]], left: list[list[bool]], rows: int, cols: int) -> list[Square]:
    """The closed cells: unit squares flooded together where no line parts them, dropped where they leak outside.

    above[r][c] is the line over unit square (r, c), left[c][r] the line left of it.
    """
    seen = [[False] * cols for _ in range(rows)]
    cells: list[Square] = []
    for row in range(rows):
        for col in range(cols):
            if not seen[row][col]:
                units, leaks = _flood(above, left, row, col, seen)
                if not leaks:
                    cells.extend(_rectangles(units))
                elif len(whole := _rectangles(units)) == 1 and _sides(above, left, whole[0]) == 3:
                    cells.append(whole[0]._replace(open=True))
    return sorted(cells)


def _sides(above: list[list[bool]], left: list[list[bool]], cell: Square) -> int:
    """How many of the four sides of a cell have a line all along."""
    rows, cols = range(cell.row, cell.row + cell.row_span), range(cell.col, cell.col + cell.col_span)
    return sum((
        all(above[cell.row][col] for col in cols), all(above[cell.row + cell.row_span][col] for col in cols),
        all(left[cell.col][row] for row in rows), all(left[cell.col + cell.col_span][row] for row in rows),
    ))  # fmt: skip


def _flood(
    above: list[list[bool]], left: list[list[bool]], row: int, col: int, seen: list[list[bool]]
) -> tuple[list[tuple[int, int]], bool]:
    """The unit squares joined to (row, col), and whether they are open to the outside of the grid."""
    rows, cols = len(seen), len(seen[0])
    seen[row][col] = True
    units, leaks, at = [(row, col)], False, 0
    while at < len(units):
        r, c = units[at]
        at += 1
        neighbours = (
            (above[r][c], r - 1, c), (above[r + 1][c], r + 1, c), (left[c][r], r, c - 1), (left[c + 1][r], r, c + 1),
        )  # fmt: skip
        for line, next_row, next_col in neighbours:
            if line:
                continue
            if not (0 <= next_row < rows and 0 <= next_col < cols):
                leaks = True
            elif not seen[next_row][next_col]:
                seen[next_row][next_col] = True
                units.append((next_row, next_col))
    return units, leaks


def _rectangles(units: list[tuple[int, int]]) -> list[Square]:
    """One cell for a rectangle; any other shape (a piece of line is missing) is cut into one cell a row."""
    rows, cols = [row for row, _ in units], [col for _, col in units]
    whole = Square(min(rows), min(cols), max(rows) - min(rows) + 1, max(cols) - min(cols) + 1)
    if whole.row_span * whole.col_span == len(units):
        return [whole]
    cells: list[Square] = []
    for row, col in sorted(units):
        last = cells[-1] if cells else None
        if last and last.row == row and last.col + last.col_span == col:
            cells[-1] = last._replace(col_span=last.col_span + 1)
        else:
            cells.append(Square(row, col, 1, 1))
    return cells


def _trimmed(xs: list[float], ys: list[float], squares: list[Square]) -> Grid | None:
    """The grid without edges that no cell uses (lines that closed nothing); None without cells."""
    if not squares:
        return None
    if all(s.open for s in squares):
        return None
    used_rows = sorted({s.row for s in squares} | {s.row + s.row_span for s in squares})
    used_cols = sorted({s.col for s in squares} | {s.col + s.col_span for s in squares})
    row_at, col_at = {row: at for at, row in enumerate(used_rows)}, {col: at for at, col in enumerate(used_cols)}
    moved = []
    for s in squares:
        row, col = row_at[s.row], col_at[s.col]
        moved.append(Square(row, col, row_at[s.row + s.row_span] - row, col_at[s.col + s.col_span] - col, s.open))
    return Grid(tuple(xs[c] for c in used_cols), tuple(ys[r] for r in used_rows), tuple(sorted(moved)))
