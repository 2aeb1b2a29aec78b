"""What a heading looks like: the lines of a report's text, their printed numbers, the spans that may be headings."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal, NamedTuple

from ingest.text import compose, shown
from schemas.document import Document, Paragraph
from schemas.form import Section
from schemas.place import Place

Agreement = Literal["same", "near", "none", "other"]
Part = tuple[str, int]
"""One step of a printed number: kind (p part, r roman, d digit, l letter, u capital letter) and its value from 1."""

LETTERS = "abcdđeghiklmnopqrstuvxy"
"""Letters of lists in Vietnamese documents: no f, j, w, z."""
HEAD_LINES, NEAR_END = 40, 15
"""The title of a report stands within so many lines; what closes it in other words, within so many blocks of its end."""
ORDINALS = {"nhat": 1, "mot": 1, "hai": 2, "nhi": 2, "ba": 3, "tu": 4, "bon": 4, "nam": 5, "sau": 6}
_ROMANS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
ROMANS = {roman: value for value, roman in enumerate(_ROMANS, start=1)}

_PART = re.compile(rf"phan\s*(?:thu\s*)?({'|'.join(ORDINALS)}|[ivx]+|\d{{1,2}}|[a-d])(?![a-z0-9])[\s.:,/)–—-]*")
_STEP = r"[IVX]+|\d{1,2}|[A-DĐ]|[a-eghik-vxyđ]"
_NUMBER = re.compile(rf"(?:[Mm][ụu]c\s+)?\(?((?:{_STEP})(?:\.(?:\d{{1,2}}|[a-zđ](?![^\W\d])))*)\s*([.)/:,–-]*)\s*")
_ROMAN_STEP = re.compile(r"[IVX]+")
_BULLET = re.compile(r"[-–—+*•·●○▪■◦»>]+\s*")
_CONTENTS = re.compile(r"(?:\.{3,}|…{2,}|\t)\s*\d{1,3}\s*$")
_APPENDIX = re.compile(
    r"(?:phu ?luc|pl|bieu)\s*(?:so|mau)?\s*[:.]?\s*(?:(?:\d{1,2}|[ivx]+)\s*(?:[:.–—-].*)?|[:.]?)$", re.DOTALL
)
_CLOSING = re.compile(r"tren day la\b.*\bbao cao")
_WEAK_CLOSING = re.compile(r"tren day la\b")
_SIGNATURE = re.compile(r"noi nhan\s*:?$|tm\.?\s*(?:uy ban nhan dan|ubnd)")


class Line(NamedTuple):
    """One printed line of the text: a paragraph, or what stands between its soft breaks."""

    block: int
    place: Place
    text: str
    """As printed, automatic number included, white space folded."""
    token: str
    """The printed number ('1.1.', 'Phần thứ nhất', '-'), '' where there is none."""
    number: tuple[Part, ...]
    title: str
    """The text without its number."""
    bold: bool
    level: int | None

    @property
    def is_bullet(self) -> bool:
        """Begins with a dash, plus or dot."""
        return bool(self.token) and not self.number


class Span(NamedTuple):
    """Lines `first` … `last` (inclusive) that may be a heading; `rest` is body text that begins in the same line."""

    first: int
    last: int
    heading: str
    token: str
    number: tuple[Part, ...]
    title: str
    rest: str
    bold: bool
    run_in: bool
    is_bullet: bool


class _Plain(dict[int, str]):
    """Character → its lower-case base letter, worked out once each."""

    def __missing__(self, code: int) -> str:
        char = unicodedata.normalize("NFD", chr(code))[0].lower()[0]
        self[code] = "d" if char in "đð" else char
        return self[code]


_PLAIN = _Plain()


def plain(text: str) -> str:
    """Lower case without diacritics, letter for letter: as long as the composed text."""
    return compose(text).translate(_PLAIN)


def split_token(text: str) -> tuple[str, tuple[Part, ...], str]:
    """The printed number in front of `text`, its steps, and the rest: ('1.1.', (('d', 1), ('d', 1)), 'Kết quả').

    A bullet is a token without steps; a number that is part of the sentence ('20 văn bản', '31/3/2020') is none.
    """
    return _split_token(compose(text))


@lru_cache(maxsize=4096)
def _split_token(text: str) -> tuple[str, tuple[Part, ...], str]:
    # Cached because one step after another asks about the same lines. Few of them begin with a 'p': the rest of that
    # test is dear.
    if text[:1].translate(_PLAIN) == "p" and (match := _PART.match(plain(text[:40]))):
        return text[: match.end()].rstrip(" \t:,–—-"), (("p", _ordinal(match.group(1))),), text[match.end() :].strip()
    if match := _BULLET.match(text):
        return match.group().strip(), (), text[match.end() :].strip()
    match = _NUMBER.match(text)
    if match and _is_number(match, text):
        return match.group().strip(), _steps(match.group(1)), text[match.end() :].strip()
    return "", (), text.strip()


def _ordinal(word: str) -> int:
    if word in ORDINALS:
        return ORDINALS[word]
    if word.isdigit():
        return int(word)
    return ROMANS.get(word.upper()) or LETTERS.find(word) + 1


def _is_number(match: re.Match[str], text: str) -> bool:
    body, mark, after = match.group(1), match.group(2), text[match.end() :]
    if after[:1].isdigit() or any(step not in ROMANS for step in _ROMAN_STEP.findall(body)):
        return False
    if not body[-1].isdigit() and after[:1].islower() and not text[match.end() - 1].isspace():
        return False  # "đ/c", "V/v"
    if mark or "." in body or text[: match.start(1)].strip(" (") or not after:
        return bool(mark or after[:1].isupper() or "." in body)
    return (body.isdigit() or body in ROMANS) and text[match.end() - 1].isspace() and after[0].isupper()


def _steps(body: str) -> tuple[Part, ...]:
    return tuple(_step(step) for step in body.split("."))


def _step(step: str) -> Part:
    if step.isdigit():
        return "d", int(step)
    if step in ROMANS:
        return "r", ROMANS[step]
    return ("u" if step.isupper() else "l"), LETTERS.find(step.lower()) + 1


@lru_cache(maxsize=1024)
def chain(path: str) -> tuple[Part, ...]:
    """The steps from the part down to a section: '1/II/2/2.1/a' → part 1, II, 2, 1, a."""
    first, *others = path.split("/")
    return (("p", int(first)), *(_step(number.rsplit(".", 1)[-1]) for number in others))


@lru_cache(maxsize=1024)
def numbers_of(path: str) -> tuple[tuple[Part, ...], ...]:
    """The printed numbers that are a section's own: 2.1, II.2.1, … for '1/II/2/2.1'."""
    steps = chain(path)
    own = 1 + path.rsplit("/", 1)[-1].count(".")
    return tuple(steps[at:] for at in range(len(steps) - own + 1))


def agreement(number: tuple[Part, ...], section: Section) -> Agreement:
    """How a printed number fits a section's own: same, near (another style or only its last step), none, other."""
    if not number:
        return "none"
    if number in numbers_of(section.path):
        return "same"
    near = number[-1][1] == chain(section.path)[-1][1] and len(number) <= 1 + section.number.count(".")
    return "near" if near else "other"


def is_title(text: str) -> bool:
    """'BÁO CÁO' or 'BÁO CÁO TỔNG KẾT …': the kind of document as its title names it."""
    text = compose(text[:24])
    return bool(re.match(r"bao cao\b", plain(text))) and (text[:7].isupper() or len(text) <= 8)


def read_lines(document: Document, stop: int) -> list[Line]:
    """The lines of the text before block `stop`, without letterhead and title, layout tables and tables of contents."""
    lines = [
        line
        for index, block in enumerate(document.blocks[:stop])
        if isinstance(block, Paragraph) and not block.in_layout and not _is_contents_entry(block.text)
        for line in _lines_of(index, block)
    ]
    title = next((at for at, line in enumerate(lines[:HEAD_LINES]) if is_title(line.text)), None)
    if title is None:
        return lines
    return lines[title + 1 if lines[title + 1 : title + 2] and lines[title + 1].number else title + 2 :]


def _is_contents_entry(text: str) -> bool:
    """Dots or a tab and a page number at the end; the last character tells it for most paragraphs."""
    return text.rstrip()[-1:].isdecimal() and _CONTENTS.search(text) is not None


def _lines_of(index: int, paragraph: Paragraph) -> Iterator[Line]:
    label = paragraph.label.strip()
    for part in paragraph.text.split("\n"):
        text = shown(part)
        if not text:
            continue
        # text as shown is composed already
        token, number, title = split_token(f"{label} {text}") if label else _split_token(text)
        if label and not number:
            # "-" or a lone "1" in front of a typed number: the typed one says more
            typed_token, typed, rest = _split_token(title)
            token, number, title = (typed_token, typed, rest) if typed else (token or label, (), title)
        printed = shown(f"{label} {text}") if label else text
        yield Line(index, paragraph.place, printed, token, number, title, paragraph.bold, paragraph.level)
        label = ""


def find_stop(document: Document) -> int:
    """The block where the text ends and the appendices begin: the first appendix title after the closing line, else the
    first one that a table follows at once in the document's latter half, else the end."""
    blocks = document.blocks
    closing = find_closing(document, len(blocks))
    titles = [i for i, b in enumerate(blocks) if isinstance(b, Paragraph) and is_appendix_title(b.text)]
    if closing is not None and titles and titles[-1] > closing:
        return next(i for i in titles if i > closing)
    early = sum(isinstance(block, Paragraph) for block in blocks) // 4
    return next((i for i in titles if i > early and _leads_to_table(document, i)), len(blocks))


def is_appendix_title(text: str) -> bool:
    """'Phụ lục 1', 'PHỤ LỤC I: Thống kê …', 'Biểu số 03' beginning a paragraph that is no sentence about it."""
    start = text.lstrip()[:2]
    if start[:1].translate(_PLAIN) not in ("p", "b") or plain(start) not in ("ph", "pl", "bi"):
        return False
    return bool(_APPENDIX.match(plain(shown(text.strip()[:200].split("\n")[0]))))


def _leads_to_table(document: Document, index: int) -> bool:
    following = document.blocks[index + 1 : index + 8]
    return any(not isinstance(block, Paragraph) and not block.is_layout for block in following)


def find_closing(document: Document, stop: int) -> int | None:
    """The block before `stop` that closes the text: the last 'Trên đây là … báo cáo', else 'Trên đây là …' near the end,
    else where the signature begins ('Nơi nhận', 'TM. ỦY BAN NHÂN DÂN'); None where the text just ends."""
    texts = [
        (index, plain(shown(block.text[:200])))
        for index, block in enumerate(document.blocks[:stop])
        if isinstance(block, Paragraph) and not block.in_layout and _may_close(block.text)
    ]
    closings = [index for index, text in texts if _CLOSING.match(text)]
    signatures = [index for index, text in texts if _SIGNATURE.match(text)]
    weak = [index for index, text in texts if _WEAK_CLOSING.match(text) and stop - index <= NEAR_END]
    if closings or weak:
        return max(closings or weak)
    return min(signatures, default=None)


def _may_close(text: str) -> bool:
    start = text.lstrip()[:24]
    return start[:1] in "TtNn" and plain(start).startswith(("tren day", "noi nhan", "tm", "t.m"))


def whole_line(line: Line, at: int) -> Span:
    """The line at index `at` as a heading."""
    return Span(at, at, line.text, line.token, line.number, line.title, "", line.bold, False, line.is_bullet)


def spans_at(lines: list[Line], first: int, longest: int, most_lines: int = 4) -> Iterator[Span]:
    """The spans that may be a heading beginning at line `first`: one to four lines, or the beginning of the line.

    `longest` is the length of the longest title of the form, in characters. A dash in front makes a heading only where
    all is bold.
    """
    line = lines[first]
    if line.is_bullet and not line.bold:
        return
    limit = int(1.4 * longest)
    if len(line.title) <= limit:
        yield whole_line(line, first)
        yield from _joined(lines, first, limit, most_lines)
    yield from _run_ins(line, first, limit)


def _joined(lines: list[Line], first: int, limit: int, most_lines: int) -> Iterator[Span]:
    """The line with those after it, as long as a heading may go on there."""
    line, span = lines[first], whole_line(lines[first], first)
    for last in range(first + 1, min(first + most_lines, len(lines))):
        title = f"{span.title} {lines[last].title}".strip()
        if len(title) > limit or not _continues(lines[last - 1], lines[last], line):
            return
        span = span._replace(last=last, heading=f"{span.heading} {lines[last].text}", title=title)
        yield span


def _continues(line: Line, following: Line, first: Line) -> bool:
    """Whether a heading may go on in the following line: nothing numbered, nothing set in another weight; where nothing
    tells that the first line is a heading, only after a soft break or in the middle of a sentence."""
    if following.token or following.block - line.block > 2:
        return False
    told = first.number or first.bold or first.text.isupper() or following.block == line.block
    if line is first and not line.title:
        return True
    return first.bold == following.bold and bool(told or following.title[:1].islower())


_BREAK = re.compile(r"[:.;](?=\s)|:(?=\S)|\s[–—-]\s")


def _run_ins(line: Line, first: int, limit: int) -> Iterator[Span]:
    """Beginnings of the line that end in a colon, or in any stop where the line is numbered, with text after them."""
    if not line.number and ":" not in line.title[:limit]:
        return
    for match in _BREAK.finditer(line.title, 0, limit):
        if not line.number and match.group() != ":":
            continue
        title, rest = line.title[: match.start()].strip(), line.title[match.end() :].strip()
        if title and rest:
            heading = line.text[: len(line.text) - len(line.title) + match.end()].strip()
            yield Span(first, first, heading, line.token, line.number, title, rest, line.bold, True, line.is_bullet)
