"""What stands on a page, whoever read it (PDFium or OCR): words, ruling lines, hidden text. Points, from the top left."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

PageKind = Literal["text", "image", "garbled"]
"""'image': a picture of a page (scan); 'garbled': has text, but not what is printed. Both are for OCR."""


class Face(NamedTuple):
    """A font as the file names it, subset prefix removed."""

    name: str
    bold: bool
    italic: bool


class Word(NamedTuple):
    """Characters of one line and font: a word, or several where only plain spaces stand between them.

    Turned text has its box in page coordinates and `turn` says how it reads.
    """

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    baseline: float
    size: float
    face: Face
    spaced: bool = False
    """A space character stands before it that is too narrow to be told by position."""
    turn: int = 0
    """Degrees clockwise that the page must be turned back by to read it: 0, 90, 180, 270; -1 for slanted text."""
    confidence: float = 1.0
    first_width: float = 0.0
    """Width of the first word where there are several."""


OCR = Face("OCR", False, False)
"""Letters that OCR saw: there is no font, and the text is Unicode whatever it looks like."""


class Edge(NamedTuple):
    """A horizontal (`level`) or vertical stretch of ruling line: `at` is its y (or x), `start` < `end` its reach."""

    level: bool
    at: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Page:
    """One page, turned so that most of its text reads upright. `number` counts from 1."""

    number: int
    width: float
    height: float
    kind: PageKind
    words: tuple[Word, ...]
    edges: tuple[Edge, ...]
    hidden: tuple[str, ...] = ()
    """Text that is in the file but not on the paper: invisible, white, covered, outside the page."""
    struck: tuple[str, ...] = ()
    """Text with a line through it: deletions printed with their marks."""
    doubtful: bool = False
    """Suspiciously little text, or words that run over ruling lines: another engine should look at the page."""
