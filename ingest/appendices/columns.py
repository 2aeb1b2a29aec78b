"""Columns ↔ periods: which value column is which column of the form, in whatever order they stand."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ingest.appendices.header import Header, years
from ingest.syllables import without_marks
from ingest.text import bare, key, shown, similarity
from schemas.document import Cell
from schemas.finding import Finding
from schemas.form import Column
from schemas.place import Place

_LIKE_A_LABEL = 0.8
# Words that a heading may add to a period without changing it; 'năm' without its mark may be 'nam' and is one only
# beside a year.
_BENIGN = frozenset("năm n số liệu kết quả thực hiện th tính đến tới hết trong của các và thời điểm qua tại".split())
_BENIGN_BARE = frozenset(map(without_marks, _BENIGN))
# Words over a group of columns that make them something else than the figures of those years.
_TURNING = re.compile(
    r"\b(?:ke hoach|kh|du kien|uoc|muc tieu|giao|ty le|ti le|so voi|so sanh|tang|giam|luy ke|phan dau|nu)\b|%"
)
# Headings of columns that stand beside the figures in many tables and are never one of them.
_ASIDE = frozenset(
    "ghi chu|dvt|don vi tinh|don vi|tong cong|tong so|tong|cong|nguon|so sanh|trung binh|binh quan".split("|")
)
_YEARS = r"(?:19|20)\d\d"
_DATE = rf"(?:ngay )?(\d{{1,2}}) ?(?:[/.\-]| thang ) ?(\d{{1,2}})(?!\d)(?: ?[/.\-] ?{_YEARS})?"
_FROM = re.compile(rf"\btu {_DATE}")
_UNTIL = re.compile(rf"(?:\b(?:den|toi|het) )*(?<!\d){_DATE}")
_UNTIL_MONTH = re.compile(r"\b(?:den|toi|het) (?:het |cuoi )?thang (\d{1,2})(?!\d)")
_FIRST_MONTHS = re.compile(r"\b(\d{1,2}|ba|sau|chin) thang(?: dau)?(?: nam\b)?")
_MONTH_WORDS = {"ba": 3, "sau": 6, "chin": 9}
_QUARTER = re.compile(r"\bq(?:u[yi])? ?\.? ?(iv|i{1,3}|[1-4])\b ?/?")
_QUARTERS = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_ONE_MONTH = re.compile(rf"\bthang (\d{{1,2}})(?!\d)|(?<!\d)(\d{{1,2}}) ?/ ?(?={_YEARS})")
_NUMBERED = re.compile(r"\(\d{1,2}\)")


@dataclass(frozen=True, slots=True)
class ColumnUse:
    """One value column of a table and what it stands for."""

    cols: tuple[int, ...]
    """The grid columns under one heading: more than one where some row has an odd cell beside it; () for no column."""
    key: str
    header: str
    column: Column | None
    """None for a column that the form lacks ('extra-1')."""
    doubt: str | None = None
    """Finding code where it is not sure that this is the column."""


@dataclass(frozen=True, slots=True)
class Columns:
    """All value columns of one table, the form's columns that it lacks, and what is to be said of them."""

    uses: tuple[ColumnUse, ...]
    missing: tuple[Column, ...]
    findings: tuple[Finding, ...]

    @property
    def sure(self) -> bool:
        """Every value column is known for certain, so a missing one is really absent."""
        return not any(use.doubt for use in self.uses)

    @property
    def matched(self) -> int:
        """How many of the form's columns the table has."""
        return sum(use.column is not None for use in self.uses)


@dataclass(frozen=True, slots=True)
class _Claim:
    cols: tuple[int, ...]
    header: str
    column: Column | None
    strong: bool


def match_columns(header: Header, expected: Sequence[Column], appendix: int, place: Place) -> Columns:
    """The table's value columns as columns of the form; `place` is the table's."""
    claims = [_claim(cols, header, expected) for cols in _groups(header) if _is_used(header, cols)]
    claims = _only_candidate(claims, expected)
    shifted = any(not claim.header and _is_filled_throughout(header, claim.cols) for claim in claims)
    uses: list[ColumnUse] = []
    findings: list[Finding] = []
    winners, doubts = _winners(claims)
    lacking = {column.key for column in expected} - set(winners)
    extras = 0
    for claim in claims:
        column = claim.column if winners.get(claim.column.key if claim.column else "") == claim.cols else None
        # A column without a heading that is filled like the others: the header may be one cell short, all years with it.
        doubt = "COLUMN_UNSURE" if shifted else doubts.get(claim.cols)
        if column is None:
            extras += 1
            doubt = doubt or ("COLUMN_UNSURE" if not claim.header or (lacking and _may_be_wanted(claim.header)) else None)
        uses.append(ColumnUse(claim.cols, column.key if column else f"extra-{extras}", claim.header, column, doubt))
        findings += _column_findings(uses[-1], claim, appendix, place)
    present = {use.column.key for use in uses if use.column}
    missing = tuple(column for column in expected if column.key not in present)
    findings += [Finding("COLUMN_MISSING", place, appendix, column_key=c.key, expected=c.label) for c in missing]
    return Columns(tuple(uses), missing, tuple(findings))


def _groups(header: Header) -> list[tuple[int, ...]]:
    """The value columns, those under one and the same lowest heading together."""
    groups: list[list[int]] = []
    last: Cell | None = None
    for col in header.value_cols:
        leaf = header.cell(header.headings[-1], col) if header.headings else None
        if leaf is not None and leaf is last:
            groups[-1].append(col)
        else:
            groups.append([col])
        last = leaf
    return [tuple(group) for group in groups]


def _is_used(header: Header, cols: tuple[int, ...]) -> bool:
    """A column with a heading of its own or with anything in it; stray empty squares are nothing."""
    if _path(header, cols):
        return True
    cells = (header.cell(row, cols[0]) for row in header.data_rows)
    return any(cell is not None and cell.col == cols[0] and shown(cell.shown) for cell in cells)


def _is_filled_throughout(header: Header, cols: tuple[int, ...]) -> bool:
    cells = [header.cell(row, cols[0]) for row in header.data_rows]
    return 2 * sum(cell is not None and bool(shown(cell.shown)) for cell in cells) > len(cells)


def _path(header: Header, cols: tuple[int, ...]) -> list[str]:
    """Heading texts over a column from the top down, without those set over columns of several periods."""
    texts: list[str] = []
    for row in header.headings:
        cell = header.cell(row, cols[0])
        if cell is None or _is_common(cell, cols):
            continue
        text = shown(cell.shown)
        if text and text not in texts:
            texts.append(text)
    return texts


def _is_common(cell: Cell, cols: tuple[int, ...]) -> bool:
    """A heading over several columns says nothing of one of them, unless it names one year ('Năm 2019' over two) or
    makes all of them something else ('Kế hoạch giao')."""
    text = shown(cell.shown)
    if cell.col_span <= len(cols):
        return False
    return len(years(text)) != 1 and not _TURNING.search(without_marks(text.lower()))


def _claim(cols: tuple[int, ...], header: Header, expected: Sequence[Column]) -> _Claim:
    path = _path(header, cols)
    column, strong = match_heading(" ".join(path), tuple(expected))
    # A sub-heading of its own ('Nữ', 'SL', '%') is read with its marks: 'Nam' under 2018 is no 'năm'.
    strong = strong and (
        column is None or column.year is None or all(years(text) or _is_idle(text, column) for text in path)
    )
    return _Claim(cols, " ".join(path), column, strong)


def _is_idle(text: str, column: Column) -> bool:
    """Does a sub-heading without a year only say what the period is anyway?"""
    words = key(text).split()
    return not set(words) - _BENIGN - set(key(" ".join((column.label, *column.synonyms))).split()) or (
        _agrees(text, column) and any(True for _ in _spans(without_marks(text.lower())))
    )


@lru_cache(maxsize=4096)
def match_heading(text: str, expected: tuple[Column, ...]) -> tuple[Column | None, bool]:
    """The column that a heading names, and whether nothing in the heading speaks against it."""
    named = years(text)
    if len(named) > 1:
        return None, False
    if named:
        year = named.pop()
        column = next((column for column in expected if column.year == year), None)
        return column, column is not None and _agrees(text, column)
    scored = [(max(similarity(text, word) for word in (c.label, *c.synonyms)), c.key) for c in expected] if text else []
    best, name = max(scored, default=(0.0, ""))
    if best >= _LIKE_A_LABEL:
        return next(column for column in expected if column.key == name), True
    return None, False


def _agrees(text: str, column: Column) -> bool:
    """Does the rest of the heading leave the period alone: no other date, no word such as 'kế hoạch' or 'so với'?"""
    rest = without_marks(shown(text).lower())
    if "%" in rest or any(not _same_span(span, column) for span in _spans(rest)):
        return False
    rest = _NUMBERED.sub(" ", re.sub(_YEARS, " ", _without_spans(rest)))
    if any(char.isdigit() for char in rest):
        return False
    known = set().union(*(bare(word).split() for word in (column.label, *column.synonyms)))
    return all(word in known or word in _BENIGN_BARE for word in re.findall(r"[^\W\d_]+", rest))


_PERIODS = (_FROM, _UNTIL, _UNTIL_MONTH, _FIRST_MONTHS, _QUARTER, _ONE_MONTH)
_Span = tuple[tuple[int, int | None] | None, tuple[int, int | None] | None]
"""Start and end as (month, day), None where a heading names only the other."""


def _spans(rest: str) -> Iterator[_Span]:
    """The parts of a year that a heading names, each pattern looking at what the ones before it left."""
    for pattern in _PERIODS:
        for match in pattern.finditer(rest):
            yield _span(pattern, match)
        rest = pattern.sub(" ", rest)


def _without_spans(rest: str) -> str:
    for pattern in _PERIODS:
        rest = pattern.sub(" ", rest)
    return rest


def _span(pattern: re.Pattern[str], match: re.Match[str]) -> _Span:
    first = next(filter(None, match.groups()))
    if pattern is _FROM:
        return (int(match[2]), int(match[1])), None
    if pattern is _UNTIL:
        return None, (int(match[2]), int(match[1]))
    if pattern is _UNTIL_MONTH:
        return None, (int(first), None)
    if pattern is _FIRST_MONTHS:
        return (1, None), (_MONTH_WORDS.get(first) or int(first), None)
    if pattern is _QUARTER:
        return (3 * _QUARTERS[first] - 2, None), (3 * _QUARTERS[first], None)
    return (int(first), None), (int(first), None)


def _same_span(span: _Span, column: Column) -> bool:
    """Is the part of a year the column's own, from its first day to its last?"""
    if column.start is None or column.end is None:
        return False
    return all(
        named is None or (named[0] == edge.month and named[1] in (None, edge.day))
        for named, edge in zip(span, (column.start, column.end), strict=True)
    )


def _only_candidate(claims: list[_Claim], expected: Sequence[Column]) -> list[_Claim]:
    """Where position leaves one possibility for a column without a heading, it claims that period, weakly."""
    claimed = {claim.column.key for claim in claims if claim.column}
    free = [column for column in expected if column.key not in claimed]
    nameless = [claim for claim in claims if not claim.header]
    if len(free) != len(nameless) or not nameless:
        return claims
    guessed = {claim.cols: column for claim, column in zip(nameless, free, strict=True)}
    return [_Claim(c.cols, c.header, guessed.get(c.cols, c.column), c.strong) for c in claims]


def _winners(claims: list[_Claim]) -> tuple[dict[str, tuple[int, ...]], dict[tuple[int, ...], str]]:
    """Column key → the grid columns that get it, and grid columns → why they are in doubt."""
    winners: dict[str, tuple[int, ...]] = {}
    doubts: dict[tuple[int, ...], str] = {}
    for name in dict.fromkeys(claim.column.key for claim in claims if claim.column):
        rivals = [claim for claim in claims if claim.column and claim.column.key == name]
        strong = [claim for claim in rivals if claim.strong]
        winners[name] = (strong or rivals)[0].cols
        if len(strong) > 1:
            doubts |= {claim.cols: "COLUMN_TWICE" for claim in strong}
        elif not strong:
            doubts |= {claim.cols: "COLUMN_UNSURE" for claim in rivals}
    return winners, doubts


def _may_be_wanted(heading: str) -> bool:
    """May a heading that names no column of the form stand for one that is lacking ('Năm 2105', 'Đến nay')?"""
    return bare(heading) not in _ASIDE


def _column_findings(use: ColumnUse, claim: _Claim, appendix: int, place: Place) -> list[Finding]:
    code = use.doubt or (None if use.column else "COLUMN_EXTRA")
    if code is None:
        return []
    expected = claim.column.label if claim.column else None
    where = Place(place.block, place.page, place.table, col=use.cols[0])
    found = use.header or f"cột {use.cols[0]}"
    return [Finding(code, where, appendix, column_key=use.key, found=found, expected=expected)]
