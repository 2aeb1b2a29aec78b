"""One PDF page as words and ruling lines, and what kind of page it is: text to read, or a picture for OCR."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pypdfium2.raw as pdfium

from ingest.legacy_fonts import garble_score
from ingest.readers.lines import SAME_LINE, SPACE, baselines, hull, text_lines
from ingest.readers.page import Edge, Page, PageKind, Word
from ingest.readers.pdf_chars import (
    Stretch,
    TextPage,
    hidden,
    letters,
    open_text,
    phrase,
    printed_spaces,
    stretches,
    text_turn,
    word_stretches,
    words,
)
from ingest.readers.pdf_objects import Drawing, read_drawing
from ingest.readers.pdf_view import View, view_of
from schemas.office import Settings
from schemas.place import Box


@dataclass(frozen=True, slots=True)
class _Read:
    """A stretch of the file's text with the words it makes on the page."""

    stretch: Stretch
    words: list[Word]
    box: Box


def read_page(page: Any, number: int, settings: Settings) -> Page:
    """A PDFium page (pypdfium2's PdfPage) as it looks on paper. Raises Refused past the limits on its size."""
    text_page = open_text(page.raw, settings.max_page_characters)
    try:
        found = stretches(text_page)
        view = _view(page, found)
        drawing = read_drawing(page.raw, view, settings.max_page_objects)
        edges = _ruling(drawing, view)
        seen, unseen = _parted(text_page, [_read(text_page, stretch, view) for stretch in found], view, drawing)
        text = tuple(_untangled(text_page, seen, view, edges))
        kind = _kind(text, unseen, drawing, view, settings)
        doubtful = _length(text) < settings.pdf_few_characters or _runs_over(text, edges)
        return Page(number, view.width, view.height, kind, text, tuple(edges), _phrases(unseen), doubtful)
    finally:
        pdfium.FPDFText_ClosePage(text_page.handle)


def _read(text_page: TextPage, stretch: Stretch, view: View) -> _Read:
    whole = phrase(text_page, stretch, view)
    found = [whole] if whole else words(text_page, stretch, view)
    return _Read(stretch, found, hull(found))


def _parted(text_page: TextPage, read: Iterable[_Read], view: View, drawing: Drawing) -> tuple[list[_Read], list[_Read]]:
    """What can be seen on the paper, and what cannot."""
    parts: tuple[list[_Read], list[_Read]] = ([], [])
    for one in read:
        inside = one.box.x0 >= 0 and one.box.y0 >= 0 and one.box.x1 <= view.width and one.box.y1 <= view.height
        for some in [one] if inside and not drawing.fills else _by_word(text_page, one, view):
            parts[hidden(some.stretch.ink, some.box, view, drawing)].append(some)
    return parts


def _by_word(text_page: TextPage, one: _Read, view: View) -> list[_Read]:
    """The same text, a word each."""
    cut = word_stretches(text_page, one.stretch)
    if len(cut) == 1:
        return [one]
    found = one.words if len(one.words) == len(cut) else words(text_page, one.stretch, view)
    return [_Read(*pair, hull([pair[1][0]])) for pair in zip(cut, ([word] for word in found), strict=True)]


def _view(page: Any, found: Sequence[Stretch]) -> View:
    """The page turned so that most of its text reads upright; without text as the file says."""
    turn = page.get_rotation() % 360
    left, bottom, right, top = page.get_bbox()
    view = view_of(left, bottom, right, top, turn)
    read = text_turn(found, view)
    return view_of(left, bottom, right, top, (turn - read) % 360) if read else view


def _kind(seen: Sequence[Word], unseen: Sequence[_Read], drawing: Drawing, view: View, settings: Settings) -> PageKind:
    """A page whose text is a picture ('image'), is not what is printed ('garbled'), or can be read ('text').

    Invisible text over a picture is what a scanner's OCR left: the picture is the page.
    """
    count, pictured = _length(seen), _share(drawing, view)
    if count < settings.pdf_few_characters:
        outlines = drawing.curves > settings.pdf_outline_curves
        return "image" if pictured > settings.pdf_picture_share or outlines else "text"
    if pictured > 0.9 and count < sum(_length(one.words) for one in unseen):
        return "image"
    return "garbled" if _garbled(seen, settings.pdf_garbled) else "text"


def _length(seen: Iterable[Word]) -> int:
    return sum(len(word.text) for word in seen)


def _garbled(seen: Sequence[Word], most: float) -> bool:
    """Whether too many words are neither Vietnamese nor plain, as they stand and then put together and decoded."""
    as_stored = " ".join(word.text for word in seen)
    return _strange(as_stored, most) and _strange(" ".join(line.text for line in text_lines(seen)), most)


def _strange(text: str, most: float) -> bool:
    """Two strange words, a name or a slip, are nothing on any page."""
    score = garble_score(text)
    return score > most and score * len(text.split()) > 2


def _share(drawing: Drawing, view: View) -> float:
    """The share of the page that pictures cover, overlaps counted twice, at most 1."""
    total = 0.0
    for box in drawing.pictures:
        wide = min(box.x1, view.width) - max(box.x0, 0)
        high = min(box.y1, view.height) - max(box.y0, 0)
        total += max(wide, 0) * max(high, 0)
    return min(total / max(view.width * view.height, 1), 1)


def _ruling(drawing: Drawing, view: View) -> list[Edge]:
    """The ruling lines; where none is drawn, the sides of filled boxes (tables made of shaded cells)."""
    if any(not edge.level for edge in drawing.edges):
        return drawing.edges
    sides: list[Edge] = []
    for box in (fill.box for fill in drawing.fills):
        if box.x1 - box.x0 < 0.95 * view.width:
            sides += [Edge(True, y, box.x0, box.x1) for y in (box.y0, box.y1)]
            sides += [Edge(False, x, box.y0, box.y1) for x in (box.x0, box.x1)]
    return drawing.edges + sides


def _untangled(text_page: TextPage, read: Sequence[_Read], view: View, edges: Sequence[Edge]) -> list[Word]:
    """The words; where stretches reach over one another or over a ruling line, their letters sort it out.

    Where a font lacks a letter, producers print the word with a hole and the letter from another font into it.
    """
    upright = [edge for edge in edges if not edge.level]
    knots = _overlapping(read)
    loose: list[_Read] = []
    spaces: list[Word] = []
    for one in read:
        if id(one) in knots or (upright and _crosses(one, upright)):
            loose += _by_word(text_page, one, view)
            spaces += printed_spaces(text_page, one.stretch, view)
        else:
            loose.append(one)
    knots = _overlapping(loose)
    untangled = spaces
    for one in loose:
        if id(one) in knots:
            untangled += letters(text_page, one.stretch, view)
        elif upright and _crosses(one, upright):
            apart = letters(text_page, one.stretch, view)
            untangled += apart if _has_room(apart) else one.words
        else:
            untangled += one.words
    return untangled


def _has_room(apart: Sequence[Word]) -> bool:
    """Whether the letters leave room for a line between them; a word written over a line is one word all the same."""
    return any(after.x0 - before.x1 > SPACE * after.size for before, after in pairwise(apart))


def _overlapping(read: Sequence[_Read]) -> set[int]:
    """The stretches (by id) that share ground with another on their line; a tenth of a letter is kerning."""
    tangled: set[int] = set()
    for row in _rows(read):
        row.sort(key=lambda one: one.box.x0)
        reach = row[0]
        for one in row[1:]:
            if min(one.box.x1, reach.box.x1) - one.box.x0 > 0.1 * one.stretch.ink.size:
                tangled |= {id(one), id(reach)}
            if one.box.x1 > reach.box.x1:
                reach = one
    return tangled


def _rows(read: Sequence[_Read]) -> list[list[_Read]]:
    """Upright stretches grouped by baseline."""
    rows: list[list[_Read]] = []
    last = float("-inf")
    level = [one for one in read if one.words[0].turn == 0]
    for one in sorted(level, key=lambda one: one.words[0].baseline):
        baseline = one.words[0].baseline
        if baseline - last > SAME_LINE * one.stretch.ink.size:
            rows.append([])
        rows[-1].append(one)
        last = baseline
    return rows


def _crosses(one: _Read, upright: Sequence[Edge]) -> bool:
    """Whether a vertical ruling line runs through a piece of the stretch."""
    return any(_runs_over(one.words, (edge,)) for edge in upright if one.box.x0 < edge.at < one.box.x1)


def _runs_over(words: Iterable[Word], edges: Iterable[Edge]) -> bool:
    """Whether a vertical ruling line runs through a piece of text, a point or more inside it."""
    upright = [edge for edge in edges if not edge.level]
    return bool(upright) and any(
        word.x0 + 1 < edge.at < word.x1 - 1 and edge.start <= (word.top + word.bottom) / 2 <= edge.end
        for word in words
        for edge in upright
    )


def _phrases(unseen: Sequence[_Read]) -> tuple[str, ...]:
    """Hidden text, a line each."""
    rows = baselines(word for one in unseen for word in one.words)
    return tuple(re.sub(r"\s+", " ", " ".join(word.text for word in row)) for row in rows)
