"""From words to lines of text: the words of one region in reading order, spaces where they are printed, fonts decoded."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from ingest.legacy_fonts import Decoded, decode_run
from ingest.readers.page import OCR, Word
from ingest.syllables import is_syllable
from schemas.place import Box

SAME_LINE = 0.45
"""Of the letter size: baselines this close are one line. Raised and lowered letters move by a third, lines by one."""
SPACE = 0.09
"""Of the letter size: a wider gap between letters is a space. Kerning and rounding leave up to 0.06; a space of 0.2 beside
an italic letter that leans into it leaves 0.1."""
WORD_SPACE = 0.25
"""Of the letter size: the space of Times New Roman, the narrowest in use."""
COLUMN = 1.2
"""Of the letter size: a wider gap parts columns. Justified text rarely stretches a space past one letter."""


LEGACY_NAME = re.compile(r"\.?vn|vni", re.IGNORECASE)
"""Names of fonts of before Unicode: their text is decoded by itself, that of all others together."""


class Decoding(NamedTuple):
    """A stretch of text that was decoded from a font of before Unicode; `encoding` is '' where it only may be such."""

    text: str
    encoding: str
    sure: bool


@dataclass(frozen=True, slots=True)
class Line:
    """Words on one baseline, left to right, with their text as printed."""

    words: tuple[Word, ...]
    text: str
    box: Box
    baseline: float
    size: float
    bold: bool
    italic: bool
    confidence: float
    decodings: tuple[Decoding, ...] = ()


def text_lines(words: Iterable[Word]) -> list[Line]:
    """The words of one region as lines, from top to bottom. Turned words follow as lines of their own."""
    turned: dict[int, list[Word]] = defaultdict(list)
    for word in words:
        turned[word.turn].append(word)
    lines: list[Line] = []
    for turn in sorted(turned, key=lambda turn: turn % 360):
        level = turned[turn] if turn == 0 else [upright(word) for word in turned[turn]]
        lines.extend(line_of(row) for row in baselines(level))
    return lines


def upright(word: Word) -> Word:
    """A turned word in the coordinates in which it reads from left to right."""
    if word.turn == 90:
        return word._replace(x0=word.top, x1=word.bottom, top=-word.x1, bottom=-word.x0, baseline=-word.x0, turn=0)
    if word.turn == 180:
        return word._replace(x0=-word.x1, x1=-word.x0, top=-word.bottom, bottom=-word.top, baseline=-word.top, turn=0)
    if word.turn == 270:
        return word._replace(x0=-word.bottom, x1=-word.top, top=word.x0, bottom=word.x1, baseline=word.x1, turn=0)
    return word


def baselines(words: Iterable[Word]) -> list[list[Word]]:
    """Words grouped by baseline, top to bottom, each group left to right."""
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda word: word.baseline):
        # against the first of the row: columns that stand a little lower one after another would chain two lines together
        if rows and word.baseline - rows[-1][0].baseline <= SAME_LINE * max(word.size, rows[-1][0].size):
            rows[-1].append(word)
        else:
            rows.append([word])
    return [sorted(row, key=lambda word: (word.x0, word.x1)) for row in rows]


def line_of(words: Sequence[Word]) -> Line:
    """The line that words on one baseline, sorted from left to right, make."""
    text, decodings = _printed(words)
    _, _, _, _, _, baseline, size, face, _, _, confidence, _ = zip(*words, strict=True)
    return Line(
        tuple(words), text, hull(words), max(baseline), max(size),
        all(one.bold for one in face), all(one.italic for one in face), min(confidence), decodings,
    )  # fmt: skip


def hull(words: Sequence[Word]) -> Box:
    """The box around words."""
    _, x0, top, x1, bottom, *_ = zip(*words, strict=True)
    return Box(min(x0), min(top), max(x1), max(bottom))


def glued(words: Iterable[Word], walls: Sequence[float]) -> list[Word]:
    """Upright pieces put together to phrases as they stand side by side, but not across `walls` (ruling lines' places)."""
    phrases: list[Word] = []
    for row in baselines(words):
        group: list[Word] = []
        for word in row:
            if group and not _one_phrase(group[-1], word, walls):
                phrases.append(_phrase(group))
                group = []
            group.append(word)
        phrases.append(_phrase(group))
    return phrases


def _one_phrase(before: Word, word: Word, walls: Sequence[float]) -> bool:
    """Whether two neighbours can be read together: close, no ruling line between, no font that is decoded by itself."""
    wide = word.x0 - before.x1 > COLUMN * word.size
    if wide or abs(word.baseline - before.baseline) > SAME_LINE * word.size:
        return False
    if any(before.x1 - 1 <= wall <= word.x0 + 1 for wall in walls):
        return False
    one, other = before.face.name, word.face.name
    return one == other or not (LEGACY_NAME.match(one) or LEGACY_NAME.match(other))


def _phrase(group: Sequence[Word]) -> Word:
    if len(group) == 1:
        return group[0]
    text = "".join((" " if _apart(before, word) else "") + word.text for before, word in pairwise(group))
    box, last = hull(group), max(group, key=lambda word: word.size)
    face = last.face._replace(bold=all(w.face.bold for w in group), italic=all(w.face.italic for w in group))
    width = _first_width(group)
    return Word(group[0].text + text, *box, last.baseline, last.size, face, group[0].spaced, first_width=width)


def joined(lines: Iterable[Line], glue: str) -> str:
    """The text of lines one after another; a word broken after its own hyphen ('NĐ-' / 'CP') is put together."""
    text = ""
    for line in lines:
        ends, starts = text.split()[-1:], line.text.split()[:1]
        broken = bool(ends and starts) and is_broken_word(ends[0], starts[0], alone=False)
        text = joined_texts(text, line.text, "" if broken else glue)
    return text


def is_broken_word(head: str, tail: str, alone: bool) -> bool:
    """Whether two pieces, at the end of a line and the beginning of the next, are one word and not two.

    Together they are a syllable, and apart at least one is none; a head that stands `alone` in its line may look like
    a word itself ('ngư' / 'ời').
    """
    one, other = (re.sub(r"\W", "", unicodedata.normalize("NFC", part)) for part in (head, tail))
    if not one.isalpha() or not other.isalpha() or (other[0].isupper() and one[-1].islower()):
        return False
    return is_syllable(one + other) and (alone or not (is_syllable(one) and is_syllable(other)))


_CONSONANTS = re.compile("[bcdđghklmnpqrstvx]{1,3}")


def is_lone_onset(head: str, tail: str) -> bool:
    """Whether a line ends in consonants that are no word, and the next begins with the rest of the syllable ('n' /
    'gười'): broken whatever room there was."""
    return bool(_CONSONANTS.fullmatch(head)) and tail.isalpha() and is_broken_word(head, tail, alone=True)


def joined_texts(before: str, after: str, glue: str) -> str:
    """Two texts with `glue` between, none where one is empty or the first ends in a word's own hyphen."""
    broken = before[-1:] == "-" and before[-2:-1].isalpha() and after[:1].isalpha()
    return before + ("" if broken or not before or not after else glue) + after


def first_token_width(line: Line) -> float:
    """How wide the first word of a line is; a bracket or dash that stands alone takes the next word with it."""
    return _first_width(line.words)


def _first_width(words: Sequence[Word]) -> float:
    start = words[0]
    if start.first_width:
        return start.first_width
    end, text = start, start.text
    for before, word in pairwise(words):
        if _apart(before, word) and any(char.isalnum() for char in text):
            break
        end, text = word, text + word.text
    return max(end.x1, start.x1) - start.x0


def segments(words: Sequence[Word], gap: float = COLUMN) -> list[list[Word]]:
    """Words of one baseline cut where the gap is wider than `gap` letter sizes."""
    cut: list[list[Word]] = []
    for word in words:
        if cut and word.x0 - max(w.x1 for w in cut[-1][-3:]) <= gap * max(word.size, cut[-1][-1].size):
            cut[-1].append(word)
        else:
            cut.append([word])
    return cut


def _printed(words: Sequence[Word]) -> tuple[str, tuple[Decoding, ...]]:
    """The text of words on one baseline; each stretch of one font is decoded as a whole."""
    runs: list[str] = []
    fonts: list[str] = []
    before = None
    for word in words:
        if before is not None and _apart(before, word):
            runs[-1] += " "
        name = word.face.name
        if before is not None and (name == fonts[-1] or not (LEGACY_NAME.match(name) or LEGACY_NAME.match(fonts[-1]))):
            runs[-1] += word.text
        else:
            runs.append(word.text)
            fonts.append(name)
        before = word
    decoded = [
        Decoded(text) if font == OCR.name else decode_run(text, font) for text, font in zip(runs, fonts, strict=True)
    ]
    told = [run for run in decoded if run.encoding or not run.sure]
    decodings = tuple(Decoding(run.text.strip(), run.encoding or "", run.sure) for run in told)
    return _with_marks_on_vowels("".join(run.text for run in decoded).strip()), decodings


_STRAY_MARK = re.compile(
    "([aăâeêioôơuưy\u0302\u0306\u031b])(ch|ng|nh|[cmnpt])([\u0300\u0301\u0303\u0309\u0323])", re.IGNORECASE
)


def _with_marks_on_vowels(text: str) -> str:
    """A tone mark that the file prints after the consonant behind its vowel ('Tôt' and an acute) put back over it."""
    return text if text.isascii() else _STRAY_MARK.sub(r"\1\3\2", text)


def _apart(before: Word, word: Word) -> bool:
    """Whether a space is printed between neighbours on a line."""
    return word.spaced or word.x0 - before.x1 > SPACE * min(before.size, word.size)
