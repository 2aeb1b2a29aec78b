"""The cells of a table in a scan: each cut out, read by itself, and what matters read in ways that err differently.

Figures are read by a network that knows Vietnamese, by one that knows English and may only use figures, and by their
shapes (`scan_glyphs`); short words are read at two sizes. What two say and none denies is sure.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ingest.readers.grid import Grid
from ingest.readers.scan_glyphs import Shapes, Spelled, glyph_shapes, is_point, pieces
from ingest.readers.scan_image import INK, Grey, Mask, as_image, strokes
from ingest.readers.scan_ocr import ENGLISH, VIETNAMESE, OcrLine, OcrWord, Way, read_images
from ingest.syllables import is_syllable, without_marks

UNREAD = "\N{REPLACEMENT CHARACTER}"
"""Stands for ink that nobody could read."""
_GENERAL = Way(VIETNAMESE, 6)
_FIGURES = Way(ENGLISH, 7, "0123456789.,%/-x")
_SPECK = 16
"""Pixels at 300 dpi: the decimal point of 10 pt has 25, a dark dot of one pixel at 200 dpi makes 9."""
_LEAST_INK = 14
"""Pixels of ink at 300 dpi within a square of 16: the thinnest dash has 20, specks of dust up to 9."""
_FAINT = 0.7
"""Darker than this may be a figure, or the end of one: pencil, a printer short of ink, coloured letters."""
_INSET = 3
"""Pixels. What stays of a ruling line at the edges of its cells."""
_PADDING = 6
"""Pixels of paper around the ink: with more, the networks lose lone figures."""
_BEST, _BEST_FIGURES = 0.7, 0.6
"""Of 300 dpi: what the networks are best at is smaller (docs/scan.md has the measurement)."""
_LIKE_FIGURES = str.maketrans(
    {"l": "1", "I": "1", "|": "1", "o": "0", "O": "0", "×": "x", "X": "x", "–": "-", "—": "-", "_": "-"}
)
_FIGURE = re.compile(r"[\d.,%/x -]+")
_LONG = 4
"""Words. A text as long as this is a label; a figure or a choice is shorter."""
_TOLD_BY_SHAPE, _DENIED_BY_SHAPE = 0.15, 0.3
"""The least margins at which shapes speak for a figure that a network read too, and against one: see docs/scan.md."""
_ALONE, _CROSS = 0.85, 0.5
"""How sure both networks must be where the shapes say nothing; less of a lone 'x', which is like no figure."""
Kind = Literal["label", "dash", "figure", "word"]


class Told(NamedTuple):
    """What one way of reading says of a cell: its text with single blanks, its confidence."""

    text: str
    confidence: float

    @property
    def joined(self) -> str:
        """Without blanks, which networks see or not as they like."""
        return self.text.replace(" ", "")


_NOTHING = Told("", 0.0)


@dataclass(slots=True)
class CellRead:
    """A cell with ink in it: its image, where that stands on the page in pixels, and what has been read of it."""

    grey: Grey
    left: int
    top: int
    size: float = 45.0
    """Pixels from top to foot of the letters of most cells around it."""
    general: list[OcrLine] = field(default_factory=list)
    kind: Kind = "label"
    second: Told = _NOTHING
    shapes: list[NDArray[np.float32]] = field(default_factory=list)

    @property
    def first(self) -> Told:
        """The first reading as one text; a figure read as letters that look like it is that figure."""
        told = _told(self.general)
        figure = told.text.translate(_LIKE_FIGURES)
        return Told(figure, told.confidence) if self.kind == "figure" and _FIGURE.fullmatch(figure) else told


def inked_cells(grid: Grid, grey: Grey, scale: float) -> list[CellRead]:
    """The cells of a grid that have ink in them; `scale` pixels are a point, `grey` is without ruling lines."""
    found = []
    for square in grid.squares:
        x0, y0, x1, y1 = (round(place * scale) for place in grid.box_of(square))
        top, left = max(y0 + _INSET, 0), max(x0 + _INSET, 0)
        cell = _inked(grey[top : max(y1 - _INSET, top), left : max(x1 - _INSET, left)], left, top)
        if cell is not None:
            found.append(cell)
    return found


def _inked(cell: Grey, left: int, top: int) -> CellRead | None:
    if min(cell.shape) < 8:
        return None
    cell = _without_specks(cell)
    ink = strokes(cell, _FAINT)
    if not _has_ink(ink):
        return None
    ys, xs = (np.flatnonzero(ink.any(axis=axis)) for axis in (1, 0))
    y0, y1 = max(int(ys[0]) - 4, 0), int(ys[-1]) + 6
    x0, x1 = max(int(xs[0]) - 4, 0), int(xs[-1]) + 6
    padded = np.pad(cell[y0:y1, x0:x1], _PADDING, constant_values=1)
    return CellRead(padded, left + x0 - _PADDING, top + y0 - _PADDING)


def _without_specks(cell: Grey) -> Grey:
    """The cell without pieces of ink smaller than the point of a decimal figure."""
    ink = cell < _FAINT
    if not ink.any():
        return cell
    clean = cell.copy()
    for (top, bottom, left, right), area in pieces(ink):
        if area < _SPECK:
            around = clean[max(top - 1, 0) : bottom + 1, max(left - 1, 0) : right + 1]
            around[...] = np.where(_is_alone(ink, top, bottom, left, right, area), 1, around)
    return clean


def _is_alone(ink: Mask, top: int, bottom: int, left: int, right: int, area: int) -> bool:
    """Whether nothing else is close to a speck: broken letters have such crumbs too."""
    return int(ink[max(top - 4, 0) : bottom + 4, max(left - 4, 0) : right + 4].sum()) == area


def _has_ink(ink: Mask) -> bool:
    """Whether some square of 16 pixels holds more ink than dust has."""
    total = np.zeros((ink.shape[0] + 1, ink.shape[1] + 1), dtype=np.int32)
    total[1:, 1:] = np.cumsum(np.cumsum(ink, axis=0, dtype=np.int32), axis=1)
    high, wide = min(16, ink.shape[0]), min(16, ink.shape[1])
    inside = total[high:, wide:] - total[:-high, wide:] - total[high:, :-wide] + total[:-high, :-wide]
    return bool(inside.max() >= _LEAST_INK)


def read_cells(cells: Sequence[CellRead], dpi: int, seconds: float) -> None:
    """Reads the cells of a page once as any text, and what may be figures once more as nothing else.

    Raises MissingTool; Refused: TOO_SLOW after `seconds` a call, CRASHED.
    """
    for cell, lines in zip(cells, _ask(cells, _GENERAL, dpi, seconds, scale=_BEST), strict=True):
        cell.general = [line.scaled(1 / _BEST) for line in lines]
    size = _letter_size(cells)
    for cell in cells:
        cell.size = size
        cell.kind = _kind(cell)
    figures = [cell for cell in cells if cell.kind == "figure"]
    for cell, lines in zip(figures, _ask(figures, _FIGURES, dpi, seconds, scale=_BEST_FIGURES), strict=True):
        cell.second = _told(lines)
        cell.shapes = glyph_shapes(cell.grey, [len(told.joined) for told in (cell.first, cell.second) if told.text])
        if _is_word(cell):
            cell.kind = "word"


def _letter_size(cells: Sequence[CellRead]) -> float:
    lines = [line for cell in cells for line in cell.general]
    sizes = [line.size for line in lines if line.confidence > 0.8 and len(line.text) > 3]
    return float(np.median(sizes)) if sizes else 45.0


def _kind(cell: CellRead) -> Kind:
    """A label has many words, a figure one line of figures or of what may be some; the rest are words."""
    told = _told(cell.general)
    if len(told.text.split()) >= _LONG and told.confidence > 0.3:
        return "label"
    if _is_dash(cell):
        return "dash"
    if cell.grey.shape[0] - 2 * _PADDING > 1.7 * cell.size:
        return "word"
    figure = any(char.isdigit() for char in told.text.translate(_LIKE_FIGURES))
    return "figure" if figure or len(told.text) <= 2 or told.confidence < 0.6 else "word"


def _is_dash(cell: CellRead) -> bool:
    """One level stroke, wider than high and thinner than any letter."""
    ink = cell.grey < INK
    ys, xs = (np.flatnonzero(ink.any(axis=axis)) for axis in (1, 0))
    if not len(ys):
        return False
    high, wide = int(ys[-1] - ys[0]) + 1, int(xs[-1] - xs[0]) + 1
    filled = float(ink[ys[0] : ys[-1] + 1, xs[0] : xs[-1] + 1].mean())
    return high <= 0.25 * cell.size and 1.7 * high <= wide <= 1.2 * cell.size and filled > 0.6


def _is_word(cell: CellRead) -> bool:
    """Read as a word with confidence, and not as figures."""
    first = cell.first
    return not _FIGURE.fullmatch(first.text) and first.confidence > 0.8 and cell.second.confidence < 0.5


def _ask(
    cells: Sequence[CellRead], way: Way, dpi: int, seconds: float, scale: float = 1.0, times: int = 1
) -> list[list[OcrLine]]:
    images = []
    for cell in cells:
        image = as_image(np.tile(cell.grey, (1, times)))
        images.append(image.resize((round(image.width * scale), round(image.height * scale))) if scale != 1 else image)
    return read_images(images, way, round(dpi * scale), seconds)


def _told(lines: Sequence[OcrLine]) -> Told:
    words = [word for line in lines for word in line.words]
    return Told(" ".join(word.text for word in words), min((word.confidence for word in words), default=0.0))


def settle(cells: Sequence[CellRead], dpi: int, seconds: float) -> list[list[OcrLine]]:
    """The lines of the cells of a whole report, in pixels of their pages, with what all readings together make sure.

    Raises MissingTool; Refused: TOO_SLOW after `seconds` a call, CRASHED.
    """
    told = [_one_reading(cell) for cell in cells]
    figures = [at for at, cell in enumerate(cells) if cell.kind == "figure"]
    shapes = Shapes()
    for at in figures:
        if _teaches(cells[at]):
            shapes.learn(at, cells[at].shapes, cells[at].first.text)
    spelled = {at: shapes.spell(at, cells[at].shapes) for at in figures}
    third = dict.fromkeys(figures, _NOTHING)
    for at in figures:
        told[at] = _figure(cells[at], spelled[at], _NOTHING)
    doubtful = [at for at in figures if told[at].confidence < _LIKELY]
    for at, lines in zip(doubtful, _ask([cells[at] for at in doubtful], _FIGURES, dpi, seconds, times=2), strict=True):
        third[at] = _halved(_told(lines))
        told[at] = _figure(cells[at], spelled[at], third[at])
    again = [at for at, cell in enumerate(cells) if cell.kind != "label" and told[at].confidence < _LIKELY]
    for at, lines in zip(again, _ask([cells[at] for at in again], _GENERAL, dpi, seconds), strict=True):
        chances = [told[at], _word(_told(cells[at].general), _told(lines))]
        if cells[at].kind == "figure":
            chances.append(_figure(replace(cells[at], general=lines), spelled[at], third[at]))
        told[at] = max(chances, key=lambda one: one.confidence)
    _doubt_odd_marks(told, again)
    return [_lines(cell, one) for cell, one in zip(cells, told, strict=True)]


_SURE, _LIKELY, _DOUBTFUL, _UNLIKELY = 0.99, 0.93, 0.6, 0.3
"""How sure a figure is of which three, two or no independent readings are of one mind, and one that a reading denies."""
_POSSIBLE = re.compile(r"\d{1,3}(?:[. ]\d{3})+(?:,\d+)? ?%?|\d+(?:[.,]\d+)? ?%?|\d{1,4}/\d{1,4}(?:/\d{4})?|\d{1,2}\.|[x-]")
"""How a figure can be written; what is not so ('8//') is misread."""


def _one_reading(cell: CellRead) -> Told:
    return Told("-", _SURE) if cell.kind == "dash" else _told(cell.general) if cell.kind == "label" else _NOTHING


def _teaches(cell: CellRead) -> bool:
    """Whether both networks are of one mind and neither is in doubt; of a slash, which looks like a 7, hardly any."""
    least = min(cell.first.confidence, cell.second.confidence)
    same = cell.first.joined == cell.second.joined and _POSSIBLE.fullmatch(cell.first.text) is not None
    return same and least > (0.9 if "/" in cell.first.text else 0.5)


def _word(first: Told, second: Told) -> Told:
    """Short words are sure when both sizes give the same, spelled as Vietnamese is; a figure among them is not: one
    network has read it."""
    same = bool(first.text) and first.joined == second.joined
    spelled = all(_is_spelled(word.strip(".,:;()-/")) for word in first.text.split())
    likely = (first.confidence + second.confidence) / 2
    if any(char.isdigit() for char in first.text):
        likely *= _DOUBTFUL
    return Told(first.text, likely if same and spelled else likely * _UNLIKELY)


def _is_spelled(word: str) -> bool:
    return not word or is_syllable(word) or word.isupper() or any(char.isdigit() for char in word)


def _doubt_odd_marks(told: list[Told], words: Sequence[int]) -> None:
    """A word that the report mostly has with other marks ('Hải lòng' among 'Hài lòng') is misread more likely than not."""
    by_letters: dict[str, Counter[str]] = defaultdict(Counter)
    for at in words:
        by_letters[without_marks(told[at].joined.casefold())][told[at].joined] += 1
    for at in words:
        [(usual, count), *others] = by_letters[without_marks(told[at].joined.casefold())].most_common()
        if others and (told[at].joined != usual or count == others[0][1]):
            told[at] = told[at]._replace(confidence=told[at].confidence * _DOUBTFUL)


def _figure(cell: CellRead, spelled: Spelled, third: Told) -> Told:
    """The figure for which most readings speak; the two of the English network count for one where they are alone."""
    first, second, third = (_trimmed(told, len(cell.shapes)) for told in (cell.first, cell.second, third))
    networks = [told for told in (first, second, third) if _POSSIBLE.fullmatch(told.text)]
    speaks = spelled.text if spelled.margin >= _TOLD_BY_SHAPE else ""
    votes = Counter([*(told.joined for told in networks), *([speaks] if speaks else [])])
    if not votes:
        return Told(first.text, 0.0)
    text, count = max(votes.items(), key=lambda vote: (vote[1], vote[0] == speaks, vote[0] == second.joined))
    shown = first.text if first.joined == text else text
    own = [told.confidence for told in networks if told.joined == text]
    denied = spelled.margin >= _DENIED_BY_SHAPE and _plain(spelled.text) != _plain(text)
    if count < 2 or denied or not _POSSIBLE.fullmatch(shown) or not _points_agree(cell, text):
        return Told(shown, _UNLIKELY)
    if speaks == text:
        return Told(shown, _SURE if count > 2 or spelled.margin >= _DENIED_BY_SHAPE else _LIKELY)
    # The shapes say nothing: figures that touch, or characters not seen before. Then both networks must be sure.
    both = first.joined == text and text in (second.joined, third.joined)
    alone = _ALONE if len(text) > 1 or text.isdigit() else _CROSS
    return Told(shown, _LIKELY if both and min(own) >= alone and len(cell.shapes) <= len(text) else _DOUBTFUL)


def _trimmed(told: Told, count: int) -> Told:
    """A reading without the points that it ends in where there are as many shapes as other characters."""
    bare = told.text.strip(".,- ")
    return Told(bare, told.confidence) if bare and len(bare.replace(" ", "")) == count else told


def _points_agree(cell: CellRead, text: str) -> bool:
    """Whether as many small low marks stand in the image as the text has points and commas, if they can be told."""
    if len(cell.shapes) != len(text):
        return len(cell.shapes) < len(text)
    return sum(is_point(shape) for shape in cell.shapes) == sum(char in ".," for char in text)


def _plain(text: str) -> str:
    """Points and commas are too small to be told apart by their shapes."""
    return text.replace(",", ".")


def _halved(told: Told) -> Told:
    """The one text that an image put beside itself gave both times; nothing where the two differ."""
    half = told.joined[: len(told.joined) // 2]
    return Told(half, told.confidence) if half and half * 2 == told.joined else _NOTHING


def _lines(cell: CellRead, told: Told) -> list[OcrLine]:
    """A cell's lines on the page; where the readings settled on another text than the first, it is one line."""
    if told.joined == _told(cell.general).joined and told.text:
        lines = [line.moved(cell.left, cell.top) for line in cell.general]
        return lines if cell.kind == "label" else [line.believed(told.confidence) for line in lines]
    high, wide = cell.grey.shape
    box = cell.left + _PADDING, cell.top + _PADDING, cell.left + wide - _PADDING, cell.top + high - _PADDING
    word = OcrWord(told.text or UNREAD, *box, told.confidence if told.text else 0.0)
    return [OcrLine((word,), float(box[3]), cell.size)]
