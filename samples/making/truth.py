"""What is true of a sample, from what its maker knows: nothing here is read from the file or asked of the program."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any, NamedTuple

from bench.accuracy.letters import folded
from bench.accuracy.model import Cell, Heading, Row, Table
from bench.accuracy.truth import Want, ask
from samples.making.report import Sample
from schemas.form import Appendix


class Seen(NamedTuple):
    """One observation, keyed and named as the contract does; '' for what is not there."""

    appendix: int
    indicator: str
    column_key: str
    status: str
    raw: str
    value: str
    text: str


def observations(sample: Sample) -> list[Seen]:
    """Every indicator × column of the form, then every further row, in the order of the form."""
    return [seen for appendix in sample.form.appendices for seen in _appendix(sample, appendix)]


def _appendix(sample: Sample, appendix: Appendix) -> Iterator[Seen]:
    keys = [column.key for column in sample.form.columns_of(appendix)]
    table = next((table for table in sample.report.tables if table.appendix == appendix.number), None)
    printed = {row.code: row for row in reversed([*table.rows, *table.ghosts])} if table else {}
    for indicator in appendix.indicators:
        row = printed.get(indicator.code)
        if table is None or row is None:
            yield from (Seen(appendix.number, indicator.code, key, "absent", "", "", "") for key in keys)
        else:
            yield from _row(table, row, indicator.code, keys, only_filled=True)
    if table is not None:
        for number, row in enumerate(_further(table), 1):
            yield from _row(table, row, f"extra-{number}", keys, only_filled=False)


def _further(table: Table) -> Iterator[Row]:
    """Rows that the form lacks, and second rows of an indicator; rows with nothing in them are none."""
    seen: set[str] = set()
    for row in table.rows:
        is_second = row.code is not None and row.code in seen
        seen |= {row.code} if row.code else set()
        if (row.code is None or is_second) and (row.label or any(cell.raw.strip() for cell in row.cells.values())):
            yield row


def _row(table: Table, row: Row, code: str, keys: list[str], only_filled: bool) -> Iterator[Seen]:
    found = {column.key: row.cells.get(column.ident) for column in table.form_columns()}
    for key in keys:
        cell = found.get(key)
        yield _seen(table, code, key, row.told.get(key) or (cell.want if cell else None))
    others = [column for column in table.columns if column.role == "extra" or (column.role == "value" and not column.key)]
    for number, column in enumerate(others, 1):
        cell = row.cells.get(column.ident)
        if cell is not None and (folded(cell.raw) or not only_filled):
            yield _seen(table, code, f"extra-{number}", cell.want)
    if row.stray:
        yield _seen(table, code, f"extra-{len(others) + 1}", ask(row.stray))


def _seen(table: Table, code: str, key: str, want: Want | None) -> Seen:
    if want is None:
        return Seen(table.appendix, code, key, "absent", "", "", "")
    if not want.statuses:
        return Seen(table.appendix, code, key, "flagged", folded(want.raw), "", "")
    (status,) = want.statuses
    value = "" if want.value is None else f"{want.value:g}" if want.value < 1e6 else str(int(want.value))
    return Seen(table.appendix, code, key, status, folded(want.raw), value, want.text or "")


def sections(sample: Sample) -> list[dict[str, str | None]]:
    """Every section of the outline and every further heading with its state, the outline's first."""
    headings = sample.report.headings
    first: dict[str, Heading] = {}
    extra: list[Heading] = []
    for heading in headings:
        if heading.path is None or heading.path in first:
            extra.append(heading)
        else:
            first[heading.path] = heading
    out: list[dict[str, str | None]] = []
    for section in sample.form.outline:
        known = first.get(section.path)
        has_children = any(path.startswith(f"{section.path}/") for path in first)
        state = "missing" if known is None else "matched" if known.body or has_children else "empty"
        out.append({"section": section.path, "status": state, "heading": folded(known.printed) if known else None})
    return out + [{"section": None, "status": "extra", "heading": folded(heading.printed)} for heading in extra]


def appendices(sample: Sample) -> dict[str, str]:
    """Appendix number → found, absent or empty."""
    out = {}
    for appendix in sample.form.appendices:
        tables = [table for table in sample.report.tables if table.appendix == appendix.number]
        cells: list[Cell] = [cell for table in tables for row in table.rows for cell in row.cells.values()]
        filled = any(cell.raw.strip() for cell in cells)
        out[str(appendix.number)] = "absent" if not tables else "found" if filled else "empty"
    return out


def document(sample: Sample) -> dict[str, Any]:
    """All but the observations, ready for JSON."""
    sender = sample.report.sender
    return {
        "file": sample.file_name,
        "unit_code": sender.truth_code,
        "document_number": sender.truth_number,
        "document_date": sender.truth_date.isoformat() if sender.truth_date else None,
        "form": sample.form.code,
        "period": sample.form.period,
        "needs_review": sample.needs_review,
        **({"scanned": True} if sample.scanned else {}),
        "appendices": appendices(sample),
        "sections": sections(sample),
        "findings": sorted((asdict(told) for told in sample.told), key=lambda told: [str(part) for part in told.values()]),
    }


def as_json(sample: Sample) -> str:
    """The document as people compare it: one line a section and a finding."""
    whole = document(sample)
    lines = []
    for key, value in whole.items():
        if isinstance(value, list):
            inner = ",\n".join(f"    {json.dumps(item, ensure_ascii=False)}" for item in value)
            lines.append(f"  {json.dumps(key)}: [\n{inner}\n  ]" if value else f"  {json.dumps(key)}: []")
        else:
            lines.append(f"  {json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def as_csv(sample: Sample) -> str:
    """The observations, one a line."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(Seen._fields)
    writer.writerows(observations(sample))
    return stream.getvalue()
