"""The content of pages in reading order: lines of text and parts of tables, page furniture taken out."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.readers.columns import split, two_columns
from ingest.readers.furniture import PageLines, furniture
from ingest.readers.grid import find_grids
from ingest.readers.lines import Line, line_of, text_lines
from ingest.readers.page import Page
from ingest.readers.paragraphs import TextLine, group, margins
from ingest.readers.table_joins import continues, join
from ingest.readers.table_parts import Part, fill_grids
from ingest.readers.unruled import find_tables

Item = TextLine | Part


@dataclass(frozen=True, slots=True)
class TextBlock:
    """A paragraph as its lines."""

    lines: tuple[TextLine, ...]


Block = TextBlock | Part


def blocks(pages: Sequence[Page]) -> list[Block]:
    """The paragraphs and tables of a document, those that run over pages made whole."""
    laid: list[tuple[PageLines, list[Part]]] = []
    for page in pages:
        last = laid[-1][1][-1] if laid and laid[-1][1] else None
        laid.append(_lay_out(page, last.xs if last and not last.ruled else ()))
    gone, running = furniture([page_lines for page_lines, _ in laid])
    running += _slanted(pages)
    items: list[Item] = [TextLine(line, 1, line.box.x0, line.box.x1, in_layout=True) for line in running]
    kept = [[line for line in page_lines.lines if id(line) not in gone] for page_lines, _ in laid]
    by_width: dict[int, list[list[Line]]] = defaultdict(list)
    for (page_lines, _), lines in zip(laid, kept, strict=True):
        by_width[round(page_lines.width)].append(lines)
    for (page_lines, parts), lines in zip(laid, kept, strict=True):
        if lines:
            left, right = margins(by_width[round(page_lines.width)], page_lines.width)
            items += _in_order(_set_lines(lines, page_lines.number, left, right), parts)
        else:
            items += parts
    return _grouped(_joined(items))


def _slanted(pages: Sequence[Page]) -> list[Line]:
    """What is written aslant over pages (watermarks), each text once."""
    found = {word.text: word for page in pages for word in page.words if word.turn < 0}
    return [line_of([word]) for word in found.values()]


def _lay_out(page: Page, before: Sequence[float]) -> tuple[PageLines, list[Part]]:
    """The lines and tables of a page; `before` are the columns of an unruled table that ended the page before."""
    words = [word for word in page.words if word.turn >= 0]
    ruled, rest = fill_grids(find_grids(page.edges), words, page.number)
    unruled, lines = find_tables([line for line in text_lines(rest) if line.text], page.number, before)
    parts = sorted([*ruled, *unruled], key=lambda part: (part.box.y0, part.nested))
    return PageLines(page.number, page.width, page.height, tuple(lines), tuple(part.box for part in parts)), parts


def _set_lines(lines: Sequence[Line], page: int, left: float, right: float) -> list[TextLine]:
    """The lines of a page with the margins they are set in, columns one after another."""
    placed: list[TextLine] = []
    at = 0
    for region in two_columns(lines):
        placed += [TextLine(line, page, left, right) for line in lines[at : region.first]]
        for column in split(lines[region.first : region.last + 1], region.gap):
            low, high = min(line.box.x0 for line in column), max(line.box.x1 for line in column)
            placed += [TextLine(line, page, low, high, in_layout=True) for line in column]
        at = region.last + 1
    return placed + [TextLine(line, page, left, right) for line in lines[at:]]


def _in_order(lines: Sequence[TextLine], parts: Sequence[Part]) -> list[Item]:
    """Lines with the tables put in where they stand; a nested table follows the one that holds it."""
    items: list[Item] = []
    waiting = list(parts)
    for line in lines:
        while waiting and waiting[0].box.y0 < line.line.baseline:
            items.append(waiting.pop(0))
        items.append(line)
    return items + waiting


def _joined(items: Sequence[Item]) -> list[Item]:
    """Tables that go on with the one right before them joined to it."""
    joined: list[Item] = []
    for item in items:
        last = joined[-1] if joined else None
        if isinstance(item, Part) and isinstance(last, Part) and continues(last, item):
            joined[-1] = join(last, item)
        else:
            joined.append(item)
    return joined


def _grouped(items: Sequence[Item]) -> list[Block]:
    """Lines between tables as paragraphs."""
    grouped: list[Block] = []
    waiting: list[TextLine] = []
    for item in items:
        if isinstance(item, TextLine):
            waiting.append(item)
            continue
        grouped += [TextBlock(tuple(lines)) for lines in group(waiting)]
        waiting = []
        grouped.append(item)
    return grouped + [TextBlock(tuple(lines)) for lines in group(waiting)]
