"""Reports on the real form made from a few figures: what rules, status and letters are shown."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from ingest.claims import find_claims
from schemas.document import Source
from schemas.form import Appendix, Form, load_form
from schemas.office import Office
from schemas.place import Place
from schemas.record import AppendixFound, Extraction, Observation, SectionText, Sender
from schemas.units import Unit
from tests.office_made import BLANK, Cell, commune, number, observation

REAL_FORM = load_form("cchc-2011-2020")
COMMUNES = tuple(commune(f"{n:05}", f"Số {n}") for n in range(1, 13))
REAL_OFFICE = Office(name="UBND huyện Thử", level="huyện", form=REAL_FORM, units=COMMUNES, due_date=date(2020, 6, 15))
YEARS = tuple(column.key for column in REAL_FORM.column_sets["years"])
Figures = Mapping[str, Sequence[float | Cell | None]]
"""'5/1.2' → its figures from the first column on; a missing or None one is blank."""


def made(
    unit: Unit,
    figures: Figures,
    text: Mapping[str, str] | None = None,
    *,
    extra: Sequence[Observation] = (),
    form: Form = REAL_FORM,
    **changes: Any,
) -> Extraction:
    """A report of `unit` with these figures, and `text` under the sections of these paths."""
    cells = {(ref, n): value for ref, values in figures.items() for n, value in enumerate(values)}
    observations = [
        observation(appendix, row, column, at, _cell(cells.get((f"{appendix.number}/{row.code}", n))))
        for appendix in form.appendices
        for at, row in enumerate(appendix.indicators, 1)
        for n, column in enumerate(form.columns_of(appendix))
    ]
    sections = tuple(
        SectionText(
            n, section.path, section.title, section.number, section.title, 1.0,
            "matched" if section.path in (text or {}) else "empty", (text or {}).get(section.path, ""), Place(block=n),
        )
        for n, section in enumerate(form.outline, 1)
    )  # fmt: skip
    content = repr((unit.unit_id, sorted(cells.items(), key=str), sorted((text or {}).items()), changes))
    base: dict[str, Any] = {
        "source": Source(hashlib.sha256(content.encode()).hexdigest(), f"{unit.short_name}.docx", "docx", 1),
        "form": form.code,
        "period": form.period,
        "period_start": form.period_start,
        "period_end": form.period_end,
        "sender": Sender(unit.unit_id, "1/BC-UBND", date(2020, 6, 1), 1.0),
        "appendices": tuple(_found(appendix, observations) for appendix in form.appendices),
        "observations": (*observations, *extra),
        "sections": sections,
        "findings": (),
        "cells_printed": 0,
        "cells_used": 0,
        "claims": find_claims(sections, form),
    }
    return Extraction(**base | changes)


def added_row(appendix: int, parent: str, number_in_table: int, values: Sequence[Cell]) -> list[Observation]:
    """A row that the commune added under `parent`."""
    of = REAL_FORM.by_number[appendix]
    row = next(row for row in of.indicators if row.code == parent)
    return [
        observation(of, row, column, 100 + number_in_table, cell).model_copy(
            update={"indicator": f"extra-{number_in_table}", "parent": parent, "label": "", "source_label": "Nghị quyết"}
        )
        for column, cell in zip(REAL_FORM.columns_of(of), values, strict=False)
    ]


def _cell(value: float | Cell | None) -> Cell:
    if value is None:
        return BLANK
    return value if isinstance(value, tuple) else number(value)


def _found(appendix: Appendix, observations: Sequence[Observation]) -> AppendixFound:
    own = [cell for cell in observations if cell.appendix == appendix.number]
    filled = sum(cell.raw is not None for cell in own)
    return AppendixFound(
        appendix=appendix.number,
        status="found" if filled else "absent" if appendix.number == 4 else "empty",
        confirmed=appendix.confirmed,
        cells_expected=len(own),
        cells_filled=filled,
        cells_flagged=sum(cell.status == "flagged" for cell in own),
        score=1.0,
        title=appendix.title,
        place=Place(table=appendix.number),
    )
