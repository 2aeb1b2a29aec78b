"""How many of a report's filled cells a tool's tables hold, scored in the tool's favour.

Tables, rows and columns are found for the tool: the row by the form's label (any row of any table that looks like it, the
one that agrees best), the columns by their order. All that the tool has to do is to give the right text in the right
cell. Nobody does this work for an office that uses the tool; tonghop is scored by what it says itself.
"""

import csv
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz.fuzz import ratio

from schemas.form import Form
from schemas.record import Extraction

LIKE = 80
"""A row whose label is this alike (0–100) to the form's may be the indicator's."""
EMPTY = ("blank", "absent")

Tables = list[list[list[str]]]
Truth = dict[tuple[int, str], list[tuple[str, str]]]
"""(appendix, indicator) → (column_key, text as printed) in the order of the form's columns, '' where nothing stands."""


@dataclass(frozen=True, slots=True)
class Score:
    """Filled cells: all there are, given right, given as something else, and asked about (only tonghop asks)."""

    filled: int = 0
    found: int = 0
    wrong: int = 0
    asked: int = 0

    def __add__(self, other: "Score") -> "Score":
        return Score(
            self.filled + other.filled, self.found + other.found, self.wrong + other.wrong, self.asked + other.asked
        )


def plain(text: str) -> str:
    """As compared: composed, without white space, which PDF readers guess from gaps."""
    return "".join(unicodedata.normalize("NFC", text).split())


def read_truth(path: Path, form: Form) -> Truth:
    """The expected cells of a sample that stand in a file: appendix, indicator, column_key, status, raw …"""
    with path.open(encoding="utf-8", newline="") as stream:
        told = {
            (int(row["appendix"]), row["indicator"], row["column_key"]): "" if row["status"] in EMPTY else plain(row["raw"])
            for row in csv.DictReader(stream)
        }
    truth: Truth = {}
    for appendix in form.appendices:
        for indicator in appendix.indicators:
            keys = [column.key for column in form.columns_of(appendix)]
            cells = [(key, told.get((appendix.number, indicator.code, key), "")) for key in keys]
            if any(text for _, text in cells):
                truth[appendix.number, indicator.code] = cells
    return truth


def score_tables(tables: Tables, truth: Truth, form: Form) -> Score:
    """The score of a tool that gives tables."""
    labels = {(a.number, i.code): plain(i.label).lower() for a in form.appendices for i in a.indicators}
    rows = [row for table in tables for row in _rows(table)]
    total = Score()
    used: set[int] = set()
    for key, cells in truth.items():
        wanted = [text for _, text in cells]
        ranked = [
            (_agreement(values, wanted), -n, values)
            for n, (label, values) in enumerate(rows)
            if n not in used and ratio(label, labels[key]) >= LIKE
        ]
        best = max(ranked, default=((0, 0), 0, []), key=lambda one: one[:2])
        if best[2]:
            used.add(-best[1])
        found, wrong = best[0]
        total += Score(sum(map(bool, wanted)), found, -wrong)
    return total


def score_extraction(extraction: Extraction, truth: Truth) -> Score:
    """The score of what tonghop says itself: a cell that it asks about is neither found nor silently wrong."""
    told = {(o.appendix, o.indicator, o.column_key): o for o in extraction.observations}
    total = Score()
    for (appendix, indicator), cells in truth.items():
        for column, text in cells:
            cell = told.get((appendix, indicator, column))
            if not text:
                continue
            if cell is not None and cell.status == "flagged":
                total += Score(1, asked=1)
            elif cell is None or cell.status in EMPTY:
                total += Score(1)
            else:
                is_same = plain(cell.raw or "") == text
                total += Score(1, found=is_same, wrong=not is_same)
    return total


def _rows(table: list[list[str]]) -> list[tuple[str, list[str]]]:
    """Every reading of a row: (the cell that may be its label, the cells after it)."""
    out = []
    for row in table:
        cells = [plain(cell) for cell in row]
        out += [(cell.lower(), cells[n + 1 :]) for n, cell in enumerate(cells[:4]) if any(c.isalpha() for c in cell)]
    return out


def _agreement(values: list[str], wanted: list[str]) -> tuple[int, int]:
    """(right, minus wrong) of the wanted filled cells, with the columns from the label on or from the end, whichever is
    better."""
    best = (0, 0)
    for shown in (values[: len(wanted)], values[-len(wanted) :]):
        pairs = list(zip(shown, wanted, strict=False))
        right = sum(a == b != "" for a, b in pairs)
        wrong = sum(a != b and a != "" and b != "" for a, b in pairs)
        best = max(best, (right, -wrong))
    return best
