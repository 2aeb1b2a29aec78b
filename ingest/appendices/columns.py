"""Columns ↔ periods: which value column is which column of the form, in whatever order they stand."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ingest.appendices.header import Header, years
from ingest.text import bare, shown, similarity
from schemas.document import Cell
from schemas.finding import Finding
from schemas.form import Column
from schemas.place import Place

_LIKE_A_LABEL = 0.8
# Words that a heading may add to a period without changing it.
_BENIGN = frozenset(
    bare("năm n số liệu kết quả thực hiện tính đến hết ngày tháng quý đầu kỳ báo cáo trong của các và thời điểm").split()
)
_DAY_MONTH = re.compile(r"(?<!\d)(\d{1,2}) ?[/.\-] ?(\d{1,2})(?: ?[/.\-] ?(?:19|20)\d\d)?(?!\d)")
_MONTHS = re.compile(r"(?<!\d)(\d{1,2}) thang|(?:den|het) (?:het )?thang (\d{1,2})|thang (\d{1,2})(?! dau)")
_QUARTER = re.compile(r"quy (iv|i{1,3}|[1-4])\b")
_QUARTERS = {"i": 3, "ii": 6, "iii": 9, "iv": 12, "1": 3, "2": 6, "3": 9, "4": 12}


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
    uses: list[ColumnUse] = []
    findings: list[Finding] = []
    winners, doubts = _winners(claims)
    lacking = {column.key for column in expected} - set(winners)
    extras = 0
    for claim in claims:
        column = claim.column if winners.get(claim.column.key if claim.column else "") == claim.cols else None
        doubt = doubts.get(claim.cols)
        if column is None:
            extras += 1
            doubt = doubt or ("COLUMN_UNSURE" if not claim.header or (lacking and _may_be_period(claim.header)) else None)
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
    """A heading over several columns tells them apart only where it names a year of its own ('Năm 2019' over two)."""
    return cell.col_span > len(cols) and not years(shown(cell.shown))


def _claim(cols: tuple[int, ...], header: Header, expected: Sequence[Column]) -> _Claim:
    text = " ".join(_path(header, cols))
    column, strong = match_heading(text, tuple(expected))
    return _Claim(cols, text, column, strong)


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
    plain = bare(text.replace("_", " "))
    if not all(_ends_with(column, month, day) for month, day in _named_ends(text, plain)):
        return False
    known = set().union(*(bare(word).split() for word in (column.label, *column.synonyms)))
    spare = [word for word in plain.split() if word not in known and word not in _BENIGN and not word.isdigit()]
    return all(word in _QUARTERS for word in spare)


def _named_ends(text: str, plain: str) -> Iterable[tuple[int, int | None]]:
    """(month, day) of every end of a period that a heading names."""
    for day, month in _DAY_MONTH.findall(text):
        yield int(month), int(day)
    undated = _DAY_MONTH.sub(" ", text)
    spoken = bare(undated) if undated != text else plain
    for groups in _MONTHS.findall(spoken):
        yield int(next(filter(None, groups))), None
    for quarter in _QUARTER.findall(spoken):
        yield _QUARTERS[quarter], None


def _ends_with(column: Column, month: int, day: int | None) -> bool:
    return column.end is not None and column.end.month == month and day in (None, column.end.day)


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


def _may_be_period(heading: str) -> bool:
    """May a heading that names no column of the form be one mistyped ('Năm 2105', '20l8')?"""
    words = bare(heading).split()
    return "nam" in words or any(char.isdigit() for char in heading)


def _column_findings(use: ColumnUse, claim: _Claim, appendix: int, place: Place) -> list[Finding]:
    code = use.doubt or (None if use.column else "COLUMN_EXTRA")
    if code is None:
        return []
    expected = claim.column.label if claim.column else None
    where = Place(place.block, place.page, place.table, col=use.cols[0])
    found = use.header or f"cột {use.cols[0]}"
    return [Finding(code, where, appendix, column_key=use.key, found=found, expected=expected)]
