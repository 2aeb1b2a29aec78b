"""One PDF page as words and ruling lines, and what kind of page it is: text to read, or a picture for OCR."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import pypdfium2.raw as pdfium

from ingest.legacy_fonts import Encoding, decode_run, garble_score
from ingest.readers.lines import LEGACY_NAME, glued, text_lines
from ingest.readers.page import Edge, Page, PageKind, Word
from ingest.readers.pdf_chars import Stretch, hidden, open_text, stretches, text_turn
from ingest.readers.pdf_objects import Drawing, read_drawing
from ingest.readers.pdf_reads import PageReader, Read, runs_over, words_of
from ingest.readers.pdf_struck import without_struck
from ingest.readers.pdf_tangles import untangled
from ingest.readers.pdf_view import View, view_of
from schemas.office import Settings

_LEGACY_LETTERS = re.compile("[¡-¿ÄÅÆÇËÎÏÑÖ×ØÛÜÞßäåæçëîïñö÷øûüþÿ]")
"""Letters and signs that legacy fonts draw Vietnamese letters in place of, and that Vietnamese itself does not use."""
_LEGACY_NAMES: dict[Encoding, str] = {"TCVN3": ".VnTime", "VNI": "VNI-Times"}


def read_page(page: Any, number: int, settings: Settings) -> Page:
    """A PDFium page (pypdfium2's PdfPage) as it looks on paper. Raises Refused past the limits on its size."""
    text_page = open_text(page.raw, settings.max_page_characters)
    try:
        found = stretches(text_page)
        view = _view(page, found)
        drawing = read_drawing(page.raw, view, settings.max_page_objects)
        edges = _ruling(drawing, view)
        reader = PageReader(text_page, view)
        printed, unseen = _parted(reader, [reader.read(stretch) for stretch in found], drawing)
        seen, struck = without_struck(reader, printed, edges)
        text = tuple(_with_legacy_names(untangled(reader, seen, edges)))
        kind = _kind(text, unseen, drawing, view, settings)
        doubtful = _length(text) < settings.pdf_few_characters or runs_over(text, edges)
        return Page(number, view.width, view.height, kind, text, tuple(edges), _phrases(unseen), _phrases(struck), doubtful)
    finally:
        pdfium.FPDFText_ClosePage(text_page.handle)


def _parted(reader: PageReader, read: Iterable[Read], drawing: Drawing) -> tuple[list[Read], list[Read]]:
    """What can be seen on the paper, and what cannot."""
    parts: tuple[list[Read], list[Read]] = ([], [])
    view = reader.view
    for one in read:
        inside = one.box.x0 >= 0 and one.box.y0 >= 0 and one.box.x1 <= view.width and one.box.y1 <= view.height
        for some in [one] if inside and not drawing.fills else reader.by_word(one):
            parts[hidden(some.stretch.ink, some.box, view, drawing)].append(some)
    return parts


def _view(page: Any, found: Sequence[Stretch]) -> View:
    """The page turned so that most of its text reads upright; without text as the file says."""
    turn = page.get_rotation() % 360
    box = page.get_bbox()
    left, bottom, right, top = box if box[2] > box[0] and box[3] > box[1] else page.get_mediabox()
    view = view_of(left, bottom, right, top, turn)
    read = text_turn(found, view)
    return view_of(left, bottom, right, top, (turn - read) % 360) if read else view


def _kind(seen: Sequence[Word], unseen: Sequence[Read], drawing: Drawing, view: View, settings: Settings) -> PageKind:
    """A page whose text is a picture ('image'), is not what is printed ('garbled'), or can be read ('text').

    Invisible text over a picture is what a scanner's OCR left: the picture is the page.
    """
    count, pictured = _length(seen), _share(drawing, view)
    if count < settings.pdf_few_characters:
        outlines = drawing.curves > settings.pdf_outline_curves
        return "image" if pictured > settings.pdf_picture_share or outlines else "text"
    if pictured > 0.9 and count < _length(words_of(unseen)):
        return "image"
    return "garbled" if _garbled(seen, settings.pdf_garbled) else "text"


def _with_legacy_names(words: Sequence[Word]) -> list[Word]:
    """The words, fonts that the file names otherwise but whose text is that of a legacy font named as such.

    A page of one font tells surely what a cell of two words cannot.
    """
    texts: dict[str, list[str]] = defaultdict(list)
    for word in words:
        texts[word.face.name].append(word.text)
    names: dict[str, str] = {}
    for name, found in texts.items():
        text = " ".join(found)
        asked = _LEGACY_LETTERS.search(text) and not LEGACY_NAME.match(name)
        decoded = decode_run(text, name) if asked else None
        if decoded and decoded.encoding and decoded.sure:
            names[name] = _LEGACY_NAMES[decoded.encoding]
    if not names:
        return list(words)
    return [word._replace(face=word.face._replace(name=names.get(word.face.name, word.face.name))) for word in words]


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


def _phrases(read: Sequence[Read]) -> tuple[str, ...]:
    """Text that is not read, as the pieces in which it stands."""
    phrases = glued((word for word in words_of(read) if not word.turn), ())
    return tuple(" ".join(word.text.split()) for word in [*phrases, *(word for word in words_of(read) if word.turn)])
