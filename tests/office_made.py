"""A small made-up office with its form and communes, and reports as reading would give them."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from schemas.document import Source
from schemas.finding import Finding
from schemas.form import Appendix, Choice, Column, Form, Indicator, Section
from schemas.office import Office
from schemas.place import Place
from schemas.record import AppendixFound, CellStatus, Evidence, Extraction, Observation, SectionText, Sender
from schemas.units import Unit

YEARS = (
    Column(key="2019", label="Năm 2019", start=date(2019, 1, 1), end=date(2019, 12, 31)),
    Column(key="2020", label="Đến 31/3/2020", start=date(2020, 1, 1), end=date(2020, 3, 31), part_period=True),
)
FORM = Form(
    code="mau-thu-2020",
    name="Mẫu thử",
    title="Kết quả thử nghiệm",
    period="2019-2020",
    period_start=date(2019, 1, 1),
    period_end=date(2020, 3, 31),
    column_sets={"years": YEARS, "result": (Column(key="result", label="Kết quả (Đạt/Chưa đạt)"),)},
    outline=(Section(path="1", title="Phần thứ nhất"), Section(path="1/I", title="Tình hình")),
    appendices=(
        Appendix(
            number=1,
            title="Các con số",
            columns="years",
            row_header="Nội dung",
            indicators=(
                Indicator(code="A", label="Nhóm văn bản", kind="heading"),
                Indicator(code="1", label="Số văn bản", kind="count", parent="A", over_units="sum", open_rows=True),
                Indicator(code="2", label="Có tổ chức thi", kind="yes_no", over_units="share_yes"),
                Indicator(code="3", label="Tỷ lệ đúng hạn", kind="percent", over_units="mean", weight="1"),
                Indicator(code="4", label="Tỷ lệ hài lòng", kind="percent", over_units="mean"),
                Indicator(code="5", label="Mô hình mới", kind="text", over_units="list", required=False),
                Indicator(code="6", label="Cán bộ có mặt", kind="ratio"),
            ),
        ),
        Appendix(
            number=2,
            title="Mức đạt",
            columns="result",
            row_header="Mục tiêu",
            indicators=(
                Indicator(
                    code="1",
                    label="Mục tiêu một",
                    kind="choice",
                    over_units="counts",
                    choices=(Choice(text="Đạt"), Choice(text="Chưa đạt")),
                ),
            ),
        ),
    ),
)


def commune(code: str, name: str, valid_from: date = date(2004, 1, 1), valid_to: date | None = None) -> Unit:
    return Unit(code=code, name=f"Xã {name}", type="xã", valid_from=valid_from, valid_to=valid_to, parent="999")


AN, BINH, CHI, DONG = (commune(f"0000{n}", name) for n, name in enumerate(("An", "Bình", "Chi", "Đông"), 1))
GONE = commune("00009", "Cũ", date(1990, 1, 1), date(2019, 12, 31))
OFFICE = Office(
    name="UBND huyện Mẫu", level="huyện", form=FORM, units=(AN, BINH, CHI, DONG, GONE), due_date=date(2020, 6, 15)
)
NOW = datetime(2020, 6, 5, 8, 30)

Cell = tuple[CellStatus, str | None, float | None, str | None]
"""Status, raw, value, text."""
Cells = Mapping[tuple[int, str, str], Cell]


def number(value: float, raw: str | None = None) -> Cell:
    return ("ok", raw or f"{value:g}", value, None)


def words(text: str) -> Cell:
    return ("ok", text, None, text)


def flagged(raw: str, value: float | None = None) -> Cell:
    return ("flagged", raw, value, None)


BLANK: Cell = ("blank", None, None, None)
NONE: Cell = ("none", "-", None, None)
NOT_APPLICABLE: Cell = ("not_applicable", "x", None, None)
ABSENT: Cell = ("absent", None, None, None)


def report(
    unit: Unit | None,
    cells: Cells | None = None,
    *,
    name: str = "",
    signed: date | None = date(2020, 6, 1),
    findings: Sequence[Finding] = (),
    extra: Sequence[Observation] = (),
    **changes: Any,
) -> Extraction:
    """A report of `unit` (None: unknown) whose cells are blank but for `cells`. `name` makes other bytes of it."""
    file_name = f"{name or (unit.short_name if unit else 'khong-ro')}.docx"
    observations = [
        observation(appendix, row, column, n, (cells or {}).get((appendix.number, row.code, column.key), BLANK))
        for appendix in FORM.appendices
        for n, row in enumerate(appendix.indicators, 1)
        for column in FORM.columns_of(appendix)
    ]
    unit_id = unit.unit_id if unit else None
    content = repr((unit_id, sorted((cells or {}).items()), file_name, signed))
    made: dict[str, Any] = {
        "source": Source(hashlib.sha256(content.encode()).hexdigest(), file_name, "docx", len(content)),
        "form": FORM.code,
        "period": FORM.period,
        "period_start": FORM.period_start,
        "period_end": FORM.period_end,
        "sender": Sender(
            unit_id,
            "15/BC-UBND",
            signed,
            1.0 if unit else 0.0,
            (Evidence("text", unit.name if unit else "xã nào đó", unit_id, Place(block=1)),),
        ),
        "appendices": tuple(appendix_found(appendix, observations) for appendix in FORM.appendices),
        "observations": (*observations, *extra),
        "sections": (
            SectionText(1, "1", "Phần thứ nhất", "", "PHẦN THỨ NHẤT", 1.0, "empty", "", Place(block=2)),
            SectionText(2, "1/I", "Tình hình", "I", "I. TÌNH HÌNH", 1.0, "matched", "Đã làm xong.", Place(block=3)),
        ),
        "findings": tuple(findings),
        "cells_printed": len(cells or {}),
        "cells_used": len(cells or {}),
        "needs_review": unit is None,
    }
    return Extraction(**made | changes)


def observation(appendix: Appendix, row: Indicator, column: Column, ordinal: int, cell: Cell) -> Observation:
    status, raw, value, text = cell
    counted = status == "ok"
    return Observation(
        appendix=appendix.number,
        indicator=row.code,
        ordinal=ordinal,
        parent=row.parent,
        label=row.label,
        kind=row.kind,
        measure=row.measure,
        source_stt=str(ordinal),
        source_label=row.label,
        match_score=1.0,
        column_key=column.key,
        source_column=column.label,
        column_start=column.start,
        column_end=column.end,
        is_part_period=column.part_period,
        year=column.year,
        raw=raw,
        value=value if counted else None,
        text=text if counted else None,
        value_read=value,
        text_read=text,
        status=status,
        confidence=1.0,
        place=Place(table=appendix.number, row=ordinal + 1, col=3),
    )


def appendix_found(appendix: Appendix, observations: Sequence[Observation]) -> AppendixFound:
    own = [cell for cell in observations if cell.appendix == appendix.number and cell.kind != "heading"]
    return AppendixFound(
        appendix=appendix.number,
        status="found",
        confirmed=True,
        cells_expected=len(own),
        cells_filled=sum(cell.raw is not None for cell in own),
        cells_flagged=sum(cell.status == "flagged" for cell in own),
        score=1.0,
        title=appendix.title,
        place=Place(table=appendix.number),
    )
