"""The text of an open PDF page in pieces that know where they stand, cut as finely as a question needs."""

from collections.abc import Iterable
from dataclasses import dataclass

from ingest.readers.lines import hull
from ingest.readers.page import Edge, Word
from ingest.readers.pdf_chars import Stretch, TextPage, letter, letter_stretches, phrase, word_stretches, words
from ingest.readers.pdf_view import View
from schemas.place import Box


@dataclass(frozen=True, slots=True)
class Read:
    """A stretch of the file's text with the words it makes on the page."""

    stretch: Stretch
    words: list[Word]
    box: Box


@dataclass(frozen=True, slots=True)
class PageReader:
    """Reads stretches of an open text page in one view."""

    text_page: TextPage
    view: View

    def read(self, stretch: Stretch) -> Read:
        """A stretch whole where single spaces part its words, else by word."""
        whole = phrase(self.text_page, stretch, self.view)
        found = [whole] if whole else words(self.text_page, stretch, self.view)
        return Read(stretch, found, hull(found))

    def by_word(self, one: Read) -> list[Read]:
        """The same text, a word each."""
        cut = word_stretches(self.text_page, one.stretch)
        if len(cut) == 1:
            return [one]
        found = one.words if len(one.words) == len(cut) else words(self.text_page, one.stretch, self.view)
        return [_single(*pair) for pair in zip(cut, found, strict=True)]

    def by_letter(self, one: Read) -> list[Read]:
        """A word, a letter each."""
        cut = letter_stretches(self.text_page, one.stretch)
        return [_single(stretch, letter(self.text_page, stretch, self.view)) for stretch in cut]


def _single(stretch: Stretch, word: Word) -> Read:
    return Read(stretch, [word], Box(word.x0, word.top, word.x1, word.bottom))


def words_of(read: Iterable[Read]) -> list[Word]:
    """All their words."""
    return [word for one in read for word in one.words]


def runs_over(words: Iterable[Word], edges: Iterable[Edge]) -> bool:
    """Whether a vertical ruling line runs through a piece of text, a point or more inside it."""
    upright = [edge for edge in edges if not edge.level]
    return bool(upright) and any(
        word.x0 + 1 < edge.at < word.x1 - 1 and edge.start <= (word.top + word.bottom) / 2 <= edge.end
        for word in words
        for edge in upright
    )
