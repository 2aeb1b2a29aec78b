"""Appendix tables of a document → observations: which table is which appendix, which row which indicator, which column
which period. What cannot be told is flagged, never guessed into a total.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.appendices.cells import Observed, observe, observe_absent
from ingest.appendices.columns import Columns, ColumnUse, match_columns
from ingest.appendices.header import Header, header_words
from ingest.appendices.lines import read_lines
from ingest.appendices.sheet import Sheet
from ingest.appendices.titles import Candidate, FormIndex, TableMatch, candidates, match_tables
from ingest.text import shown, strip_number
from schemas.document import Cell, Document
from schemas.finding import Finding
from schemas.form import Appendix, Column, Form
from schemas.office import Settings
from schemas.place import Place
from schemas.record import AppendixFound, Observation


@dataclass(frozen=True, slots=True)
class Appendices:
    """All appendices of one report."""

    found: tuple[AppendixFound, ...]
    observations: tuple[Observation, ...]
    findings: tuple[Finding, ...]
    cells_printed: int
    cells_used: int


def read_appendices(document: Document, form: Form, settings: Settings) -> Appendices:
    """Every expected indicator × column of the form, found or absent, and every further row and column."""
    index = FormIndex(form)
    tables = candidates(document, index, header_words(form))
    matches = match_tables(tables, form, index, settings)
    taken = {id(match.candidate) for match in matches}
    left = [table for table in tables if id(table) not in taken]
    unknown = any(table.is_like_form for table in left)
    elsewhere = [name for table in left for row in table.header.data_rows if (name := _name(table.header, row))]
    found: list[AppendixFound] = []
    observations: list[Observation] = []
    findings: list[Finding] = [_unused_table(table) for table in left]
    printed = used = 0
    for appendix in form.appendices:
        own = [match for match in matches if match.appendix.number == appendix.number]
        seen = _read_appendix(appendix, own, form, settings, unknown, elsewhere)
        cells = [cell for match in own for cell in _printed_cells(match.candidate.header)]
        unused = [cell for cell in cells if id(cell) not in seen.used]
        found.append(_summary(appendix, own, seen, form))
        observations += seen.observations
        findings += seen.findings
        findings += [Finding("CELL_UNUSED", cell.place, appendix.number, found=shown(cell.shown)) for cell in unused]
        printed, used = printed + len(cells), used + len(cells) - len(unused)
    return Appendices(tuple(found), tuple(observations), tuple(findings), printed, used)


def _read_appendix(
    appendix: Appendix,
    own: Sequence[TableMatch],
    form: Form,
    settings: Settings,
    unknown: bool,
    elsewhere: Sequence[str],
) -> Observed:
    """`unknown`: some table looks like an appendix and none knows which; it may be one known only by its title.
    `elsewhere`: names of rows in tables that are no appendix."""
    expected = form.columns_of(appendix)
    if not own:
        doubt = "APPENDIX_UNSURE" if unknown and not appendix.confirmed else None
        absent = Finding("APPENDIX_ABSENT", appendix=appendix.number, expected=f"{appendix.number}: {appendix.title}")
        return Observed(observe_absent(appendix, expected, doubt), [absent])
    sheet = Sheet(appendix, expected, settings, elsewhere)
    findings: list[Finding] = []
    previous: tuple[Header, Columns] | None = None
    for match in own:
        columns = _columns(match, expected, previous)
        lines = read_lines(match.candidate.table, match.candidate.header, columns.uses, appendix.indicators)
        sheet.add(lines, columns, sure=match.sure)
        findings += [*_table_findings(match), *columns.findings]
        previous = match.candidate.header, columns
    seen = observe(sheet, appendix)
    findings = [f for f in findings if f.code != "COLUMN_MISSING" or f.column_key not in sheet.column_keys]
    seen.findings[:0] = [*findings, *sheet.findings(), *_whole_findings(sheet, own, seen)]
    return seen


def _name(header: Header, row: int) -> str:
    return strip_number(header.label(row))[1]


def _columns(match: TableMatch, expected: Sequence[Column], previous: tuple[Header, Columns] | None) -> Columns:
    """The table's columns. The second part of a cut table has no header and goes on with the columns of the first; where
    its grid is another one, which column is which is not sure."""
    header, width = match.candidate.header, match.candidate.table.cols
    if header.found or previous is None or any(use.cols[-1] > width for use in previous[1].uses):
        own = match_columns(header, expected, match.appendix.number, match.candidate.table.place)
        return own if previous is None else replace(own, uses=tuple(_as_doubtful(use, previous[1]) for use in own.uses))
    above, columns = previous
    same = len(above.grid[0]) == width and above.label_cols == header.label_cols
    uses = columns.uses if same else tuple(replace(use, doubt="COLUMN_UNSURE") for use in columns.uses)
    return Columns(uses, columns.missing, ())


def _as_doubtful(use: ColumnUse, before: Columns) -> ColumnUse:
    """The column with the doubt that it had in the part above, under the same key at the same place: a header that comes
    again in tatters ('Năm' / '2017') must not be believed more than the whole one."""
    doubts = (other.doubt for other in before.uses if (other.key, other.cols) == (use.key, use.cols))
    return replace(use, doubt=use.doubt or next(doubts, None))


def _table_findings(match: TableMatch) -> Iterator[Finding]:
    candidate, number = match.candidate, match.appendix.number
    if candidate.number not in (None, number):
        yield Finding("APPENDIX_NUMBER", candidate.table.place, number, found=candidate.number_text, expected=str(number))
    if not match.sure:
        title = candidate.title or "không có tên"
        expected = f"{number}: {match.appendix.title}"
        yield Finding("APPENDIX_UNSURE", candidate.table.place, number, found=title[:80], expected=expected)


def _whole_findings(sheet: Sheet, own: Sequence[TableMatch], seen: Observed) -> Iterator[Finding]:
    number, place = sheet.appendix.number, own[0].candidate.table.place
    twice = sum(placed.match.doubt == "ROW_TWICE" for placed in sheet.further)
    if len(own) > 1 and twice > len(sheet.mains) / 2:
        yield Finding("APPENDIX_TWICE", own[1].candidate.table.place, number, expected=str(number))
    if not any(observation.raw for observation in seen.observations):
        yield Finding("APPENDIX_EMPTY", place, number, expected=f"{number}: {sheet.appendix.title}")


def _summary(appendix: Appendix, own: Sequence[TableMatch], seen: Observed, form: Form) -> AppendixFound:
    filled = sum(observation.raw is not None for observation in seen.observations)
    first = own[0] if own else None
    return AppendixFound(
        appendix=appendix.number,
        status="absent" if first is None else "found" if filled else "empty",
        confirmed=appendix.confirmed,
        cells_expected=len(appendix.indicators) * len(form.columns_of(appendix)),
        cells_filled=filled,
        cells_flagged=sum(observation.status == "flagged" for observation in seen.observations),
        score=round(min(1.0, first.evidence / 3.0), 4) if first else None,
        title=first.candidate.title if first else None,
        place=first.candidate.table.place if first else Place(),
    )


def _printed_cells(header: Header) -> list[Cell]:
    """The non-empty data cells of a table, each once: what must be used or said to be unused."""
    names = {header.stt_col, *header.label_cols}
    cells: dict[int, Cell] = {}
    for row in header.data_rows:
        for col in header.value_cols:
            cell = header.cell(row, col)
            if cell is not None and cell.col not in names and shown(cell.shown):
                cells[id(cell)] = cell
    return list(cells.values())


def _unused_table(candidate: Candidate) -> Finding:
    texts = [shown(cell.shown) for cell in candidate.table.cells]
    code = "TABLE_UNKNOWN" if candidate.is_like_form else "TABLE_UNUSED"
    return Finding(code, candidate.table.place, found=" | ".join(text for text in texts if text)[:80])


__all__ = ["Appendices", "read_appendices"]
