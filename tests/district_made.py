"""A small district for tests of what goes out: three communes with reports, one silent, every figure easy to add up."""

import hashlib
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from duckdb import DuckDBPyConnection

from ingest.warehouse import Warehouse, open_snapshot
from schemas.decision import Decision
from schemas.document import Source
from schemas.finding import Finding
from schemas.form import Column, Form
from schemas.office import Office
from schemas.place import Place
from schemas.record import Extraction, Observation, SectionText, Sender
from schemas.units import Unit
from tests.office_made import (
    AN,
    BINH,
    BLANK,
    CHI,
    DONG,
    FORM,
    NONE,
    NOW,
    Cell,
    appendix_found,
    flagged,
    number,
    observation,
    words,
)  # fmt: skip

MADE_AT = datetime(2020, 6, 20, 8, 0)
_YEARS = [Column(key="2018", label="Năm 2018", start=date(2018, 1, 1), end=date(2018, 12, 31))]
_OVER_YEARS = {"1": "sum", "2": "last", "3": "last", "4": "last"}


def _form() -> Form:
    data = FORM.model_dump()
    data["column_sets"]["years"] = [column.model_dump() for column in _YEARS] + list(data["column_sets"]["years"])
    data["period_start"] = date(2018, 1, 1)
    for row in data["appendices"][0]["indicators"]:
        row["over_years"] = _OVER_YEARS.get(row["code"], "none")
    return Form.model_validate(data)


YEARLY = _form()
DISTRICT = Office(
    name="UBND huyện Mẫu", level="huyện", form=YEARLY, units=(AN, BINH, CHI, DONG), due_date=date(2020, 6, 15)
)
CELLS: dict[str, dict[tuple[int, str, str], Cell]] = {
    "An": {
        (1, "1", "2018"): number(1000, "1.000"), (1, "1", "2019"): number(10), (1, "1", "2020"): number(5),
        (1, "2", "2019"): number(1, "Có"), (1, "3", "2019"): number(90), (1, "4", "2019"): number(80),
        (1, "5", "2019"): words("=1+1"), (1, "6", "2019"): words("38/41"), (2, "1", "result"): words("Đạt"),
    },
    "Bình": {
        (1, "1", "2018"): number(500), (1, "1", "2019"): number(30), (1, "1", "2020"): NONE,
        (1, "2", "2019"): number(0, "Không"), (1, "3", "2019"): number(50), (1, "4", "2019"): number(95.5, "95,5"),
        (1, "5", "2019"): words("Một cửa điện tử"), (2, "1", "result"): words("Chưa đạt"),
    },
    "Chi": {
        (1, "1", "2018"): flagged("1,250", 1250), (1, "1", "2019"): number(2), (1, "4", "2019"): number(100),
        (1, "2", "2019"): number(1, "Có"), (1, "3", "2019"): number(70), (2, "1", "result"): words("Đạt"),
    },
}  # fmt: skip
"""The communes' cells; all others are blank."""


def report_of(
    unit: Unit | None,
    cells: Mapping[tuple[int, str, str], Cell],
    *,
    name: str = "",
    findings: Sequence[Finding] = (),
    body: str = "Đã làm xong.",
    extra: Sequence[Observation] = (),
    sender: Sender | None = None,
) -> Extraction:
    """A report with these cells, and `body` under its second heading."""
    observations = [
        observation(appendix, row, column, n, cells.get((appendix.number, row.code, column.key), BLANK))
        for appendix in YEARLY.appendices
        for n, row in enumerate(appendix.indicators, 1)
        for column in YEARLY.columns_of(appendix)
    ]
    content = repr((unit and unit.unit_id, sorted(cells.items()), name, body))
    file_name = f"{name or (unit.short_name if unit else 'khong-ro')}.docx"
    return Extraction(
        source=Source(hashlib.sha256(content.encode()).hexdigest(), file_name, "docx", len(content)),
        form=YEARLY.code,
        period=YEARLY.period,
        period_start=YEARLY.period_start,
        period_end=YEARLY.period_end,
        sender=sender or Sender(unit.unit_id if unit else None, "15/BC-UBND", date(2020, 6, 1), 1.0),
        appendices=tuple(appendix_found(appendix, observations) for appendix in YEARLY.appendices),
        observations=(*observations, *extra),
        sections=(
            SectionText(1, "1", "Phần thứ nhất", "", "PHẦN THỨ NHẤT", 1.0, "empty", "", Place(block=2)),
            SectionText(2, "1/I", "Tình hình", "I", "I. TÌNH HÌNH", 1.0, "matched", body, Place(block=3)),
        ),
        findings=tuple(findings),
        cells_printed=len(cells),
        cells_used=len(cells),
        needs_review=unit is None,
    )


@contextmanager
def district(
    folder: Path, *, reports: Sequence[Extraction] = (), accepted: Sequence[str] = (), office: Office = DISTRICT
) -> Iterator[DuckDBPyConnection]:
    """A snapshot of a warehouse with `reports` (the three communes' where none are given); `accepted` names communes."""
    units = {unit.short_name: unit for unit in DISTRICT.units}
    loaded = list(reports) or [report_of(units[name], cells) for name, cells in CELLS.items()]
    with Warehouse.open(folder / "kho.duckdb", office) as warehouse:
        for report in loaded:
            made = warehouse.load(report, NOW)
            if any(report.sender.unit_id == units[name].unit_id for name in accepted):
                warehouse.decide(Decision("accept", made.submission_id, "Lan", MADE_AT))
        warehouse.snapshot()
    with open_snapshot(folder / "kho.duckdb") as connection:
        yield connection


# -- what stands in a workbook -----------------------------------------------------------------------------------------

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"


class Workbook:
    """A .xlsx file as stored: sheet → cell ('C7') → number or text; sheet → cell → where its link leads."""

    def __init__(self, path: Path) -> None:
        with zipfile.ZipFile(path) as package:
            self.parts = {name: package.read(name).decode() for name in package.namelist() if name.endswith(".xml")}
            relations = ElementTree.fromstring(package.read("xl/_rels/workbook.xml.rels"))
        targets = {node.get("Id"): f"xl/{node.get('Target')}" for node in relations}
        strings = [
            "".join(text.text or "" for text in item.iter(f"{_MAIN}t"))
            for item in ElementTree.fromstring(self.parts["xl/sharedStrings.xml"])
        ]
        self.xml: dict[str, str] = {}
        self.cells: dict[str, dict[str, float | str]] = {}
        self.links: dict[str, dict[str, str]] = {}
        for sheet in ElementTree.fromstring(self.parts["xl/workbook.xml"]).iter(f"{_MAIN}sheet"):
            name, part = str(sheet.get("name")), targets[sheet.get(f"{_REL}id")]
            root = ElementTree.fromstring(self.parts[part])
            self.xml[name] = self.parts[part]
            self.cells[name] = dict(_values(root, strings))
            links = root.iter(f"{_MAIN}hyperlink")
            self.links[name] = {str(link.get("ref")): str(link.get("location")) for link in links}

    def row(self, sheet: str, first: str) -> int:
        """The row whose cell in column A says `first`."""
        found = (cell for cell, value in self.cells[sheet].items() if value == first and re.fullmatch(r"A\d+", cell))
        return int(next(found)[1:])

    def table(self, sheet: str) -> list[dict[str, Any]]:
        """A tidy sheet as rows by the headings of its first row."""
        cells = self.cells[sheet]
        heads = {re.sub(r"\d", "", cell): str(value) for cell, value in cells.items() if re.fullmatch(r"[A-Z]+1", cell)}
        last = max(int(re.sub(r"\D", "", cell)) for cell in cells)
        return [{head: cells.get(f"{col}{row}") for col, head in heads.items()} for row in range(2, last + 1)]


def _values(root: ElementTree.Element, strings: list[str]) -> Iterator[tuple[str, float | str]]:
    for cell in root.iter(f"{_MAIN}c"):
        value = cell.find(f"{_MAIN}v")
        if value is not None and value.text is not None:
            shown = strings[int(value.text)] if cell.get("t") == "s" else float(value.text)
            yield str(cell.get("r")), shown
