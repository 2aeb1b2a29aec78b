"""Where something stands in a file."""

from dataclasses import dataclass
from typing import NamedTuple


class Box(NamedTuple):
    """A rectangle on a page, in points from the top left corner."""

    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a file; everything counts from 1, None where it does not apply.

    `page` is None for Word files (their pages depend on the printer). `table`, `row` and `col` are those of the joined
    table, header rows counted.
    """

    block: int | None = None
    page: int | None = None
    table: int | None = None
    row: int | None = None
    col: int | None = None
    box: Box | None = None
