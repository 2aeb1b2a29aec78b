"""What a new version of a report says otherwise than the one before, cell by cell, and which corrections a person may have
to make again."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ingest.text import key
from reports.extraction_tables import BLANK, cell_anchor
from reports.office_text import number
from reports.submission import Received, Row, is_further

NOT_THERE = "(không có)"


@dataclass(frozen=True, slots=True)
class Change:
    """One cell: `before` and `after` as written in the two versions; `column` is its heading. `anchor` is the cell's place
    on the page, None where the new version has no such cell."""

    appendix: int
    indicator: str
    column_key: str
    label: str
    column: str
    before: str
    after: str
    anchor: str | None


@dataclass(frozen=True, slots=True)
class Again:
    """A correction of an earlier version: `value` is what a person then wrote, `after` what the new version says."""

    finding_id: str
    appendix: int
    indicator: str
    column_key: str
    label: str
    column: str
    value: str
    after: str
    command: str
    """What to run where the correction still holds; the name is left to fill in."""


def changes(received: Received) -> list[Change]:
    """The cells that the version before has otherwise, in the form's order, then those that only it has. Only what stands
    in the files is compared: '1500' and '1.500' are one number, and a correction changes no file."""
    before = {_identity(cell): cell for cell in received.earlier_observations}
    after = {_identity(cell): cell for cell in received.observations}
    columns = _columns(received)
    pairs: list[tuple[Row | None, Row | None]] = [(before.get(identity), cell) for identity, cell in after.items()]
    pairs += [(cell, None) for identity, cell in before.items() if identity not in after]
    return [_change(one, other, columns) for one, other in pairs if _content(one) != _content(other)]


def proposals(received: Received) -> Iterator[Again]:
    """The corrections of earlier versions that the new one does not follow."""
    columns = _columns(received)
    labels = {(c["appendix"], c["indicator"]): c["label"] or c["source_label"] or "" for c in received.observations}
    for finding in received.findings:
        if finding["code"] == "CORRECTION_BEFORE" and finding["column_key"]:
            where = (finding["appendix"], finding["indicator"])
            yield Again(
                finding_id=finding["finding_id"],
                appendix=finding["appendix"],
                indicator=finding["indicator"],
                column_key=finding["column_key"],
                label=labels.get(where, ""),
                column=columns.get((finding["appendix"], finding["column_key"])) or finding["column_key"],
                value=finding["expected"],
                after=finding["found"],
                command=_command(received.submission["submission_id"], finding),
            )


def _identity(cell: Row) -> tuple[Any, ...]:
    """Rows and columns that the form lacks are known by their names: their numbers only count them."""
    row = ("", key(cell["source_label"] or "")) if is_further(cell) else (cell["indicator"], "")
    is_extra = str(cell["column_key"]).startswith("extra-")
    return (cell["appendix"], *row, key(cell["source_column"] or "") if is_extra else cell["column_key"], is_extra)


def _content(cell: Row | None) -> tuple[Any, ...]:
    if cell is None or (cell["raw"], cell["value_read"], cell["text_read"]) == (None, None, None):
        return ()
    if cell["status"] == "flagged":
        return ("flagged", key(cell["raw"] or ""))
    if cell["value_read"] is None and cell["text_read"] is None:
        return (key(cell["raw"] or "") or cell["raw"],)
    return (cell["value_read"], key(cell["text_read"] or ""))


def _change(before: Row | None, after: Row | None, columns: dict[tuple[int, str], str]) -> Change:
    cell = after or before or {}
    where = (cell["appendix"], cell["indicator"], cell["column_key"])
    return Change(
        *where,
        label=cell["label"] or cell["source_label"] or "",
        column=columns.get((cell["appendix"], cell["column_key"])) or cell["source_column"] or cell["column_key"],
        before=_shown(before),
        after=_shown(after),
        anchor=cell_anchor(*where) if after else None,
    )


def _shown(cell: Row | None) -> str:
    """As written; what a person made of it stands behind."""
    if cell is None or cell["status"] == "absent":
        return NOT_THERE
    text = str(cell["raw"] or BLANK)
    if cell["status"] != "corrected":
        return f"{text} (?)" if cell["status"] == "flagged" else text
    right = number(cell["value"]) if cell["value"] is not None else cell["text"]
    return f"{text} (đã sửa thành {right})"


def _columns(received: Received) -> dict[tuple[int, str], str]:
    return {(column["appendix"], column["column_key"]): column["label"] for column in received.columns}


def _command(submission_id: str, finding: Row) -> str:
    parts = ("tonghop correct", submission_id, f"--appendix {finding['appendix']}",
             f"--indicator {_quoted(finding['indicator'])}", f"--column {_quoted(finding['column_key'])}",
             f"--value {_quoted(finding['expected'])}", '--reason "như đã sửa ở bản trước"',
             '--by "NGƯỜI SỬA"')  # fmt: skip
    return " ".join(parts)


def _quoted(text: str) -> str:
    """As one word of a command; what a shell would obey is left out, for a person reads and types it."""
    return '"' + "".join(char for char in text if char.isalnum() or char in " .,/%-+_") + '"'
