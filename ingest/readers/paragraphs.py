"""From lines to paragraphs: where one ends is told by the room left in a line, by spacing, indent, weight and markers."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from ingest.readers.lines import WORD_SPACE, Line, first_token_width, joined

NEW_ITEM = re.compile(
    r"(?:[-+*•–‑]\s*(?=[^\W\d_])|\(?\w\)\s|[IVXLC]{1,5}\.\s|\d{1,2}(?:\.\d{1,2}){0,3}\.?\s+(?=[^\W\d_])"
    r"|phụ lục\b|phần thứ\b)",
    re.IGNORECASE,
)
"""How an item of a list or a heading begins; '- 2020' at the head of a line is the rest of a range of years."""
SENTENCE_END = (".", ";", ":", "!", "?", "…")


WIDEST_PITCH = 2.5
"""Letter sizes from baseline to baseline: double spacing makes 2.3."""


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of running text with the area it was set in: `left` and `right` margins of its page or column, in points."""

    line: Line
    page: int
    left: float
    right: float
    in_layout: bool = False

    @property
    def centered(self) -> bool:
        """As far from the left as from the right margin (within half a letter), and far from both."""
        before, after = self.line.box.x0 - self.left, self.right - self.line.box.x1
        return abs(before - after) <= max(self.line.size, 6) / 2 and min(before, after) > 1.5 * self.line.size


def margins(pages: Sequence[Sequence[Line]], width: float) -> tuple[float, float]:
    """Left and right margin of pages of one width, their lines given: the outermost places that three lines reach.

    A line or two may stick out (a long word, a note); text that is not justified reaches the margin now and then. The
    right margin is never wider than the left one, where the pages are bound.
    """
    starts = sorted(line.box.x0 for lines in pages for line in lines)
    ends = sorted((line.box.x1 for lines in pages for line in lines), reverse=True)
    at = min(2, len(starts) // 10)
    return starts[at], max(ends[at], width - starts[at]) if starts[at] < width / 4 else ends[at]


def group(lines: Sequence[TextLine]) -> list[list[TextLine]]:
    """Lines, one after another, as paragraphs."""
    pitch = _pitch(lines)
    paragraphs: list[list[TextLine]] = []
    for line in lines:
        if paragraphs and not _breaks(paragraphs[-1], line, pitch):
            paragraphs[-1].append(line)
        else:
            paragraphs.append([line])
    return paragraphs


def _pitch(lines: Sequence[TextLine]) -> float:
    """Distance of baselines within paragraphs, in letter sizes: the median over lines that go on because they are full."""
    steps = [
        (after.line.baseline - before.line.baseline) / after.line.size
        for before, after in pairwise(lines)
        if before.page == after.page and _full(before, after)
    ]
    within = [step for step in steps if 0 < step <= WIDEST_PITCH]
    return median(within) if within else 1.2


def _full(before: TextLine, after: TextLine) -> bool:
    """Whether the next word had no room on the line before, so that the line ends there by itself."""
    box = before.line.box
    start = before.left if before.centered or after.centered else box.x0
    width = box.x1 - box.x0 + WORD_SPACE * before.line.size + first_token_width(after.line)
    return start + width > before.right


def _breaks(paragraph: Sequence[TextLine], line: TextLine, pitch: float) -> bool:
    """Whether a line begins a new paragraph after the lines of one."""
    before = paragraph[-1]
    if before.in_layout or line.in_layout:
        return True
    if _goes_on(before, line):
        return _spaced(paragraph, line, pitch)
    return (
        not _full(before, line)
        or _spaced(paragraph, line, pitch)
        or _looks_other(before.line, line.line)
        or _indented(paragraph, line)
        or _opens_item(before, line)
        or (before.page != line.page and before.line.text.endswith(SENTENCE_END))
    )


def _goes_on(before: TextLine, line: TextLine) -> bool:
    """Whether a line can only be the rest of a sentence: it begins small, no sentence ended, half a line stands before."""
    text = line.line.text
    half = before.left + 0.5 * (before.right - before.left)
    return (
        text[:1].islower()
        and not NEW_ITEM.match(text)
        and not before.line.text.endswith(SENTENCE_END)
        and before.line.box.x1 > half
        and not _looks_other(before.line, line.line)
    )


def _looks_other(before: Line, line: Line) -> bool:
    """Whether a line is set in other letters than the one before: size, weight (unless in mid-sentence), slant."""
    if abs(line.size - before.size) > 1:
        return True
    return (line.bold, line.italic) != (before.bold, before.italic) and not line.text[:1].islower()


def _spaced(paragraph: Sequence[TextLine], line: TextLine, pitch: float) -> bool:
    """Whether more room stands above the line than within a paragraph (2 points at 14; Word's styles add 6)."""
    before = paragraph[-1]
    if before.page != line.page:
        return False
    step = line.line.baseline - before.line.baseline
    usual = pitch * line.line.size
    if len(paragraph) > 1 and paragraph[-2].page == before.page:
        usual = max(usual, before.line.baseline - paragraph[-2].line.baseline)
    return step > 1.15 * usual or step < 0


def _indented(paragraph: Sequence[TextLine], line: TextLine) -> bool:
    """Whether the line is moved in, unless it hangs under the marker of the paragraph's first line."""
    before = paragraph[-1]
    if line.centered or before.centered:
        return False
    moved = line.line.box.x0 - line.left - (before.line.box.x0 - before.left)
    hangs = len(paragraph) == 1 and NEW_ITEM.match(before.line.text) is not None
    return moved > 0.8 * line.line.size and not hangs


def _opens_item(before: TextLine, line: TextLine) -> bool:
    """Whether the line begins with the marker of an item, after a line that may end a sentence or before a capital."""
    match = NEW_ITEM.match(line.line.text)
    if match is None:
        return False
    rest = line.line.text[match.end() :].lstrip()
    return before.line.text.endswith(SENTENCE_END) or (match[0].lstrip()[:1] in "-+*•–" and rest[:1].isupper())


def text_of(paragraph: Iterable[TextLine]) -> str:
    """The lines of a paragraph as one text."""
    return joined((line.line for line in paragraph), " ")
