"""Rows as table, CSV, JSON or XLSX whose text stays text: no formula, no link, no terminal escape."""

import csv
import json
import math
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

from schemas.errors import UsageFault

TABLE_ROWS = 1000
TABLE_WIDTH = 60
EXCEL_ROWS = 1_048_575
EXCEL_TEXT = 32_767
EXCEL_DIGITS = 15
"""Digits that Excel keeps of a number; longer whole numbers are written as text."""

CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069]")
"""What moves a terminal's cursor or turns the reading direction, line feed and tab left out."""
NUMBER_LIKE = re.compile(r"[+-]?[\d.,\s]*%?")
FORMULA = re.compile(r"^(?=\s*[=+\-@＝＋－＠]|[\t\n])|(?<=[;\t\n])(?=\s*[=+\-@])")
"""Where a spreadsheet could start a formula: at the cell's start, or after what it may take for a separator."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The columns and rows of a query; rows can be read once."""

    columns: tuple[str, ...]
    rows: Iterator[tuple[Any, ...]]


def visible(text: str) -> str:
    """`text` on one line with control characters made visible: safe on any terminal."""
    return CONTROL.sub("\ufffd", text.replace("\t", " ").replace("\r\n", "⏎").replace("\n", "⏎"))


def as_table(answer: Answer, out: TextIO) -> None:
    """Plain text columns for reading: numbers to the right, long cells cut, at most TABLE_ROWS rows."""
    rows = list(islice(answer.rows, TABLE_ROWS + 1))
    shown = [[_cut(_plain(value)) for value in row] for row in rows[:TABLE_ROWS]]
    heads = [_cut(visible(name)) for name in answer.columns]
    widths = [max(map(_width, column)) for column in zip(heads, *shown, strict=True)]
    right = [any(_is_number(row[i]) for row in rows) for i in range(len(heads))]
    for line in (heads, ["─" * width for width in widths], *shown):
        cells = (_padded(cell, width, to_right) for cell, width, to_right in zip(line, widths, right, strict=True))
        out.write("  ".join(cells).rstrip() + "\n")
    if len(rows) > TABLE_ROWS:
        out.write(f"… chỉ hiện {TABLE_ROWS} dòng đầu; ghi ra tệp (-o) để có đủ.\n")
    else:
        out.write(f"({len(rows)} dòng)\n")


def as_csv(answer: Answer, out: TextIO) -> None:
    """RFC 4180. Cells that a spreadsheet would take for a formula get an apostrophe in front, numbers none."""
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([_harmless(name) for name in answer.columns])
    for row in answer.rows:
        writer.writerow([_harmless(_text(value)) if not _is_number(value) else _text(value) for value in row])


def as_json(answer: Answer, out: TextIO) -> None:
    """A JSON array with one object a row; a column name that comes again gets a number."""
    names = _distinct(answer.columns)
    separator = "["
    for row in answer.rows:
        record = dict(zip(names, map(_json_value, row), strict=True))
        out.write(separator + "\n" + _escaped(json.dumps(record, ensure_ascii=False)))
        separator = ","
    out.write("[]\n" if separator == "[" else "\n]\n")


def as_xlsx(answer: Answer, path: Path) -> None:
    """One sheet with real numbers and dates; text is never a formula or a link. Raises UsageFault past Excel's rows."""
    import xlsxwriter

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_date_format": "dd/mm/yyyy",
    }
    with xlsxwriter.Workbook(str(path), options) as book:
        sheet = book.add_worksheet("Kết quả")
        moment = book.add_format({"num_format": "dd/mm/yyyy hh:mm:ss"})
        sheet.freeze_panes(1, 0)
        widths = [len(name) for name in answer.columns]
        for col, name in enumerate(answer.columns):
            sheet.write_string(0, col, visible(name), book.add_format({"bold": True}))
        for row_no, row in enumerate(answer.rows, 1):
            if row_no > EXCEL_ROWS:
                raise UsageFault("TOO_MANY_ROWS", f"Kết quả quá {EXCEL_ROWS} dòng của Excel.", "Ghi ra .csv hoặc .parquet.")
            for col, value in enumerate(row):
                widths[col] = max(widths[col], min(len(_text(value)), TABLE_WIDTH))
                _write_cell(sheet, row_no, col, value, moment)
        for col, width in enumerate(widths):
            sheet.set_column(col, col, width + 2)


def _write_cell(sheet: Any, row: int, col: int, value: object, moment: object) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, col, value)
    elif _is_number(value) and _fits_excel(value):
        sheet.write_number(row, col, value)
    elif isinstance(value, datetime) and value.year >= 1900:
        sheet.write_datetime(row, col, value.replace(tzinfo=None), moment)
    elif isinstance(value, date) and value.year >= 1900:
        sheet.write_datetime(row, col, value)
    else:
        sheet.write_string(row, col, CONTROL.sub("\ufffd", _text(value))[:EXCEL_TEXT])


def _fits_excel(value: Any) -> bool:
    return math.isfinite(value) and not (isinstance(value, int) and len(str(abs(value))) > EXCEL_DIGITS)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _text(value: object) -> str:
    """`value` as text for files: whole doubles without '.0', dates as YYYY-MM-DD, lists and structs as JSON."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, list | dict | tuple):
        return json.dumps(_json_value(value), ensure_ascii=False)
    return str(value)


def _plain(value: object) -> str:
    return visible(_text(value))


def _harmless(text: str) -> str:
    text = CONTROL.sub("\ufffd", text)
    return text if NUMBER_LIKE.fullmatch(text) else FORMULA.sub("'", text)


def _json_value(value: Any) -> Any:
    """`value` as what JSON has: numbers stay numbers, NaN and infinity become null, dates ISO text."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(key): _json_value(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_json_value(item) for item in value]
    return str(value)


def _escaped(line: str) -> str:
    """JSON with the control characters that json leaves bare (C1, direction marks) as escapes: the same value."""
    return CONTROL.sub(lambda match: f"\\u{ord(match[0]):04x}", line)


def _distinct(names: tuple[str, ...]) -> list[str]:
    taken: list[str] = []
    for name in names:
        taken.append(name if name not in taken else next(n for k in range(2, 10_000) if (n := f"{name}_{k}") not in taken))
    return taken


def _cut(text: str) -> str:
    return text if len(text) <= TABLE_WIDTH else text[: TABLE_WIDTH - 1] + "…"


def _width(text: str) -> int:
    """Columns on a terminal: combining marks take none."""
    return sum(not unicodedata.combining(letter) for letter in text)


def _padded(cell: str, width: int, to_right: bool) -> str:
    space = " " * (width - _width(cell))
    return space + cell if to_right else cell + space
