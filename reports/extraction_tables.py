"""Appendices laid out as the office knows them: the form's rows and columns in the form's order, cells as printed,
doubtful ones with a numbered note, and what the form lacks beneath and at the right."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Literal

from ingest.text import bare
from reports.office_text import day, number, place
from reports.submission import Received, Row, is_further, is_void

Align = Literal["right", "center", "left"]
_ALIGN: dict[str, Align] = {
    "count": "right", "percent": "right", "ratio": "right", "yes_no": "center", "choice": "center",
}  # fmt: skip
_LONG = 20
BLANK, NO_ROW, NO_CELL = "(trống)", "(không có dòng này)", "∅"
_PERHAPS_ELSEWHERE = "Không thấy ô này, nhưng chưa chắc là thiếu: có thể là một dòng hoặc cột khác của bảng."
_UNEXPLAINED = "Chưa chắc ô này ghi gì hoặc thuộc dòng, cột nào."


@dataclass(frozen=True, slots=True)
class Square:
    """One square of the table as shown. `struck` is what stood there before a person corrected it."""

    status: str
    text: str
    title: str
    align: Align
    notes: tuple[int, ...] = ()
    anchor: str | None = None
    struck: str | None = None
    span: int = 1

    @property
    def has_long_word(self) -> bool:
        """A word that would make its column too wide may be broken; a number never is."""
        return any(len(word) > _LONG for word in self.text.split())


@dataclass(frozen=True, slots=True)
class Line:
    """One row. `source` is the row's name in the file where it reads otherwise than the form's."""

    anchor: str
    stt: str
    label: str
    depth: int
    is_heading: bool
    is_extra: bool
    source: str | None
    squares: tuple[Square, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A value column. `key` is its column_key, `label` the form's heading, or the file's where the form lacks it."""

    key: str
    label: str
    source: str | None
    is_extra: bool
    is_absent: bool


@dataclass(slots=True)
class Notes:
    """Numbered notes under a table: the same text gets the same number."""

    texts: list[tuple[str, str]] = field(default_factory=list)
    """(what was found, what to do)."""

    def number(self, text: str, advice: str) -> int:
        """The number of this note, counted from 1."""
        if (text, advice) not in self.texts:
            self.texts.append((text, advice))
        return self.texts.index((text, advice)) + 1


@dataclass(frozen=True, slots=True)
class Sheet:
    """An appendix: `lines` are the form's, with rows that it leaves open under their parent; `further` the others.
    Both are empty where the report lacks the appendix."""

    appendix: Row
    headings: tuple[Heading, ...]
    lines: tuple[Line, ...]
    further: tuple[Line, ...]
    """Rows without a name and without anything in them are left out."""
    notes: tuple[tuple[str, str], ...]
    place: str
    """Where the tables stand."""
    counts: dict[str, int]
    """'read' (also '-' and 'x'), 'flagged', 'blank', 'absent', squares where nothing is expected left out."""


def cell_anchor(appendix: int, indicator: str, column_key: str) -> str:
    """The id of a cell on the page."""
    return f"o-{appendix}-{indicator}-{column_key}"


def row_anchor(appendix: int, indicator: str) -> str:
    """The id of a row on the page."""
    return f"d-{appendix}-{indicator}"


def sheets(received: Received) -> list[Sheet]:
    """Every appendix of the form, in order, absent ones too."""
    return [_sheet(appendix, received) for appendix in received.appendices]


def doubtful_findings(received: Received) -> set[str]:
    """Ids of the findings that say why some cell is doubtful."""
    flagged = [cell for cell in received.observations if cell["status"] == "flagged"]
    return {finding["finding_id"] for cell in flagged for finding in explaining(cell, received.findings)}


def explaining(cell: Row, findings: Iterable[Row]) -> list[Row]:
    """The findings that say why a cell is doubtful, those about the cell alone first; of the appendix as a whole only
    where nothing nearer is said."""
    own = [
        f for f in findings if f["severity"] != "info" and (f["appendix"] == cell["appendix"] or _same(f, cell, *_SQUARE))
    ]
    near = sorted((f for f in own if _nearness(f, cell) < _WHOLE), key=lambda f: _nearness(f, cell))
    return near or [f for f in own if _nearness(f, cell) == _WHOLE][:1]


_WHOLE, _OTHER = 3, 4
_SQUARE = ("table_no", "row_no", "col_no")


def _nearness(finding: Row, cell: Row) -> int:
    """0: about the cell, 1: its row, 2: its column, 3: the appendix as a whole, 4: about something else."""
    indicator, column = finding["indicator"], finding["column_key"]
    if _same(finding, cell, *_SQUARE) or _same(finding, cell, "indicator", "column_key"):
        return 0
    if column is None and (indicator or finding["row_no"]):
        own_row = _same(finding, cell, "indicator") or _same(finding, cell, "table_no", "row_no")
        return 1 if own_row and finding["col_no"] is None else _OTHER
    if indicator is None and column is not None:
        return 2 if _same(finding, cell, "column_key") else _OTHER
    return _OTHER if indicator or column else _WHOLE


def _same(finding: Row, cell: Row, *columns: str) -> bool:
    return all(finding[column] is not None and finding[column] == cell[column] for column in columns)


def _sheet(appendix: Row, received: Received) -> Sheet:
    cells = [cell for cell in received.observations if cell["appendix"] == appendix["appendix"]]
    is_shown = any(cell["status"] != "absent" for cell in cells)
    headings = _headings(received.columns, appendix["appendix"], cells)
    by_row = [list(row) for _, row in groupby(cells, key=lambda cell: cell["ordinal"])] if is_shown else []
    by_row = [row for row in by_row if row[0]["source_label"] or not is_further(row[0]) or not all(map(is_void, row))]
    notes = Notes()
    writer = _Writer(headings, received, notes, _depths(cells))
    lines, further = _in_order(by_row)
    return Sheet(
        appendix=appendix,
        headings=headings,
        lines=tuple(map(writer.line, lines)),
        further=tuple(map(writer.line, further)),
        notes=tuple(notes.texts),
        place=_places(cells) or place(appendix["page"], appendix["table_no"], None, None),
        counts=_counts(cells),
    )


def _headings(columns: Sequence[Row], appendix: int, cells: Sequence[Row]) -> tuple[Heading, ...]:
    """The form's columns, then those that only the report has."""
    labels = {column["column_key"]: column["label"] for column in columns if column["appendix"] == appendix}
    source = {cell["column_key"]: cell["source_column"] for cell in cells if cell["source_column"]}
    present = {cell["column_key"] for cell in cells if cell["status"] != "absent"}
    extra = sorted({cell["column_key"] for cell in cells} - set(labels), key=lambda name: (len(name), name))
    named = {**labels, **{name: source.get(name, "(cột không tên)") for name in extra}}
    return tuple(
        Heading(
            key=name,
            label=label,
            source=source[name] if name in labels and bare(source.get(name, label)) != bare(label) else None,
            is_extra=name not in labels,
            is_absent=bool(present) and name not in present,
        )
        for name, label in named.items()
    )


def _in_order(by_row: Sequence[list[Row]]) -> tuple[list[list[Row]], list[list[Row]]]:
    """Rows in the form's order, each followed by the commune's own rows that it is open for; and the other rows."""
    own = [row for row in by_row if not is_further(row[0])]
    parents = {row[0]["indicator"]: row[0]["parent"] for row in own}
    ends = {above: index for index, row in enumerate(own) for above in _upward(row[0]["indicator"], parents)}
    under: defaultdict[int, list[list[Row]]] = defaultdict(list)
    further: list[list[Row]] = []
    for row in by_row:
        if is_further(row[0]):
            (under[ends[row[0]["parent"]]] if row[0]["parent"] in ends else further).append(row)
    return [line for index, row in enumerate(own) for line in (row, *under[index])], further


def _upward(indicator: str, parents: dict[str, str | None]) -> Iterator[str]:
    """The indicator, its parent, the parent's parent …"""
    above: str | None = indicator
    while above is not None:
        yield above
        above = parents.get(above)


def _depths(cells: Iterable[Row]) -> dict[str, int]:
    parents = {cell["indicator"]: cell["parent"] for cell in cells}
    return {indicator: sum(1 for _ in _upward(indicator, parents)) - 1 for indicator in parents}


def _counts(cells: Sequence[Row]) -> dict[str, int]:
    wanted = [cell["status"] for cell in cells if not is_void(cell)]
    counts = {status: wanted.count(status) for status in ("flagged", "blank", "absent")}
    return {"read": len(wanted) - sum(counts.values()), **counts}


def _places(cells: Iterable[Row]) -> str:
    """'bảng 3' or 'trang 7, bảng 3; trang 8, bảng 4'."""
    seen = {cell["table_no"]: cell["page"] for cell in reversed(list(cells)) if cell["table_no"] is not None}
    return "; ".join(place(page, table, None, None) for table, page in sorted(seen.items()))


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes the rows of one appendix, collecting notes."""

    headings: tuple[Heading, ...]
    received: Received
    notes: Notes
    depths: dict[str, int]

    def line(self, cells: list[Row]) -> Line:
        first = cells[0]
        label, source = first["label"] or first["source_label"] or "", first["source_label"]
        return Line(
            anchor=row_anchor(first["appendix"], first["indicator"]),
            stt=(first["source_stt"] or "") if is_further(first) else first["indicator"],
            label=label,
            depth=self.depths[first["indicator"]],
            is_heading=first["kind"] == "heading",
            is_extra=is_further(first),
            source=source if source and bare(source) != bare(label) else None,
            squares=tuple(self._squares(cells)),
        )

    def _squares(self, cells: list[Row]) -> Iterator[Square]:
        by_column = {cell["column_key"]: cell for cell in cells}
        is_heading = cells[0]["kind"] == "heading"
        absent = all(by_column.get(h.key, {}).get("status", "absent") == "absent" for h in self.headings)
        if absent and not is_heading:
            yield Square("absent", NO_ROW, "", "center", span=len(self.headings))
            return
        for heading in self.headings:
            cell = by_column.get(heading.key)
            yield self._square(cell) if cell and not is_void(cell) else Square("void", "", "", "left")

    def _square(self, cell: Row) -> Square:
        where = place(cell["page"], cell["table_no"], cell["row_no"], cell["col_no"])
        match cell["status"]:
            case "flagged":
                return self._doubtful(cell, where)
            case "corrected":
                return self._corrected(cell, where)
            case "blank":
                return Square("blank", BLANK, where, "center")
            case "absent":
                return Square("absent", NO_CELL, "", "center")
            case status:
                return Square(status, cell["raw"] or "", _read_as(where, cell), _ALIGN.get(cell["kind"], "left"))

    def _doubtful(self, cell: Row, where: str) -> Square:
        said = explaining(cell, self.received.findings)
        elsewhere = cell["raw"] is None and not any(f["col_no"] is not None for f in said)
        texts = [(f["message"], f["advice"] or "") for f in said]
        texts += [(_PERHAPS_ELSEWHERE, "Xem bảng trong bản gốc.")] if elsewhere else []
        numbers = [self.notes.number(*text) for text in texts or [(_UNEXPLAINED, "Xem ô này trong bản gốc.")]]
        return Square(
            status="flagged",
            text=cell["raw"] or "",
            title="; ".join(filter(None, [_read_as(where, cell), *(text for text, _ in texts)])),
            align=_ALIGN.get(cell["kind"], "left"),
            notes=tuple(dict.fromkeys(numbers)),
            anchor=cell_anchor(cell["appendix"], cell["indicator"], cell["column_key"]),
        )

    def _corrected(self, cell: Row, where: str) -> Square:
        decision = next(
            d
            for d in reversed(self.received.decisions)
            if d["action"] == "correct" and all(d[name] == cell[name] for name in ("appendix", "indicator", "column_key"))
        )
        why = f": {decision['reason']}" if decision["reason"] else ""
        text = f"{decision['decided_by']} sửa ngày {day(decision['decided_at'])}{why}."
        return Square(
            status="corrected",
            text=number(cell["value"]) if cell["value"] is not None else cell["text"],
            title=where,
            align=_ALIGN.get(cell["kind"], "left"),
            notes=(self.notes.number(text, ""),),
            anchor=cell_anchor(cell["appendix"], cell["indicator"], cell["column_key"]),
            struck=cell["raw"] or BLANK,
        )


def _read_as(where: str, cell: Row) -> str:
    """The place, and what the cell was read as where that is not what is printed."""
    value, raw = cell["value_read"], cell["raw"] or ""
    if value is None or number(value) == raw.removesuffix("%").strip():
        return where
    return f"{where}; đọc là {number(value)}".removeprefix("; ")
