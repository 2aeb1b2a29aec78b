"""What the public views say of one submission, read once: the rows that a report about it is made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from duckdb import DuckDBPyConnection

from reports.office_text import calls_on_sender
from schemas.errors import UsageFault

Row = dict[str, Any]
"""Column → value, the columns being those of the view."""

_SUBMISSION = """SELECT s.*, f.name AS form_name, f.title AS form_title
FROM submissions AS s LEFT JOIN forms AS f ON f.form = s.form WHERE s.submission_id = ?"""
_FILES = "SELECT * FROM files WHERE submission_id = ? AND outcome = 'loaded' ORDER BY received_at, sha256"
_EVIDENCE = "SELECT * FROM evidence WHERE submission_id = ? ORDER BY ordinal"
_APPENDICES = """SELECT a.*, c.appendix_title AS form_title FROM appendices AS a
JOIN submissions AS s ON s.submission_id = a.submission_id
LEFT JOIN (SELECT DISTINCT form, appendix, appendix_title FROM form_columns) AS c
    ON c.form = s.form AND c.appendix = a.appendix
WHERE a.submission_id = ? ORDER BY a.appendix"""
_COLUMNS = """SELECT c.* FROM form_columns AS c JOIN submissions AS s ON s.form = c.form
WHERE s.submission_id = ? ORDER BY c.appendix, c.ordinal"""
_OBSERVATIONS = "SELECT * FROM observations_all WHERE submission_id = ? ORDER BY appendix, ordinal, col_no, column_key"
_SECTIONS = "SELECT * FROM sections WHERE submission_id = ? ORDER BY ordinal"
_FINDINGS = """SELECT f.* FROM findings AS f
LEFT JOIN sections AS s ON s.submission_id = f.submission_id AND s.section = f.section
WHERE f.submission_id = ?
ORDER BY CASE f.severity WHEN 'error' THEN 1 WHEN 'warning' THEN 2 ELSE 3 END,
    CASE WHEN f.appendix IS NOT NULL THEN 2 WHEN f.section IS NOT NULL THEN 3 ELSE 1 END, f.appendix, s.ordinal,
    f.table_no, f.row_no, f.col_no, f.code, f.finding_id"""
_DECISIONS = """SELECT d.*, u.name AS unit_name FROM decisions AS d LEFT JOIN units AS u ON u.unit_id = d.unit_id
WHERE d.submission_id = $1
    OR d.submission_id IN (SELECT substr(sha256, 1, 12) FROM files WHERE submission_id = $1 AND outcome = 'loaded')
ORDER BY d.ordinal"""
_EARLIER = """SELECT b.* FROM submissions AS b
JOIN submissions AS s ON s.unit_id = b.unit_id AND s.form = b.form AND s.period = b.period AND b.version < s.version
WHERE s.submission_id = ? AND b.status <> 'withdrawn' ORDER BY b.version DESC LIMIT 1"""


@dataclass(frozen=True, slots=True)
class Received:
    """One submission as the views show it. `findings` stand errors first and carry their `advice` (None: none known)
    and `for_sender` (the sender has to do something about it, not the office)."""

    submission: Row
    files: list[Row]
    evidence: list[Row]
    appendices: list[Row]
    columns: list[Row]
    observations: list[Row]
    sections: list[Row]
    findings: list[Row]
    decisions: list[Row]
    history: list[Row]
    """Every decision, those taken back too; `decisions` are those in force."""
    earlier: Row | None
    """The version before (of view submissions), withdrawn ones left out; None: there is none."""
    earlier_observations: list[Row]

    @property
    def serious(self) -> list[Row]:
        """The findings that need a person: errors and warnings."""
        return [finding for finding in self.findings if finding["severity"] != "info"]

    def count(self, *statuses: str) -> int:
        """How many cells have one of these statuses, squares where nothing is expected and nothing stands left out."""
        return sum(cell["status"] in statuses and not is_void(cell) for cell in self.observations)


def read_submission(connection: DuckDBPyConnection, submission_id: str) -> Received:
    """Everything the views know of one submission. Raises UsageFault where there is none of this id."""

    def ask(sql: str) -> list[Row]:
        return rows(connection, sql, [submission_id])

    found = ask(_SUBMISSION)
    if not found:
        raise _unknown(submission_id, several=False)
    history = ask(_DECISIONS)
    earlier = next(iter(ask(_EARLIER)), None)
    return Received(
        submission=found[0],
        files=ask(_FILES),
        evidence=ask(_EVIDENCE),
        appendices=ask(_APPENDICES),
        columns=ask(_COLUMNS),
        observations=ask(_OBSERVATIONS),
        sections=ask(_SECTIONS),
        findings=[advised(finding) for finding in ask(_FINDINGS)],
        decisions=[decision for decision in history if decision["is_in_force"] and decision["action"] != "undo"],
        history=history,
        earlier=earlier,
        earlier_observations=rows(connection, _OBSERVATIONS, [earlier["submission_id"]]) if earlier else [],
    )


def resolve_ids(connection: DuckDBPyConnection, prefixes: Sequence[str]) -> list[str]:
    """The submissions whose ids start with each of `prefixes`, once each; every current one where none is given.

    Raises UsageFault where a prefix names no submission or more than one.
    """
    if not prefixes:
        current = "SELECT submission_id FROM submissions WHERE is_current ORDER BY unit_name, submission_id"
        return [row["submission_id"] for row in rows(connection, current)]
    return list(dict.fromkeys(_resolve(connection, prefix) for prefix in prefixes))


def rows(
    connection: DuckDBPyConnection, sql: str, parameters: Sequence[object] | Mapping[str, object] = ()
) -> list[Row]:
    """The rows of a query as dicts; parameters by place (?) or by name ($name)."""
    result = connection.execute(sql, parameters)
    names = [column[0] for column in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def is_void(cell: Row) -> bool:
    """Nothing stands here and nothing is expected: an empty square of a group heading, or of a row that the form lacks."""
    return cell["status"] in ("blank", "absent") and (cell["kind"] == "heading" or is_further(cell))


def is_further(cell: Row) -> bool:
    """In a row that the form lacks."""
    return str(cell["indicator"]).startswith("extra-")


def _resolve(connection: DuckDBPyConnection, prefix: str) -> str:
    wanted = prefix.strip().lower()
    found = rows(connection, "SELECT submission_id FROM submissions WHERE starts_with(submission_id, ?) LIMIT 2", [wanted])
    if len(found) != 1 or not wanted:
        raise _unknown(prefix, several=len(found) > 1)
    return str(found[0]["submission_id"])


def _unknown(prefix: str, *, several: bool) -> UsageFault:
    return UsageFault(
        "SUBMISSION_UNKNOWN",
        f"{'Có hơn một báo cáo' if several else 'Không có báo cáo nào'} mang mã «{prefix}».",
        'Xem mã ở cột submission_id: tonghop sql "SELECT submission_id, unit_name, file_name FROM submissions"',
    )


def advised(finding: Row) -> Row:
    """A row of view findings with `for_sender`: whether it is the sender who has to do what its advice says."""
    return {**finding, "for_sender": calls_on_sender(finding["advice"] or "")}
