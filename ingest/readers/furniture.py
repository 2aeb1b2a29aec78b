"""What a page carries besides its content: page numbers, running headers and footers."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from ingest.readers.lines import Line
from schemas.place import Box

Side = Literal["top", "bottom"]
ZONE = 0.1
"""Of the longer side of the page: margins of office papers are 15 to 30 mm of 297, the running line stands in them."""
NEAR = 4.0
"""Points: the running line of every page stands at one height."""
DEPTH = 3
"""Lines of a running header at most."""

_NUMBER = re.compile(r"\W*(?:trang|page|tr\.)?\s*(\d{1,4})(?:\s*(?:/|trên|of)\s*\d{1,4})?\W*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PageLines:
    """The lines of a page that stand in no table, top to bottom, and where its tables stand."""

    number: int
    width: float
    height: float
    lines: tuple[Line, ...]
    tables: tuple[Box, ...]


class _Spot(NamedTuple):
    """A line in the margin of a page."""

    page: int
    side: Side
    line: Line


def furniture(pages: Sequence[PageLines]) -> tuple[set[int], list[Line]]:
    """The lines (by id) that are no content, and the text of running headers and footers, each once."""
    gone: set[int] = set()
    running: dict[str, Line] = {}
    for _ in range(DEPTH):
        spots = [spot for page in pages for spot in _outermost(page, gone)]
        found = _numbers(spots, gone, pages) | _repeated(spots, len(pages))
        if not found:
            break
        for spot in spots:
            if id(spot.line) in found and not _NUMBER.fullmatch(spot.line.text):
                running.setdefault(spot.line.text, spot.line)
        gone |= found
    return gone, list(running.values())


def _outermost(page: PageLines, gone: set[int]) -> list[_Spot]:
    """The first and the last line of a page, where they stand in its margins and outside its tables."""
    left = [line for line in page.lines if id(line) not in gone]
    if not left:
        return []
    zone = ZONE * max(page.width, page.height)
    first = min(left, key=lambda line: line.box.y0)
    last = max(left, key=lambda line: line.box.y1)
    spots: list[_Spot] = []
    if first.box.y1 <= zone and all(first.box.y1 <= box.y0 + 2 for box in page.tables):
        spots.append(_Spot(page.number, "top", first))
    if last.box.y0 >= page.height - zone and all(last.box.y0 >= box.y1 - 2 for box in page.tables):
        spots.append(_Spot(page.number, "bottom", last))
    return spots


def _numbers(spots: Sequence[_Spot], gone: set[int], pages: Sequence[PageLines]) -> set[int]:
    """Lines that count the pages: at one height the numbers rise with the pages; a single one must stand apart."""
    by_height: dict[tuple[Side, int], list[tuple[_Spot, int]]] = defaultdict(list)
    for spot in spots:
        match = _NUMBER.fullmatch(spot.line.text)
        if match:
            by_height[spot.side, round(spot.line.baseline / NEAR)].append((spot, int(match[1]) - spot.page))
    found: set[int] = set()
    for numbered in by_height.values():
        offset, count = Counter(offset for _, offset in numbered).most_common(1)[0]
        for spot, own in numbered:
            if own == offset and (count > 1 or (own == 0 and _apart(spot, gone, pages))):
                found.add(id(spot.line))
    return found


def _apart(spot: _Spot, gone: set[int], pages: Sequence[PageLines]) -> bool:
    """Whether a line stands at least a line and a half from what else is on its page."""
    page = next(page for page in pages if page.number == spot.page)
    others = [line.box for line in page.lines if line is not spot.line and id(line) not in gone] + list(page.tables)
    room = 1.5 * spot.line.size
    if spot.side == "top":
        return all(box.y0 - spot.line.box.y1 >= room for box in others)
    return all(spot.line.box.y0 - box.y1 >= room for box in others)


def _repeated(spots: Sequence[_Spot], pages: int) -> set[int]:
    """Lines that stand with the same words at the same height on most pages, or on most left or right ones."""
    same: dict[tuple[Side, str, int], list[_Spot]] = defaultdict(list)
    for spot in spots:
        same[spot.side, spot.line.text, round(spot.line.baseline / NEAR)].append(spot)
    most = max(3, 0.4 * pages)
    return {id(spot.line) for found in same.values() if len(found) >= most for spot in found}
