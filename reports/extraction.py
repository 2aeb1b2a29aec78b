"""The extraction report: one page a submission that says who sent what, whether it can be accepted and what to send back.

The page is one HTML file with nothing outside it and no script; beside it the same as JSON. Both are made from the public
views alone.
"""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import Any

from duckdb import DuckDBPyConnection
from jinja2 import Environment, PackageLoader, StrictUndefined

from reports import office_text
from reports.changes import Change, changes, proposals
from reports.extraction_findings import appendix_anchor, certainty, evidence, groups, judge, outline, to_do
from reports.extraction_tables import explaining, sheets
from reports.submission import Received, Row, read_submission, resolve_ids
from schemas.errors import UsageFault
from schemas.sql.reading import ascii_name

JSON_FORM = "tonghop.extraction-report/1"
"""Changes only where a key changes its name or meaning."""
_READING_CODES = frozenset(
    {
        "COMMENT_LEFT", "DELETED_TEXT", "HIDDEN_TEXT", "LEGACY_FONT", "LEGACY_FONT_UNSURE", "MISSING_PART",
        "TABLE_JOINED", "TABLE_UNUSED", "TRUNCATED_STRUCTURE",
    }
)  # fmt: skip
"""Findings about how the file was read: what was decoded, joined or left out."""
_STATUSES = {
    "received": "đã nhận", "needs_review": "cần xác nhận", "accepted": "đã chấp nhận", "returned": "đã trả lại",
    "rejected": "đã loại", "withdrawn": "đã rút",
}  # fmt: skip
_ACTIONS = {
    "accept": "Chấp nhận", "return": "Trả lại", "withdraw": "Rút", "assign": "Ghi đơn vị gửi", "correct": "Sửa ô",
    "undo": "Hủy quyết định",
}  # fmt: skip
_FORMATS = {"docx": "Word (.docx)", "doc": "Word 97–2003 (.doc)", "pdf": "PDF có chữ", "scan": "PDF quét"}
_CELL_KEYS = (
    "raw", "value", "text", "value_read", "text_read", "status", "confidence", "source_column", "page", "table_no",
    "row_no", "col_no",
)  # fmt: skip
_ROW_KEYS = ("ordinal", "parent", "label", "kind", "measure", "source_stt", "source_label", "match_score")
_FINDING_KEYS = (
    "finding_id", "origin", "severity", "code", "message", "advice", "for_sender", "appendix", "indicator", "column_key",
    "section", "page", "table_no", "row_no", "col_no", "found", "expected",
)  # fmt: skip


def write_reports(connection: DuckDBPyConnection, ids: Sequence[str], folder: Path) -> list[Path]:
    """Write the page and the JSON of each submission into `folder` (made if need be); returns the paths, HTML first.

    `ids` are submission ids or beginnings of them; none means every current submission. Files are named by unit and id
    ('xa_an_hoa_thinh_0123456789ab.html') and replaced whole. Raises UsageFault where an id names no report or more
    than one (nothing is written then), or the folder cannot be written.
    """
    written: list[Path] = []
    for submission_id in resolve_ids(connection, ids):
        received = read_submission(connection, submission_id)
        name = f"{ascii_name(received.submission['unit_name'] or 'chưa rõ đơn vị')}_{submission_id}"
        written.append(_write(folder / f"{name}.html", _html(received)))
        written.append(_write(folder / f"{name}.json", _json(received)))
    return written


def render_html(connection: DuckDBPyConnection, submission_id: str) -> str:
    """The page of one submission. Raises UsageFault where there is none of this id."""
    return _html(read_submission(connection, submission_id))


def render_json(connection: DuckDBPyConnection, submission_id: str) -> str:
    """The same as one JSON object with these keys; dates in ISO 8601, what is not known null, never left out.

    - `schema`: JSON_FORM.
    - `submission`: the row of view submissions, with `form_name`, `form_title`.
    - `verdict`: `level` ('good' | 'look' | 'stop'), `title`, `details` (Vietnamese sentences).
    - `counts`: cells where a value is expected: `read` (also those that say 'none' or 'x'), `flagged`, `blank`,
      `absent`; over all files `cells_printed`, `cells_used`.
    - `files`, `evidence`, `decisions` (those in force): rows of the views of these names; `history`: all decisions.
    - `findings`: errors first; `finding_id, origin, severity, code, message, advice, for_sender, appendix, indicator,
      column_key, section, page, table_no, row_no, col_no, found, expected`.
    - `sections`: rows of view sections, whole bodies.
    - `appendices`: rows of view appendices with `form_title`, and `columns` (`column_key, label, is_extra, is_absent`)
      and `rows`: `indicator`, the keys of view observations_all that belong to a row (`ordinal, parent, label, kind,
      measure, source_stt, source_label, match_score`) and `cells`: column_key → `raw, value, text, value_read,
      text_read, status, confidence, source_column, page, table_no, row_no, col_no` and `findings` (the ids that say why
      a cell is doubtful).
    - `earlier`: the row of view submissions of the version before, null where there is none; `changes`: the cells that
      it has otherwise (`appendix, indicator, column_key, label, column, before, after`); `corrections_to_repeat`:
      corrections of earlier versions that this one does not follow (`finding_id, appendix, indicator, column_key,
      label, column, value, after, command`).

    Raises UsageFault where there is no submission of this id.
    """
    return _json(read_submission(connection, submission_id))


def _html(received: Received) -> str:
    reading = [finding for finding in received.findings if finding["code"] in _READING_CODES]
    info = [f for f in received.findings if f["severity"] == "info" and f not in reading]
    look, ask = to_do(received)
    return (
        _environment()
        .get_template("extraction.html")
        .render(
            received=received,
            submission=received.submission,
            verdict=judge(received),
            certainty=certainty(received),
            evidence=evidence(received),
            to_look_at=groups(look, received),
            to_send_back=groups(ask, received),
            info=groups(info, received),
            reading=groups([f for f in reading if f["severity"] == "info"], received),
            outline=outline(received),
            sheets=sheets(received),
            undone=partial(_undone, received),
            changes=changes(received),
            again=list(proposals(received)),
        )
    )


def _undone(received: Received, undo: Row) -> str:
    """The decision that an undo took back: 'chấp nhận (10:05 ngày 05/6/2020)'."""
    old = next(decision for decision in received.history if decision["decision_id"] == undo["undoes"])
    return f"{_ACTIONS[old['action']].lower()} ({office_text.moment(old['decided_at'])})"


@cache
def _environment() -> Environment:
    """Autoescape is on for every template, whatever its name: text of documents never becomes markup."""
    environment = Environment(
        loader=PackageLoader("reports"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {
        "day": office_text.day,
        "moment": office_text.moment,
        "number": office_text.number,
        "size": office_text.size,
    }
    environment.globals |= {
        "actions": _ACTIONS, "appendix_anchor": appendix_anchor, "formats": _FORMATS, "statuses": _STATUSES,
    }  # fmt: skip
    return environment


def _json(received: Received) -> str:
    verdict = judge(received)
    counts = {status: received.count(status) for status in ("flagged", "blank", "absent")}
    report = {
        "schema": JSON_FORM,
        "submission": received.submission,
        "verdict": {"level": verdict.level, "title": verdict.title, "details": verdict.details},
        "counts": {
            "read": received.count("ok", "corrected", "none", "not_applicable"),
            **counts,
            **{name: sum(file[name] or 0 for file in received.files) for name in ("cells_printed", "cells_used")},
        },
        "files": received.files,
        "evidence": received.evidence,
        "decisions": received.decisions,
        "history": received.history,
        "findings": [{name: finding[name] for name in _FINDING_KEYS} for finding in received.findings],
        "sections": received.sections,
        "appendices": _appendices(received),
        "earlier": received.earlier,
        "changes": [_without_anchor(change) for change in changes(received)],
        "corrections_to_repeat": [asdict(again) for again in proposals(received)],
    }
    return json.dumps(report, ensure_ascii=False, default=_iso) + "\n"


def _without_anchor(change: Change) -> Row:
    return {name: value for name, value in asdict(change).items() if name != "anchor"}


def _iso(value: date) -> str:
    return value.isoformat()


def _appendices(received: Received) -> list[Row]:
    appendices = []
    for sheet in sheets(received):
        number = sheet.appendix["appendix"]
        lines: dict[str, Row] = {}
        for cell in received.observations:
            if cell["appendix"] == number:
                start = {"indicator": cell["indicator"], **{name: cell[name] for name in _ROW_KEYS}, "cells": {}}
                lines.setdefault(cell["indicator"], start)["cells"][cell["column_key"]] = _cell(cell, received)
        columns = [
            {"column_key": h.key, "label": h.label, "is_extra": h.is_extra, "is_absent": h.is_absent}
            for h in sheet.headings
        ]
        appendices.append({**sheet.appendix, "columns": columns, "rows": list(lines.values())})
    return appendices


def _cell(cell: Row, received: Received) -> dict[str, Any]:
    said = explaining(cell, received.findings) if cell["status"] == "flagged" else []
    return {**{name: cell[name] for name in _CELL_KEYS}, "findings": [finding["finding_id"] for finding in said]}


def _write(path: Path, text: str) -> Path:
    """Beside, then renamed: a reader never meets half a page."""
    beside = path.with_name(path.name + ".dang-ghi")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(text, encoding="utf-8")
        os.replace(beside, path)
    except OSError as error:
        raise UsageFault(
            "OUTPUT_UNWRITABLE", f"Không ghi được {path}: {error.strerror}.", "Kiểm tra thư mục, quyền ghi và ổ đĩa."
        ) from error
    return path
