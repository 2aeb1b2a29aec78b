"""Cells → observations: every expected indicator × column of an appendix, and every further row and column, once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ingest.appendices.columns import ColumnUse
from ingest.appendices.lines import Slot
from ingest.appendices.sheet import Placed, Sheet
from ingest.text import shown
from ingest.values import Reading, guess_kind, read_value
from schemas.finding import Finding
from schemas.form import Appendix, Column, Indicator
from schemas.place import Place
from schemas.record import CellStatus, Observation


@dataclass
class Observed:
    """The observations of one appendix, what is to be said of single cells, and which printed cells were used (id)."""

    observations: list[Observation] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    used: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Target:
    """What a line is an observation of: an indicator of the form, or a further row as an indicator of its own."""

    row: Indicator
    ordinal: int
    placed: Placed | None
    doubt: str | None
    is_further: bool = False


def observe(sheet: Sheet, appendix: Appendix) -> Observed:
    """All observations of an appendix that stands in the report."""
    out = Observed()
    for target in _targets(sheet, appendix):
        slots = target.placed.line.slots if target.placed else ()
        for slot in slots:
            # An empty square of a column that the form lacks is nothing that anybody expects of a row of the form.
            if slot.use.column is not None or slot.filled or (target.is_further and slot.cell is not None):
                _observe_slot(out, appendix, target, slot)
        present = {slot.use.key for slot in slots}
        for column in sheet.columns:
            if column.key not in present:
                _observe_absent(out, appendix, target, column, sheet.doubt_of_missing_columns(target.placed))
    return out


def observe_absent(appendix: Appendix, columns: Sequence[Column], doubt: str | None) -> list[Observation]:
    """The observations of an appendix that the report lacks; flagged where some table of the report may yet be it."""
    out = Observed()
    for ordinal, row in enumerate(appendix.indicators, 1):
        for column in columns:
            _observe_absent(out, appendix, Target(row, ordinal, None, doubt), column, None)
    return out.observations


def _targets(sheet: Sheet, appendix: Appendix) -> Iterator[Target]:
    """The form's indicators in the form's order, then the further rows in the report's."""
    for index, row in enumerate(appendix.indicators):
        yield Target(row, index + 1, sheet.mains.get(index), sheet.doubt_of(index))
    for number, placed in enumerate(sheet.further, 1):
        row = _further_row(placed, sheet.open_parent(placed), number)
        yield Target(row, len(appendix.indicators) + number, placed, sheet.doubt_of_further(placed), True)


def _further_row(placed: Placed, parent: Indicator | None, number: int) -> Indicator:
    """A row that the form lacks; under an open row ('chia theo tên loại') it is of the same kind."""
    texts = [slot.cell.text for slot in placed.line.slots if slot.cell is not None]
    return Indicator(
        code=f"extra-{number}",
        label=placed.line.label or "(dòng không tên)",
        kind=parent.kind if parent else guess_kind(texts),
        parent=parent.code if parent else None,
        required=False,
        measure=parent.measure if parent else None,
        measure_synonyms=parent.measure_synonyms if parent else (),
    )


def _observe_slot(out: Observed, appendix: Appendix, target: Target, slot: Slot) -> None:
    cell = slot.cell
    if cell is not None and id(cell) in out.used:
        # A merged cell's further squares: the value was read once, whose it is cannot be told.
        out.observations.append(_observation(appendix, target, slot, Reading("flagged"), "flagged", None))
        return
    reading = read_value(cell.text, _as_read(target.row, slot)) if cell is not None else Reading("blank")
    code = _doubt(target, slot, reading)
    status: CellStatus = "flagged" if code else reading.status
    raw = shown(cell.shown) or None if cell is not None else None
    out.observations.append(_observation(appendix, target, slot, reading, status, raw))
    if slot.filled:
        out.used.add(id(cell))
    if code and cell is not None and (slot.filled or cell.doubt) and code not in _SAID_ELSEWHERE:
        place = cell.place if cell is not None else Place()
        out.findings.append(
            Finding(code, place, appendix.number, target.row.code, slot.use.key, found=raw, expected=reading.expected)
        )


_SAID_ELSEWHERE = frozenset(
    {"ROW_UNSURE", "ROW_TWICE", "ROW_UNNAMED", "ROW_SHIFTED", "APPENDIX_UNSURE", "COLUMN_UNSURE", "COLUMN_TWICE"}
)
"""Doubts about a row, a column or a table are said once, where they arise; all others are about this cell."""


def _as_read(row: Indicator, slot: Slot) -> Indicator:
    """A column that the form lacks ('Ghi chú', 'ĐVT') need not hold what the row holds: its cell speaks for itself."""
    if slot.use.column is not None or slot.cell is None:
        return row
    return Indicator(code=row.code, label=row.label, kind=guess_kind([slot.cell.text]))


def _doubt(target: Target, slot: Slot, reading: Reading) -> str | None:
    """The code of the first reason not to count this cell, None where it is sure."""
    cell = slot.cell
    if slot.shared:
        return "CELL_MERGED"
    if target.doubt == "ROW_UNNAMED":
        return "ROW_UNNAMED" if slot.filled else None
    if target.doubt or slot.use.doubt:
        return target.doubt or slot.use.doubt
    if cell is not None and cell.doubt:
        return cell.doubt
    if cell is not None and cell.label and target.row.kind != "text":
        # Word prints an automatic number here that nobody typed.
        return "VALUE_AMBIGUOUS"
    return reading.code if reading.status == "flagged" else None


def _observe_absent(out: Observed, appendix: Appendix, target: Target, column: Column, doubt: str | None) -> None:
    slot = Slot(ColumnUse((), column.key, "", column), None)
    status: CellStatus = "flagged" if target.doubt not in (None, "ROW_UNNAMED") or doubt else "absent"
    out.observations.append(_observation(appendix, target, slot, Reading("blank"), status, None))


def _observation(
    appendix: Appendix, target: Target, slot: Slot, reading: Reading, status: CellStatus, raw: str | None
) -> Observation:
    row, placed, column, cell = target.row, target.placed, slot.use.column, slot.cell
    match = placed.match if placed else None
    score = round(match.score, 4) if match is not None and match.index is not None else None
    return Observation(
        appendix=appendix.number,
        indicator=row.code,
        ordinal=target.ordinal,
        parent=row.parent,
        label=row.label,
        kind=row.kind,
        measure=row.measure,
        source_stt=placed.line.stt or None if placed else None,
        source_label=placed.line.label or None if placed else None,
        match_score=score,
        column_key=slot.use.key,
        source_column=slot.use.header or None,
        column_start=column.start if column else None,
        column_end=column.end if column else None,
        is_part_period=bool(column and column.part_period),
        year=column.year if column else None,
        raw=raw,
        value=reading.value if status == "ok" else None,
        text=reading.text if status == "ok" else None,
        value_read=reading.value,
        text_read=reading.text,
        status=status,
        confidence=_confidence(score, cell.confidence if cell is not None else 1.0, status),
        place=cell.place if cell is not None else placed.line.place if placed else Place(),
    )


def _confidence(score: float | None, reading: float, status: CellStatus) -> float:
    """The weaker of the row's match and the reader's own confidence; halved where a person is asked."""
    weakest = min(1.0 if score is None else score, reading)
    return round(weakest / 2 if status == "flagged" else weakest, 4)
