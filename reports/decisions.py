"""Decisions as people make and hear them: what was typed for a cell becomes its value, and after each decision it is said
what is now true of the report."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from duckdb import DuckDBPyConnection

from ingest.values import guess_kind, read_value
from reports.corrections import FORMS
from reports.district import read_form
from reports.office_text import moment, number
from reports.status import STATES
from reports.submission import Row, rows
from schemas.errors import UsageFault
from schemas.form import Indicator

ACTIONS = {
    "accept": "chấp nhận", "return": "trả lại", "withdraw": "rút", "assign": "ghi đơn vị gửi", "correct": "sửa ô",
    "undo": "hủy quyết định",
}  # fmt: skip
_NOW = """SELECT s.*, c.doubtful, c.contradictory, c.submission_id IS NOT NULL AS is_standing
FROM submissions AS s LEFT JOIN completeness AS c ON c.submission_id = s.submission_id WHERE s.submission_id = ?"""
_CURRENT = """SELECT * FROM submissions WHERE unit_id = ? AND form = ? AND period = ? AND is_current
AND version IS NOT NULL"""
_DECISION = "SELECT * FROM decisions WHERE decision_id = ?"
_CELLS = "SELECT * FROM observations_all WHERE submission_id = ? AND appendix = ? ORDER BY ordinal, col_no, column_key"
_SHOWN = 40
"""So many codes are still looked through in a message."""


@dataclass(frozen=True, slots=True)
class Corrected:
    """A cell with its right content: `value` or `text`, whichever the row's kind has. `column_key` as stored."""

    indicator: str
    column_key: str
    value: float | None
    text: str | None


def read_correction(
    connection: DuckDBPyConnection, submission_id: str, appendix: int, indicator: str, column: str, typed: str
) -> Corrected:
    """What a person typed for a cell of a report, read as a cell of its row would be: '1.500', '95%', 'Có', '38/41'.

    Raises UsageFault where the report has no such appendix, row or column, or the row's kind does not allow the text.
    """
    cells = rows(connection, _CELLS, [submission_id, appendix])
    if not cells:
        found = "SELECT DISTINCT appendix AS a FROM observations_all WHERE submission_id = ? ORDER BY 1"
        raise _no_such("phụ lục", str(appendix), [str(r["a"]) for r in rows(connection, found, [submission_id])])
    own = [cell for cell in cells if cell["indicator"] == indicator.strip()]
    if not own:
        raise _no_such(f"chỉ tiêu (phụ lục {appendix})", indicator, [cell["indicator"] for cell in cells])
    cell = next((cell for cell in own if cell["column_key"] == column.strip()), None)
    if cell is None:
        raise _no_such(f"cột (phụ lục {appendix}, chỉ tiêu {indicator})", column, [cell["column_key"] for cell in own])
    row = _row(connection, cell, typed)
    reading = read_value(typed, row)
    if reading.status != "ok" or row.kind == "heading":
        raise UsageFault("VALUE_NOT_ALLOWED", f"«{typed}» không hợp với «{row.label}».", _allowed(row))
    text = None if reading.value is not None else reading.text
    return Corrected(cell["indicator"], cell["column_key"], reading.value, text)


def decided(connection: DuckDBPyConnection, submission_id: str) -> Iterator[str]:
    """What is true of a report after a decision about it, in sentences."""
    (now,) = rows(connection, _NOW, [submission_id])
    name = now["unit_name"] or "Chưa rõ đơn vị"
    version = f", lần gửi {now['version']}" if now["version"] is not None else ""
    yield f"{name}: {STATES[now['status']]}{version}{_place(now)} ({now['file_name']}, mã {submission_id})."
    if now["status"] == "accepted" and now["is_standing"] and (doubts := _doubts(now)):
        yield f"Đã chấp nhận nhưng còn {' và '.join(doubts)} chưa giải quyết; ô nghi ngờ vẫn không được tính vào tổng."
    if not now["is_current"] and now["unit_id"] is not None:
        yield _instead(rows(connection, _CURRENT, [now["unit_id"], now["form"], now["period"]]), name)


def undone(connection: DuckDBPyConnection, decision_id: str) -> str:
    """Which decision an undo has taken back, in a sentence."""
    (old,) = rows(connection, _DECISION, [decision_id])
    cell = f" {old['appendix']}/{old['indicator']} cột {old['column_key']}" if old["action"] == "correct" else ""
    return f"Đã hủy: {ACTIONS[old['action']]}{cell}, do {old['decided_by']} quyết định {moment(old['decided_at'])}."


def cell_name(connection: DuckDBPyConnection, submission_id: str, appendix: int, corrected: Corrected) -> str:
    """A corrected cell in words: 'Phụ lục 5, «Tổng số biên chế», cột 2019: 12 (trong báo cáo: 1,2)'."""
    cell = next(
        cell
        for cell in rows(connection, _CELLS, [submission_id, appendix])
        if (cell["indicator"], cell["column_key"]) == (corrected.indicator, corrected.column_key)
    )
    content = number(corrected.value) if corrected.value is not None else corrected.text
    label = cell["label"] or cell["source_label"] or corrected.indicator
    return (
        f"Phụ lục {appendix}, «{label}», cột {corrected.column_key}: {content} "
        f"(trong báo cáo: {cell['raw'] or 'để trống'})."
    )


def _row(connection: DuckDBPyConnection, cell: Row, typed: str) -> Indicator:
    """The form's row; one that only this report has, or a column that the form lacks, is as the report made it."""
    appendix = read_form(connection, cell["form"]).by_number.get(cell["appendix"])
    own = next((row for row in appendix.indicators if row.code == cell["indicator"]), None) if appendix else None
    is_forms_column = not str(cell["column_key"]).startswith("extra-")
    if own is not None and is_forms_column:
        return own
    label = cell["label"] or cell["source_label"] or cell["indicator"]
    kind = cell["kind"] if is_forms_column else guess_kind([typed])
    return Indicator(code=cell["indicator"], label=label, kind=kind, measure=cell["measure"])


def _allowed(row: Indicator) -> str:
    if row.kind == "heading":
        return "Đây là dòng nhóm, không có số liệu; ghi vào các dòng bên dưới."
    if row.kind == "choice":
        return "Ghi một trong các từ: " + " / ".join(choice.text for choice in row.choices) + "."
    wanted = FORMS.get(row.kind, "chữ")
    measure = f", tính bằng {row.measure}" if row.measure else ""
    nought = "; không có thì ghi 0" if row.kind in ("count", "percent") else ""
    return f"Ô này ghi {wanted}{measure}{nought}."


def _no_such(what: str, given: str, known: Sequence[str]) -> UsageFault:
    listed = list(dict.fromkeys(known))
    more = " …" if len(listed) > _SHOWN else ""
    return UsageFault(
        "CELL_UNKNOWN", f"Báo cáo không có {what} «{given}».", f"Có: {', '.join(listed[:_SHOWN]) or 'không có gì'}{more}."
    )


def _place(now: Row) -> str:
    if now["version"] is None:
        return ""
    return ", là bản đang dùng" if now["is_current"] else ", không phải bản đang dùng"


def _doubts(now: Row) -> list[str]:
    counts = ((now["doubtful"], "ô nghi ngờ"), (now["contradictory"], "mâu thuẫn"))
    return [f"{count} {what}" for count, what in counts if count]


def _instead(current: Sequence[Row], name: str) -> str:
    if not current:
        return f"{name} nay không còn báo cáo nào được tính."
    (it,) = current
    return (
        f"Bản đang dùng của {name} là lần gửi {it['version']} ({it['file_name']}, mã {it['submission_id']}): "
        f"{STATES[it['status']]}."
    )
