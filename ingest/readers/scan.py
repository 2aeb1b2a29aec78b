"""A page that is a picture, read by OCR: cleaned, turned upright, its tables found by their lines, its words placed.

What leaves is the same `Page` that a PDF with text gives, so everything after does not know of scans, but for the
confidence of each word.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import numpy as np
import pypdfium2.raw as pdfium

from ingest.patience import ask_for
from ingest.readers.grid import Grid, find_grids
from ingest.readers.page import OCR, Edge, Page, Word
from ingest.readers.scan_cells import CellRead, inked_cells, read_cells, settle
from ingest.readers.scan_image import (
    INK,
    Colour,
    Grey,
    Mask,
    as_image,
    even,
    levelled,
    lies,
    skew,
    strokes,
    turned,
)
from ingest.readers.scan_lines import ruling
from ingest.readers.scan_ocr import VIETNAMESE, OcrLine, OcrWord, Way, read_images, upright_turn
from ingest.syllables import is_syllable
from schemas.errors import Refused
from schemas.office import Settings

_PAGE, _LINE = Way(VIETNAMESE, 3), Way(VIETNAMESE, 7)
_WEAK = 0.7
"""Lines outside tables that hold a word read with less confidence are read once more."""
_MOST_INK = 0.35
"""The share of a page that text and tables ever ink; more is a photograph."""
_PAPER, _A4 = (9.5, 17.5), 11.7
"""Inches of the longer side: papers from B5 to A3, and A4."""
_COLUMN = 1.2
"""Of the letter size: a wider gap parts columns."""
_BOLD = 1.28
"""Strokes this much wider than on the thin lines of the page are bold; bold Times has 1.5."""


class ScanReader:
    """Reads the scanned pages of one report, one after another; what the cells say is settled over all of them at the
    end, because figures are compared by their shapes."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._drafts: list[Draft] = []

    def add(self, page: Any, number: int) -> bool:
        """Reads a PDFium page that is a picture; False where it holds nothing that can be read.

        Raises MissingTool without Tesseract; Refused: TOO_MANY_PAGES, TOO_LARGE, TOO_SLOW, CRASHED.
        """
        if len(self._drafts) >= self._settings.scan_pages:
            raise Refused("TOO_MANY_PAGES", f"giới hạn {self._settings.scan_pages} trang quét")
        ask_for(self._settings.scan_page_seconds)
        draft = _draft(page, number, self._settings)
        if draft is not None:
            self._drafts.append(draft)
        return draft is not None

    def pages(self) -> dict[int, Page]:
        """The pages that were read, by their numbers. Raises as `add` does."""
        drafts, settings = self._drafts, self._settings
        cells = [cell for draft in drafts for cell in draft.cells]
        lines = iter(settle(cells, settings.scan_dpi, settings.scan_page_seconds))
        return {draft.page.number: _finished(draft, [next(lines) for _ in draft.cells]) for draft in drafts}


@dataclass(frozen=True, slots=True)
class Draft:
    """A page of which the running text is read and the cells wait to be settled; `scale` pixels are a point."""

    page: Page
    cells: tuple[CellRead, ...]
    scale: float


def _finished(draft: Draft, lines: Sequence[Sequence[OcrLine]]) -> Page:
    words = [_placed(line, draft.scale, bold=False) for cell in lines for line in cell]
    return replace(draft.page, words=(*words, *draft.page.words))


def _draft(page: Any, number: int, settings: Settings) -> Draft | None:
    _refuse_bombs(page, settings)
    dpi = settings.scan_dpi
    drawn = page.render(scale=_enlargement(page, dpi), rev_byteorder=True, may_draw_forms=False)
    colour: Colour = drawn.to_numpy()[:, :, :3]
    grey = even(colour, dpi)
    if float((grey < INK).mean()) > _MOST_INK:
        return None
    if not strokes(grey).any():
        return Draft(_page(number, grey, dpi, (), ()), (), dpi / 72)
    grey = turned(grey, _lying(grey, dpi))
    found = _read_upright(grey, number, dpi, settings)
    if found is None:
        turn = upright_turn(as_image(grey), dpi, settings.scan_page_seconds)
        found = _read_upright(turned(grey, turn), number, dpi, settings) if turn else None
    return found


def _refuse_bombs(page: Any, settings: Settings) -> None:
    """Raises Refused TOO_LARGE where the pictures of a page have more pixels than any scanner makes."""
    pictures = page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=5)
    pixels = sum(math.prod(picture.get_px_size()) for picture in islice(pictures, settings.max_page_objects))
    if pixels > settings.scan_picture_megapixels * 1e6:
        raise Refused("TOO_LARGE", f"ảnh {pixels / 1e6:.0f} triệu điểm trên một trang")


def _enlargement(page: Any, dpi: int) -> float:
    """Pixels a point at which the page is drawn. A page of no paper's size (a photograph saved as PDF, metres wide) is
    taken for A4: sizes in points are as on that paper from then on."""
    longest = max(page.get_size()) / 72
    return dpi / 72 * (1 if _PAPER[0] <= longest <= _PAPER[1] else _A4 / max(longest, 0.1))


def _lying(grey: Grey, dpi: int) -> int:
    """90 where the page must be turned for its lines to be level; whether it stands on its head shows in the reading."""
    step = max(1, round(dpi / 100))
    small = grey[::step, ::step]
    _, lines = ruling(small, dpi / step)
    return lies((small < INK) & ~lines)


def _read_upright(grey: Grey, number: int, dpi: int, settings: Settings) -> Draft | None:
    """The page as it stands; None where what is read is no text."""
    grey = levelled(grey, skew(grey, dpi))
    edges, lines = ruling(grey, dpi)
    grids = find_grids(edges)
    plain, scale = _without(grey, lines), dpi / 72
    cells = [cell for grid in grids for cell in inked_cells(grid, plain, scale)]
    read_cells(cells, dpi, settings.scan_page_seconds)
    texts = _outside(grey, grids, dpi, settings)
    if not _is_text([*(line for cell in cells for line in cell.general), *texts]):
        return None
    page = _page(number, grey, dpi, tuple(_set(texts, plain, scale)), tuple(edges))
    return Draft(page, tuple(cells), scale)


def _page(number: int, grey: Grey, dpi: int, words: tuple[Word, ...], edges: tuple[Edge, ...]) -> Page:
    height, width = grey.shape
    return Page(number, width * 72 / dpi, height * 72 / dpi, "text", words, edges)


def _without(grey: Grey, lines: Mask) -> Grey:
    """The page with its ruling lines, and the grey that fringes them, made paper."""
    wide = lines.copy()
    for axis in (0, 1):
        wide |= np.roll(lines, 1, axis) | np.roll(lines, -1, axis)
    return np.where(wide, np.float32(1), grey)


def _outside(grey: Grey, grids: Sequence[Grid], dpi: int, settings: Settings) -> list[OcrLine]:
    """The lines of text that stand in no table."""
    rest, scale = grey.copy(), dpi / 72
    for grid in grids:
        for square in grid.squares:
            x0, y0, x1, y1 = (round(place * scale) for place in grid.box_of(square))
            rest[max(y0 - 4, 0) : y1 + 4, max(x0 - 4, 0) : x1 + 4] = 1
    if strokes(rest).sum() < dpi / 3:
        return []
    [lines] = read_images([as_image(rest)], _PAGE, dpi, settings.scan_page_seconds)
    pieces = [piece for line in lines for piece in _cut(line) if any(char.isalnum() for char in piece.text)]
    return [piece for piece in _reread(pieces, rest, dpi, settings.scan_page_seconds) if _says_something(piece)]


def _reread(pieces: list[OcrLine], grey: Grey, dpi: int, seconds: float) -> list[OcrLine]:
    """Pieces of lines that were read badly read again alone: beside them on the page stood what does not belong to them."""
    weak = [at for at, piece in enumerate(pieces) if piece.confidence < _WEAK]
    crops = [_crop(pieces[at], grey) for at in weak]
    again = read_images([as_image(crop) for crop, _, _ in crops], _LINE, dpi, seconds)
    for at, (_, left, top), lines in zip(weak, crops, again, strict=True):
        if len(lines) == 1 and lines[0].confidence > pieces[at].confidence:
            pieces[at] = lines[0].moved(left, top)
    return pieces


def _crop(piece: OcrLine, grey: Grey) -> tuple[Grey, int, int]:
    """A piece of a line with some paper around it, and where on the page that begins."""
    left, right = max(piece.words[0].x0 - 10, 0), piece.words[-1].x1 + 10
    top, bottom = max(min(word.top for word in piece.words) - 8, 0), max(word.bottom for word in piece.words) + 8
    return grey[top:bottom, left:right], left, top


def _says_something(line: OcrLine) -> bool:
    """Whether a line is more than what OCR makes of stains and seals."""
    return any(word.confidence > 0.5 or is_syllable(word.text.strip(".,:;()-")) for word in line.words)


def _is_text(lines: Sequence[OcrLine]) -> bool:
    """Whether most of what was read are Vietnamese words and figures: upright text, not a picture or another alphabet."""
    words = [word for line in lines for word in line.words]
    good = sum(word.confidence > 0.6 and _is_spelled(word.text) for word in words)
    return bool(words) and good >= 0.5 * len(words)


def _is_spelled(text: str) -> bool:
    """A syllable, an abbreviation in capitals, a figure or a mark."""
    bare = re.sub(r"\W+", "", text)
    return not bare or bare.isupper() or any(char.isdigit() for char in bare) or is_syllable(bare)


def _set(pieces: Sequence[OcrLine], grey: Grey, scale: float) -> list[Word]:
    """Pieces of lines as words, with one letter size for most and bold told."""
    if not pieces:
        return []
    usual = float(np.median([piece.size for piece in pieces for _ in piece.words]))
    widths = [_stroke(piece, grey) for piece in pieces]
    # Of the thinner lines, since a page may hold more headings than text.
    thin = [width for piece, width in zip(pieces, widths, strict=True) for _ in piece.words]
    plain = float(np.percentile(thin, 25))
    placed = []
    for piece, width in zip(pieces, widths, strict=True):
        size = usual if abs(piece.size - usual) < 0.25 * usual else piece.size
        placed.append(_placed(replace(piece, size=size), scale, bold=width > _BOLD * plain))
    return placed


def _cut(line: OcrLine) -> list[OcrLine]:
    """A line in pieces where columns part it."""
    parts: list[list[OcrWord]] = []
    for word in line.words:
        if parts and word.x0 - parts[-1][-1].x1 <= _COLUMN * line.size:
            parts[-1].append(word)
        else:
            parts.append([word])
    return [replace(line, words=tuple(part)) for part in parts]


def _stroke(line: OcrLine, grey: Grey) -> float:
    """Mean width of the strokes of a line, in pixels: runs of ink along its rows, long ones left out."""
    x0, x1 = line.words[0].x0, line.words[-1].x1
    top, bottom = min(word.top for word in line.words), max(word.bottom for word in line.words)
    ink = np.pad(grey[max(top, 0) : bottom, max(x0, 0) : x1] < INK, ((0, 0), (1, 1)))
    steps = np.diff(ink.astype(np.int8), axis=1)
    runs = np.nonzero(steps.ravel() == -1)[0] - np.nonzero(steps.ravel() == 1)[0]
    short = runs[runs < 0.4 * line.size]
    return float(short.mean()) if len(short) else 0.0


def _placed(line: OcrLine, scale: float, bold: bool) -> Word:
    """A line as one piece of text in points."""
    first, last = line.words[0], line.words[-1]
    top, bottom = min(word.top for word in line.words), max(word.bottom for word in line.words)
    return Word(
        line.text, first.x0 / scale, top / scale, last.x1 / scale, bottom / scale, line.baseline / scale,
        line.size / scale, OCR._replace(bold=bold), confidence=line.confidence,
        first_width=(first.x1 - first.x0) / scale,
    )  # fmt: skip
