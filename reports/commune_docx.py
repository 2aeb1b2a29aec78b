"""One commune's report set again in the official layout: its own rows, cells and texts, nothing added up.

Read again, the file gives the same values: cells stand as printed, those whose text alone would be read without doubt
carry '(?)', which reading takes for what it is; rows, columns and appendices that the report lacks are left out.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from pathlib import Path

from docx.document import Document
from duckdb import DuckDBPyConnection

from ingest.values import read_value
from reports import official_docx as paper
from reports.consolidation_layout import DOUBT
from reports.district import read_form
from reports.docx_tables import Box, table
from reports.form_tables import ALIGN, begin_appendix, head, widths
from reports.letterhead import Named, dated, named
from reports.narrative import Chapter, chapters
from reports.office_text import day, number
from reports.output import beside
from reports.submission import Received, Row, is_further, read_submission, rows
from schemas.form import Appendix, Form, Indicator


def write_commune_docx(connection: DuckDBPyConnection, submission_id: str, path: Path, made_at: datetime) -> None:
    """Write the report of one submission, whole, to a .docx file. Raises UsageFault where there is no such report, or the
    file cannot be written."""
    received = read_submission(connection, submission_id)
    form = read_form(connection, received.submission["form"])
    (office,) = rows(connection, "SELECT name FROM office")
    with beside(path) as fresh:
        _document(received, form, named(office["name"]), made_at).save(str(fresh))


def _document(received: Received, form: Form, above: Named, made_at: datetime) -> Document:
    submission = received.submission
    sender = named(submission["unit_name"] or "(chưa rõ đơn vị)")
    document = paper.new_document(form.title, sender.short, made_at)
    number_line = f"Số: {submission['document_number'] or '      /BC-UBND'}"
    place = dated(sender.place, submission["document_date"], made_at.year)
    first, second = sender.letterhead
    paper.letterhead(document, above.short.upper(), f"{first}\n{second}".strip(), number_line, "", place)
    paper.report_title(document, "BÁO CÁO", [form.title])
    told = [{**section, "unit_name": submission["unit_name"]} for section in received.sections]
    written = {section["section"] for section in told if section["status"] != "missing"}
    for chapter in chapters(form, told, [submission["unit_name"]]):
        if chapter.section.path in written or chapter.passages:
            write_heading(document, chapter)
        for passage in chapter.passages:
            if passage.title:
                paper.paragraph(document, passage.title, bold=True)
            for line in passage.lines:
                paper.paragraph(document, line)
    paper.signature(document, [f"{above.short};", "Lưu: VT."], sender.signer)
    for appendix in form.appendices:
        _write_appendix(document, appendix, received, _reference(submission, sender))
    return document


def write_heading(document: Document, chapter: Chapter) -> None:
    """A heading of the outline as the form numbers it; parts stand in the middle, number and title on two lines."""
    title = chapter.section.title
    if chapter.depth == 0:
        paper.heading(document, f"{chapter.number}\n{title.upper()}", 1, align="center")
    else:
        text = title.upper() if chapter.depth == 1 and chapter.section.number.isupper() else title
        paper.heading(document, f"{chapter.number} {text}", chapter.depth + 1, italic=chapter.depth > 3)


def _reference(submission: Row, sender: Named) -> str:
    named_by = submission["document_number"] or "…/BC-UBND"
    when = day(submission["document_date"]) if submission["document_date"] else "…/…/…"
    return f"(Kèm theo Báo cáo số {named_by} ngày {when} của {sender.full})"


def _write_appendix(document: Document, appendix: Appendix, received: Received, reference: str) -> None:
    cells = [cell for cell in received.observations if cell["appendix"] == appendix.number and cell["status"] != "absent"]
    lines = _in_place([list(line) for _, line in groupby(cells, key=lambda cell: cell["ordinal"])])
    # Two tables of one appendix become one, unless the first lacks a column that the second has.
    for n, (_, part) in enumerate(groupby(lines, key=lambda line: frozenset(_form_columns(line)))):
        own = list(part)
        columns = _columns(own, received, appendix)
        if n == 0:
            begin_appendix(document, appendix, len(columns), reference)
        else:
            paper.paragraph(document, f"Phụ lục {paper.roman(appendix.number)} (tiếp theo)", align="center", indent=False)
        body = [_boxes(line, list(columns), appendix) for line in own]
        table(document, widths(len(columns)), [head(appendix, list(columns.values()))], body)


def _in_place(lines: Sequence[list[Row]]) -> list[list[Row]]:
    """Lines as they stand in the report; one that no place is known of, behind the line before it in the form."""
    last = (0, 0)
    placed = []
    for n, line in enumerate(lines):
        own = [(cell["table_no"], cell["row_no"]) for cell in line if cell["row_no"] is not None]
        last = min(own) if own else last
        placed.append((last, n, line))
    return [line for *_, line in sorted(placed, key=lambda item: item[:2])]


def _form_columns(line: Iterable[Row]) -> list[str]:
    return [cell["column_key"] for cell in line if not cell["column_key"].startswith("extra-")]


def _columns(lines: Sequence[list[Row]], received: Received, appendix: Appendix) -> dict[str, str]:
    """column_key → heading, from left to right as in the report: the form's words for its own columns, the report's for
    the others."""
    labels = {c["column_key"]: c["label"] for c in received.columns if c["appendix"] == appendix.number}
    cells = [cell for line in lines for cell in line]
    extra = [f for f in received.findings if f["appendix"] == appendix.number and f["code"] == "COLUMN_EXTRA"]
    tables = {cell["table_no"] for cell in cells}
    # An empty column of the report's own holds no cell, yet the others behind it are counted with it.
    held = [cell["column_key"] for cell in cells if cell["column_key"].startswith("extra-")]
    extra = [f for f in extra if f["table_no"] in tables and f["column_key"] < max(held, default="")]
    present = {cell["column_key"] for cell in cells} | {finding["column_key"] for finding in extra}
    source = {finding["column_key"]: finding["found"] for finding in extra}
    source |= {cell["column_key"]: cell["source_column"] for cell in cells if cell["source_column"]}
    seen = dict.fromkeys(present, 0) | {finding["column_key"]: finding["col_no"] for finding in extra}
    for cell in (cell for cell in cells if cell["col_no"]):
        seen[cell["column_key"]] = min(seen[cell["column_key"]] or cell["col_no"], cell["col_no"])
    order: dict[str, int] = {}
    last = 0
    for name in [*(name for name in labels if name in present), *sorted(present - set(labels))]:
        last = order[name] = seen[name] or last
    return {name: labels.get(name, source.get(name, "")) for name in sorted(order, key=lambda name: order[name])}


def _boxes(line: Sequence[Row], columns: Sequence[str], appendix: Appendix) -> list[Box]:
    first = line[0]
    indicator = next((row for row in appendix.indicators if row.code == first["indicator"]), None)
    by_column = {cell["column_key"]: cell for cell in line}
    is_group = first["kind"] == "heading"
    label = (first["source_label"] or "") if is_further(first) else first["label"]
    boxes = [Box(first["source_stt"] or "", "center", bold=is_group), Box(label, bold=is_group, in_middle=True)]
    # A row of the commune's own may be shorter than the table; an empty square more would be another cell.
    end = max((columns.index(name) + 1 for name in by_column), default=0) if is_further(first) else len(columns)
    return boxes + [
        Box(as_printed(by_column[name], indicator), ALIGN[first["kind"]]) if name in by_column else Box()
        for name in columns[:end]
    ]


def as_printed(cell: Row, indicator: Indicator | None) -> str:
    """A cell's text so that reading it again gives the same value and state; `indicator` is None in a further row."""
    match cell["status"]:
        case "flagged" if is_further(cell) and cell["match_score"] is not None:
            # A second row of an indicator is doubted for itself; a mark would make it contradict the first.
            return cell["raw"] or ""
        case "flagged":
            raw = (cell["raw"] or "").removesuffix(DOUBT).strip()
            if indicator is not None and raw and not cell["column_key"].startswith("extra-"):
                return raw if read_value(raw, indicator).status == "flagged" else f"{raw} {DOUBT}"
            return f"{raw} {DOUBT}".strip()
        case "corrected":
            return _written(cell)
        case "ok" if cell["text"] is not None:
            return str(cell["text"])
        case _:
            return cell["raw"] or ""


def _written(cell: Row) -> str:
    if cell["value"] is None:
        return str(cell["text"])
    if cell["kind"] == "yes_no":
        return "Có" if cell["value"] else "Không"
    return number(cell["value"]) + ("%" if cell["kind"] == "percent" else "")
