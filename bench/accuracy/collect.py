"""Collects what the cells know into the truth of one report: every (appendix, indicator, column_key) of the form."""

from dataclasses import replace

from bench.accuracy.letters import folded
from bench.accuracy.model import Cell, Report, Row, Table
from bench.accuracy.truth import ABSENT, Further, Heading, Key, Truth, Want


def collect(report: Report) -> Truth:
    """The truth of the report as it now stands (after every disorder)."""
    sender = report.sender
    return Truth(
        file_name=f"{sender.file_name}.docx",
        unit_code=sender.truth_code,
        unit_may_be_asked=sender.may_be_asked,
        document_number=sender.truth_number,
        document_date=sender.truth_date,
        cells=_cells(report),
        further=_further(report),
        headings=_headings(report),
        disorders=list(report.disorders),
        producer=report.producer,
    )


def _cells(report: Report) -> dict[Key, Want]:
    found: dict[Key, Want] = {}
    for table in report.tables:
        inside: dict[Key, Want] = {}
        for row in (*table.rows, *table.ghosts):
            if row.code is not None:
                for key, want in _row(table, row):
                    inside[key] = _joined(inside[key], want, same_table=True) if key in inside else want
        for key, want in inside.items():
            found[key] = _joined(found[key], want, same_table=False) if key in found else want
    return {
        (appendix, code, key): found.get((appendix, code, key), ABSENT)
        for appendix, codes in report.form_codes.items()
        for code in codes
        for key in report.column_keys[appendix]
    }


def _row(table: Table, row: Row) -> list[tuple[Key, Want]]:
    assert row.code is not None
    out = []
    last = len(table.columns) - row.short
    for at, column in enumerate(table.columns):
        if column.role != "value" or column.key is None:
            continue
        if column.ident not in row.cells and column.key in row.told:
            continue
        hidden = row.spans_all or at >= last
        want = Want(frozenset({"blank", "absent"})) if hidden else _shown(row.cells.get(column.ident))
        out.append(((table.appendix, row.code, column.key), want))
    return out + [((table.appendix, row.code, key), want) for key, want in row.told.items()]


def _shown(cell: Cell | None) -> Want:
    return ABSENT if cell is None else replace(cell.want, raw=folded(cell.want.raw))


def _joined(first: Want, second: Want, same_table: bool) -> Want:
    """Two printed cells for one place: alike they can be read, unlike they must be asked about."""
    if (first.raw, first.statuses, first.value) == (second.raw, second.statuses, second.value):
        return first.asked("may") if same_table else first
    if first.raw == second.raw and not (first.statuses and second.statuses):
        return (first if first.statuses else second).asked("may")
    if not first.raw or not second.raw:
        return (first if first.raw else second).asked("may")
    return replace(first, statuses=frozenset(), asking="must")


def _further(report: Report) -> list[Further]:
    """Printed cells outside the form's keys; those of later copies and of a year's second column are spare."""
    out, seen = [], set()
    for table in report.tables:
        again = table.appendix in seen
        seen.add(table.appendix)
        for row in table.rows:
            out += [_cell(table, row, cell, again) for cell in _outside(table, row, again)]
            if row.stray and folded(row.stray):
                out.append(Further(table.appendix, folded(row.label), folded(row.stray), None, again))
    return [further for further in out if further.raw]


def _outside(table: Table, row: Row, again: bool) -> list[tuple[Cell, bool]]:
    """(cell, spare) of the cells of one row that have no key, or whose key was answered before."""
    out = []
    twice = row.code is not None and sum(other.code == row.code for other in table.rows) > 1
    for column in table.columns:
        cell = row.cells.get(column.ident)
        if cell is None or column.role not in ("value", "extra"):
            continue
        keyed = row.code is not None and column.role == "value" and column.key is not None
        if not keyed or again or twice:
            out.append((cell, again or twice or (column.role == "value" and column.key is None)))
    return out


def _cell(table: Table, row: Row, found: tuple[Cell, bool], again: bool) -> Further:
    cell, spare = found
    return Further(table.appendix, folded(row.label), folded(cell.raw), cell.want.value, again or spare)


def _headings(report: Report) -> dict[str, Heading]:
    out: dict[str, Heading] = {}
    for heading in report.headings:
        if heading.path is not None and heading.path not in out:
            first = heading.body[0] if heading.body else ""
            number = "" if heading.automatic else heading.number
            out[heading.path] = Heading(number, folded(heading.title), folded(first))
    return out
