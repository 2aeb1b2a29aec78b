"""Tables ↔ appendices: what the title says, what the rows say, and one decision over all tables together."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from rapidfuzz import process
from rapidfuzz.distance import Indel

from ingest.appendices.header import Header, HeaderWords, cut_at, split_at_headers, years
from ingest.text import bare, compared, shown, similarity_matrix, strip_number
from schemas.document import Document, Paragraph, Table
from schemas.form import Appendix, Form
from schemas.office import Settings

_TITLE_PARAGRAPHS = 6
"""A title, its second line, the 'ban hành kèm theo' line, the unit line: what can stand between a title and its table."""
_NUMBERED = re.compile(
    r"^\W*(?P<word>phu luc|pl|bieu mau|bieu|mau bieu|mau|bang)(?: bieu)?(?: so)? ?0*(?P<number>[1-9]\d?|[ivx]{1,5})(?!\w)"
)
_ROMAN = {"i": 1, "v": 5, "x": 10}
_LIKE_A_TITLE = 0.75
_LIKE_A_ROW = 0.8
_AS_LIKE = 0.02
_LONGEST_TITLE = 300
_MOST_BY_TITLE = 1.6 + 0.8
_BETWEEN_PARTS = re.compile(r"(?:trang )?\d{0,4}$|(?:\w+ ){0,3}tiep(?: theo)?$|tiep theo\b.{0,20}$")
_FIRST_NUMBERS = frozenset({"1", "01", "I", "i", "a", "A"})
_FEW_ROWS = 2
"""One row alone may have a name of another appendix by chance."""
_SOME_ROWS = 0.3
"""A doubtful table beside a sure one of the same appendix is looked at only where its rows speak for it."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A table that may be an appendix, with its header and the texts that may be its title."""

    table: Table
    header: Header
    titles: tuple[str, ...]
    number: int | None
    number_text: str | None
    is_like_form: bool = False
    """Its header names at least half of the years of the form: it may be an appendix, whatever its rows say."""
    follows: bool = False
    """Stands right below the data table before it, with a page number or 'tiếp theo' between them at most."""

    @property
    def title(self) -> str | None:
        """What the table is called: the line with its number, else the line right above it."""
        return self.number_text or next(iter(reversed(self.titles)), None)


@dataclass(frozen=True, slots=True)
class TableMatch:
    """A table with the appendix it was taken for; `sure` is False where a person must look."""

    candidate: Candidate
    appendix: Appendix
    evidence: float
    rows_known: float
    """Share of the table's named rows that are rows of the appendix."""
    sure: bool


def candidates(document: Document, index: "FormIndex", words: HeaderWords) -> list[Candidate]:
    """Every data table of the document with what stands above it."""
    found: list[Candidate] = []
    above: list[str] = []
    for block in document.blocks:
        if isinstance(block, Paragraph):
            if text := shown(block.shown):
                above.append(text)
        elif not block.is_layout:
            parts = [own for part in split_at_headers(block, words) for own in _by_appendix(*part, words, index)]
            for part, header in parts:
                found.append(_candidate(part, header, words, above, found))
                above = above if block.is_nested else []
    return found


def _by_appendix(table: Table, header: Header, words: HeaderWords, index: "FormIndex") -> list[tuple[Table, Header]]:
    """The table, or its parts where the rows of another appendix begin in the middle of it (nothing but an empty line
    stood between the two): below a header that comes again, or where the rows begin to count again; where both are so,
    the rows need not be known."""
    heads = {row + 1 for row in header.rows if row + 1 not in header.rows}
    anew = [row for row in header.data_rows if _number_of(header, row) in _FIRST_NUMBERS]
    again = {_head_above(header, row) for row in anew if row in heads}
    starts: list[int] = []
    current: int | None = None
    places = sorted({1, *again, *(_head_above(header, row) for row in heads), *(row for row in anew if row not in heads)})
    if len(places) == 1:
        return [(table, header)]
    for first, after in pairwise([*places, table.rows + 1]):
        number = index.speak_for([header.label(row) for row in header.data_rows if first <= row < after])
        other = number is not None and current not in (None, number)
        if first > 1 and (other or (first in again and number != current)):
            starts.append(first)
            current = number
        current = number or current
    return cut_at(table, starts, words) if starts else [(table, header)]


def _head_above(header: Header, row: int) -> int:
    """The first of the header rows right above a row; the row itself where there is none."""
    while row - 1 in header.rows:
        row -= 1
    return row


def _number_of(header: Header, row: int) -> str:
    """A row's number, in a column of its own or before its name."""
    return (header.stt(row) or strip_number(header.label(row))[0]).strip(" .)")


def _candidate(
    block: Table, header: Header, words: HeaderWords, above: Sequence[str], found: Sequence[Candidate]
) -> Candidate:
    """One table with what stands above it; `found` are the tables before it."""
    titles = (*above[-_TITLE_PARAGRAPHS:], *header.titles)
    number, number_text = _number(titles)
    named = set().union(*(years(text) for text in header.heading_texts)) & words.years
    is_like_form = bool(words.years) and 2 * len(named) >= len(words.years)
    follows = bool(found) and all(_BETWEEN_PARTS.match(bare(text)) for text in above)
    return Candidate(block, header, titles, number, number_text, is_like_form, follows)


def _number(titles: Sequence[str]) -> tuple[int | None, str | None]:
    """The appendix number nearest to the table, and the text that says it."""
    for title in reversed(titles):
        if match := _NUMBERED.match(bare(title)):
            return _value(match["number"]), title[:80]
    return None, None


def _value(number: str) -> int:
    if number.isdigit():
        return int(number)
    digits = [_ROMAN[letter] for letter in number]
    return sum(-d if any(later > d for later in digits[i + 1 :]) else d for i, d in enumerate(digits))


def match_tables(found: Sequence[Candidate], form: Form, index: "FormIndex", settings: Settings) -> list[TableMatch]:
    """Each table's appendix where there is evidence enough; tables without are left out. Several tables may be parts or
    copies of one appendix."""
    matches: list[TableMatch] = []
    last: TableMatch | None = None
    for candidate in found:
        last = _best(candidate, form, index, settings) or (_continued(candidate, last) if last else None)
        matches += [last] if last else []
    matches += _last_resort(found, matches, form, index)
    settled = {match.appendix.number for match in matches if match.sure}
    likely = [m for m in matches if m.sure or m.rows_known >= _SOME_ROWS or m.appendix.number not in settled]
    return sorted(likely, key=lambda match: not match.sure)


def _best(candidate: Candidate, form: Form, index: "FormIndex", settings: Settings) -> TableMatch | None:
    rows = index.known_rows(candidate.header)
    titles = {} if _rows_decide(rows) else index.known_titles(candidate.titles)
    scored = sorted(
        ((_evidence(candidate, a.number, rows, titles.get(a.number, 0.0)), a.number) for a in form.appendices), reverse=True
    )
    if not scored or scored[0][0] < settings.appendix_floor:
        return None
    evidence, number = scored[0]
    margin = evidence - (scored[1][0] if len(scored) > 1 else 0.0)
    sure = evidence >= settings.appendix_accept and margin >= settings.appendix_margin
    return TableMatch(candidate, form.by_number[number], evidence, rows.get(number, (0, 0.0))[1], sure)


def _last_resort(
    found: Sequence[Candidate], matches: Sequence[TableMatch], form: Form, index: "FormIndex"
) -> list[TableMatch]:
    """Tables without evidence enough that know a row of an appendix no other table is: never sure, but not left out."""
    taken = {id(match.candidate) for match in matches}
    settled = {match.appendix.number for match in matches}
    resorts: list[TableMatch] = []
    for candidate in found:
        known = {n: v for n, v in index.known_rows(candidate.header).items() if n not in settled}
        if id(candidate) in taken or not known or not candidate.is_like_form:
            continue
        number = max(known, key=lambda n: known[n])
        resorts.append(TableMatch(candidate, form.by_number[number], 0.0, known[number][1], sure=False))
        settled.add(number)
    return resorts


def _continued(candidate: Candidate, above: TableMatch) -> TableMatch | None:
    """The second part of a cut table that no row name and no title tells: it follows on, is as wide, has no header or the
    same one, and its rows do not begin to count again."""
    header, before = candidate.header, above.candidate.header
    again = [candidate.header.row_key(row) for row in header.headings]
    same_header = not header.found or again == [before.row_key(row) for row in before.headings]
    starts_anew = header.data_rows and _number_of(header, header.data_rows[0]) in _FIRST_NUMBERS
    if not candidate.follows or not same_header or starts_anew or candidate.table.cols != above.candidate.table.cols:
        return None
    return replace(above, candidate=candidate, evidence=above.evidence, rows_known=0.0)


def _evidence(candidate: Candidate, number: int, rows: dict[int, tuple[int, float]], title: float) -> float:
    """Evidence that a table is an appendix, in points: rows up to 3, title up to 1.6, number 0.8.

    Rows say most: a title can be mistyped or copied, fifteen row names cannot. One known row alone counts half.
    """
    numbered = 0.0 if candidate.number is None else 0.8 if candidate.number == number else -0.4
    return _by_rows(*rows.get(number, (0, 0.0))) + title + numbered


def _by_rows(hits: int, share: float) -> float:
    return 3.0 * share * hits / (hits + 1)


def _rows_decide(rows: dict[int, tuple[int, float]]) -> bool:
    """Do the rows speak for one appendix so much that no title, however like, could make it another?"""
    points = sorted((_by_rows(*known) for known in rows.values()), reverse=True)
    return bool(points) and points[0] - sum(points[1:2]) > _MOST_BY_TITLE


def _without_number(title: str) -> str:
    """A title line without 'Phụ lục 1:' or another enumerator before it."""
    line = shown(title)
    match = _NUMBERED.match(bare(line))
    words = line.split()[len(match[0].split()) :] if match else line.split()
    return strip_number(" ".join(words))[1]


class FormIndex:
    """All titles and row names of a form, looked up at once: exact first, then the likest."""

    def __init__(self, form: Form) -> None:
        self._titles = [(a.title, a.number, 1.6) for a in form.appendices]
        # A short title ('Cải cách tài chính công') also stands over other tables and as a heading, so it says half.
        self._titles += [(word, a.number, 0.8) for a in form.appendices for word in a.synonyms]
        wordings = [
            (compared(word).bare, a.number)
            for a in form.appendices
            for r in a.indicators
            for word in (r.label, *r.synonyms)
        ]
        self._names = [name for name, _ in wordings]
        self._appendices = [number for _, number in wordings]
        self._exact: dict[str, set[int]] = {}
        for name, number in wordings:
            self._exact.setdefault(name, set()).add(number)

    def known_titles(self, titles: Sequence[str]) -> dict[int, float]:
        """Appendix number → points for the likest title line, or two lines running; none below a likeness of 0.75."""
        lines = [_without_number(title) for title in titles if len(title) <= _LONGEST_TITLE]
        lines += [f"{a} {b}" for a, b in pairwise(lines)]
        points = {number: 0.0 for _, number, _ in self._titles}
        for likenesses in similarity_matrix(lines, [title for title, _, _ in self._titles]):
            for alike, (_, number, worth) in zip(likenesses, self._titles, strict=True):
                # The titles of a form differ in their last words only, so what they share is worth nothing.
                points[number] = max(points[number], worth * (alike - _LIKE_A_TITLE) / (1 - _LIKE_A_TITLE))
        return points

    def known_rows(self, header: Header) -> dict[int, tuple[int, float]]:
        """Appendix number → (how many of the table's named rows it has, their share of the named rows)."""
        return self._known([header.label(row) for row in header.data_rows])

    def speak_for(self, names: Sequence[str]) -> int | None:
        """The one appendix that most of these rows are of, None where they are few or say different things."""
        known = sorted(self._known(names).items(), key=lambda item: -item[1][0])
        if not known or known[0][1][0] < _FEW_ROWS or known[0][1][1] <= 0.5:
            return None
        return known[0][0] if len(known) == 1 or 2 * known[1][1][0] <= known[0][1][0] else None

    def _known(self, names: Sequence[str]) -> dict[int, tuple[int, float]]:
        labels = [label for name in names if (label := strip_number(name)[1])]
        hits: dict[int, int] = {}
        for label in labels:
            for number in self._appendices_of(compared(label).bare):
                hits[number] = hits.get(number, 0) + 1
        return {number: (count, count / len(labels)) for number, count in hits.items()}

    def _appendices_of(self, name: str) -> set[int]:
        if name in self._exact:
            return self._exact[name]
        likest = process.extract(name, self._names, scorer=Indel.normalized_similarity, score_cutoff=_LIKE_A_ROW, limit=8)
        return {self._appendices[place] for _, score, place in likest if score >= likest[0][1] - _AS_LIKE}
