"""The parts of a table that runs over pages made one table: columns aligned, repeated heads dropped, cut rows mended."""

import re
from collections.abc import Sequence
from dataclasses import replace

from ingest.readers.cut_rows import cut_row
from ingest.readers.table_parts import Part, PartCell, is_head_word
from schemas.place import Box

SAME_EDGE = 6.0
"""Points. Outer edges of two parts this close are one table's: margins may move by border and padding."""


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
    return not _opens_table(following)


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


def _opens_table(part: Part) -> bool:
    """Whether a part begins with the head of a table ('STT', 'TT'), as every office form has it, or with its title."""
    for row in range(part.rows):
        cells = part.row_cells(row)
        if len(cells) > 1:
            return is_head_word(cells[0].text)
        if cells and re.match(r"phụ lục|biểu|mẫu", cells[0].text, re.IGNORECASE):
            return True
    return False


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
