"""The words of a PDF page with their places, read through PDFium with as few calls a character as will do.

PDFium is asked for the text of the page at once and then only for the first and last character of each word; what a
font, a colour or a direction is, it is asked once a text object. Reading every character's box costs ten times as much.
"""

import ctypes
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from ctypes import byref
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

from ingest.readers.lines import SPACE
from ingest.readers.page import Face, Word
from ingest.readers.pdf_objects import Drawing, address
from ingest.readers.pdf_view import View
from schemas.errors import Refused
from schemas.place import Box

_SPACES = frozenset(" \t\r\n\x00\xa0\u202f\u3000\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b")
_WORD = re.compile(f"[^{''.join(sorted(_SPACES))}]+")
_FIRST_WORD = re.compile(r"\W*\w\S*")
_HYPHEN = re.compile("[\x02\ufffe]")
"""What PDFium puts for a hyphen at the end of a line."""
_LINE = re.compile("[^\r\n]+")
LEAST_SIZE = 1.0
"""Points: smaller letters cannot be printed, let alone read."""


class Ink(NamedTuple):
    """What the characters of one text object share. `origin` is the PDF point where its first letter stands."""

    face: Face
    size: float
    origin: tuple[float, float]
    along: tuple[float, float]
    colour: tuple[int, int, int]
    invisible: bool
    address: int


class Stretch(NamedTuple):
    """Characters `first` to `last`, both included, of one text object on one line."""

    ink: Ink
    first: int
    last: int


@dataclass(slots=True)
class TextPage:
    """An open PDFium text page: `text[i]` is its character number i."""

    handle: Any
    text: str
    _faces: dict[int, Face] = field(default_factory=dict)
    _inks: dict[int, Ink] = field(default_factory=dict)
    _rect: Any = field(default_factory=pdfium.FS_RECTF)

    def box(self, index: int, view: View) -> Box:
        """The box of one character, as high as its font, on the page."""
        rect = self._rect
        pdfium.FPDFText_GetLooseCharBox(self.handle, index, rect)
        return view.box(rect.left, rect.bottom, rect.right, rect.top)

    def word_box(self, first: int, last: int, view: View) -> tuple[float, float, float, float]:
        """The box from the first to the last character of a word."""
        handle, rect, ask = self.handle, self._rect, pdfium.FPDFText_GetLooseCharBox
        ask(handle, first, rect)
        if view.a == 1:  # nearly every page: without View's generality half the time of reading is saved
            x0, x1, top, bottom = rect.left + view.e, rect.right, view.f - rect.top, view.f - rect.bottom
            if last > first:
                ask(handle, last, rect)
                return min(x0, rect.left + view.e), top, max(x1, rect.right) + view.e, bottom
            return x0, top, x1 + view.e, bottom
        start = view.box(rect.left, rect.bottom, rect.right, rect.top)
        ask(handle, last, rect)
        end = view.box(rect.left, rect.bottom, rect.right, rect.top)
        return min(start.x0, end.x0), min(start.y0, end.y0), max(start.x1, end.x1), max(start.y1, end.y1)

    def ink(self, index: int) -> Ink:
        """What the text object of one character looks like."""
        owner = pdfium.FPDFText_GetTextObject(self.handle, index)
        key = address(owner)
        if key not in self._inks:
            self._inks[key] = _read_ink(self, owner, key, index)
        return self._inks[key]

    def face(self, font: Any) -> Face:
        """The font behind a PDFium handle; handles are only good while the page is open."""
        key = address(font)
        if key not in self._faces:
            self._faces[key] = _read_face(font)
        return self._faces[key]

    def owner(self, index: int) -> int:
        """The address of the text object of one character; 0 for a space that PDFium put in."""
        return address(pdfium.FPDFText_GetTextObject(self.handle, index))


def open_text(page: Any, limit: int) -> TextPage:
    """The text of a PDFium page (raw handle); close its `handle`. Raises Refused("TOO_LARGE") past `limit` characters."""
    handle = pdfium.FPDFText_LoadPage(page)
    if not handle:
        raise Refused("DAMAGED", "một trang PDF không đọc được")
    count = max(pdfium.FPDFText_CountChars(handle), 0)
    if count > limit:
        raise Refused("TOO_LARGE", f"một trang PDF có hơn {limit} chữ")
    return TextPage(handle, _text(handle, count))


def _text(handle: Any, count: int) -> str:
    """The characters of the page, one to one with PDFium's numbers."""
    buffer = (ctypes.c_ushort * (2 * count + 2))()
    written = pdfium.FPDFText_GetText(handle, 0, count, buffer)
    text = bytes(memoryview(buffer).cast("B")[: 2 * max(written - 1, 0)]).decode("utf-16-le", "replace")
    if len(text) != count:
        text = "".join(_character(pdfium.FPDFText_GetUnicode(handle, at)) for at in range(count))
    return _HYPHEN.sub(lambda found: "-" if pdfium.FPDFText_IsHyphen(handle, found.start()) == 1 else found[0], text)


def _character(code: int) -> str:
    return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else " "


def stretches(text_page: TextPage) -> list[Stretch]:
    """The text of the page in the order of the file, cut at line ends and where the text object changes."""
    return [
        Stretch(text_page.ink(first), first, last)
        for line in _LINE.finditer(text_page.text)
        for first, last in _same_owner(text_page, line.start(), line.end() - 1)
    ]


def _same_owner(text_page: TextPage, first: int, last: int) -> Iterator[tuple[int, int]]:
    """The stretches of one text object each; the characters of an object stand together, so halving finds the cuts."""
    text = text_page.text
    while first <= last:
        if text[first] in _SPACES:
            first += 1
            continue
        while text[last] in _SPACES:
            last -= 1
        owner, low, high = text_page.owner(first), first, last
        if text_page.owner(last) == owner:
            low = last
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if text_page.owner(middle) == owner else (low, middle)
        yield first, low
        first = low + 1


def text_turn(found: Sequence[Stretch], view: View) -> int:
    """The direction in which most characters run on the page (0, 90, 180, 270); 0 for none."""
    count: Counter[int] = Counter()
    for stretch in found:
        count[view.direction(*stretch.ink.along)] += stretch.last - stretch.first + 1
    count.pop(-1, None)
    return count.most_common(1)[0][0] if count else 0


def phrase(text_page: TextPage, stretch: Stretch, view: View) -> Word | None:
    """A stretch as one piece, where single printed spaces part its words; None where places must tell them apart."""
    text = text_page.text[stretch.first : stretch.last + 1]
    if "  " in text or not _SPACES.isdisjoint(text.replace(" ", "")):
        return None
    spaces = [at for at, char in enumerate(text, stretch.first) if char == " "]
    if not all(_printed(text_page, at) for at in spaces):
        return None
    turn, baseline = _reading(stretch.ink, view)
    box = text_page.word_box(stretch.first, stretch.last, view)
    first = 0.0
    if spaces and turn == 0:
        alone = _FIRST_WORD.match(text)
        end = stretch.first + (alone.end() if alone else len(text)) - 1
        first = text_page.box(end, view).x1 - box[0]
    line = box[3] if turn else baseline
    return Word(text, *box, line, stretch.ink.size, stretch.ink.face, turn=turn, first_width=first)


def words(text_page: TextPage, stretch: Stretch, view: View) -> list[Word]:
    """The words of a stretch with their places on the page.

    Only where a space is too narrow to be told by position is PDFium asked whether the file has one.
    """
    read: list[Word] = []
    turn, baseline = _reading(stretch.ink, view)
    size, face = stretch.ink.size, stretch.ink.face
    narrow, last_x1 = SPACE * size, float("inf")
    for found in _WORD.finditer(text_page.text, stretch.first, stretch.last + 1):
        first, last = found.start(), found.end() - 1
        x0, top, x1, bottom = text_page.word_box(first, last, view)
        spaced = 0 < x0 - last_x1 <= narrow and _printed(text_page, first - 1)
        last_x1 = x1
        read.append(Word(found.group(), x0, top, x1, bottom, bottom if turn else baseline, size, face, spaced, turn))
    return read


def word_stretches(text_page: TextPage, stretch: Stretch) -> list[Stretch]:
    """A stretch cut at its spaces."""
    found = _WORD.finditer(text_page.text, stretch.first, stretch.last + 1)
    return [Stretch(stretch.ink, match.start(), match.end() - 1) for match in found]


def letter_stretches(text_page: TextPage, stretch: Stretch) -> list[Stretch]:
    """A stretch without spaces cut into letters; marks that combine stay with the letter before them."""
    cut: list[Stretch] = []
    for at in range(stretch.first, stretch.last + 1):
        if cut and unicodedata.combining(text_page.text[at]):
            cut[-1] = cut[-1]._replace(last=at)
        else:
            cut.append(Stretch(stretch.ink, at, at))
    return cut


def letter(text_page: TextPage, stretch: Stretch, view: View) -> Word:
    """A letter, with its marks, in the place of the letter."""
    turn, baseline = _reading(stretch.ink, view)
    box = text_page.box(stretch.first, view)
    text = text_page.text[stretch.first : stretch.last + 1]
    line = box.y1 if turn else baseline
    return Word(text, *box, line, stretch.ink.size, stretch.ink.face, turn=turn)


def _reading(ink: Ink, view: View) -> tuple[int, float]:
    """How a text object reads on the page, and the height of its baseline."""
    return view.direction(*ink.along), view.point(*ink.origin)[1]


def _printed(text_page: TextPage, space: int) -> bool:
    """Whether the file itself has this space (PDFium puts in its own where letters jump)."""
    return bool(pdfium.FPDFText_IsGenerated(text_page.handle, space) != 1)


def _read_ink(text_page: TextPage, owner: Any, key: int, index: int) -> Ink:
    matrix, size = pdfium.FS_MATRIX(), ctypes.c_float()
    x, y = ctypes.c_double(), ctypes.c_double()
    pdfium.FPDFText_GetMatrix(text_page.handle, index, byref(matrix))
    pdfium.FPDFText_GetCharOrigin(text_page.handle, index, byref(x), byref(y))
    pdfium.FPDFTextObj_GetFontSize(owner, byref(size))
    mode = pdfium.FPDFTextObj_GetTextRenderMode(owner)
    colour, seen = _colour(text_page.handle, index)
    face = text_page.face(pdfium.FPDFTextObj_GetFont(owner))
    if mode in (pdfium.FPDF_TEXTRENDERMODE_FILL_STROKE, pdfium.FPDF_TEXTRENDERMODE_FILL_STROKE_CLIP):
        face = face._replace(bold=True)  # how Word and LibreOffice print bold where the font has none
    scale = (matrix.c**2 + matrix.d**2) ** 0.5
    unprinted = mode in (pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP)
    invisible = unprinted or not seen or abs(size.value * scale) < LEAST_SIZE
    return Ink(face, abs(size.value * scale), (x.value, y.value), (matrix.a, matrix.b), colour, invisible, key)


def _colour(handle: Any, index: int) -> tuple[tuple[int, int, int], bool]:
    """Fill colour of a character, and whether any of it is painted."""
    red, green, blue, alpha = ctypes.c_uint(), ctypes.c_uint(), ctypes.c_uint(), ctypes.c_uint(255)
    pdfium.FPDFText_GetFillColor(handle, index, byref(red), byref(green), byref(blue), byref(alpha))
    return (red.value, green.value, blue.value), alpha.value > 0


def _read_face(font: Any) -> Face:
    """Name, weight and slant of a font; '' where the file names none."""
    if not font:
        return Face("", False, False)
    buffer = ctypes.create_string_buffer(256)
    pdfium.FPDFFont_GetBaseFontName(font, buffer, 256)
    name = re.sub(r"^[A-Z]{6}\+", "", buffer.value.decode("utf-8", "replace"))
    plain = name.lower()
    angle, flags = ctypes.c_int(), pdfium.FPDFFont_GetFlags(font)
    pdfium.FPDFFont_GetItalicAngle(font, byref(angle))
    bold = bool(re.search("bold|black|heavy|demi", plain)) or pdfium.FPDFFont_GetWeight(font) >= 600
    italic = bool(re.search("italic|oblique", plain)) or angle.value != 0 or bool(flags > 0 and flags & 64)
    return Face(name, bold, italic)


def hidden(ink: Ink, box: Box, view: View, drawing: Drawing) -> bool:
    """Whether text is in the file but not on the paper: invisible, outside the page, covered, or white on white."""
    x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
    if ink.invisible or not (0 <= x <= view.width and 0 <= y <= view.height):
        return True
    order = drawing.text_order.get(ink.address, 0)
    around = [fill for fill in drawing.fills_at(x, y) if fill.opaque]
    if any(fill.order > order for fill in around):
        return True
    paper = around[-1].colour if around else (255, 255, 255)
    return _alike(ink.colour, paper) and not any(_holds(picture, x, y) for picture in drawing.pictures)


def _holds(box: Box, x: float, y: float) -> bool:
    return box.x0 <= x <= box.x1 and box.y0 <= y <= box.y1


def _alike(ink: tuple[int, int, int], paper: tuple[int, int, int]) -> bool:
    """Whether letters of this colour cannot be told from the paper: within 5 % of the scale in each colour."""
    return all(abs(a - b) <= 12 for a, b in zip(ink, paper, strict=True))
