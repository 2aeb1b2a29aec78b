"""A workbook as an office prints it: Times New Roman, A4 landscape, real numbers, text that stays text, links inside."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from reports.inert import CONTROL, EXCEL_TEXT

FONT = "Times New Roman"
DOUBTFUL, EMPTY, HEAD, LINK = "#FFF2CC", "#F2F2F2", "#DDE6EE", "#1F3F66"
_QUOTE = re.compile("'")
_MOST_LINKS = 65_000
"""Excel allows 65,530 links on one sheet."""


class Book:
    """A workbook that is written; use as a context manager, it is saved at the end."""

    def __init__(self, path: Path, title: str, author: str, made_at: datetime) -> None:
        options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        self.workbook = xlsxwriter.Workbook(str(path), options)
        self.workbook.set_properties({"title": inert(title), "author": inert(author), "created": made_at})
        self._formats: dict[tuple[tuple[str, Any], ...], Any] = {}
        self._links: dict[str, int] = {}

    def __enter__(self) -> "Book":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Save, unless something went wrong on the way. Raises OSError where the file cannot be written."""
        if error is not None:
            return
        try:
            self.workbook.close()
        except FileCreateError as failed:
            cause = failed.args[0] if failed.args else None
            raise cause if isinstance(cause, OSError) else OSError(str(failed)) from failed

    def look(self, **properties: Any) -> Any:
        """A cell format; the same properties give the same format."""
        name = tuple(sorted(properties.items()))
        if name not in self._formats:
            base = {"font_name": FONT, "font_size": 11, "valign": "vcenter"}
            self._formats[name] = self.workbook.add_format(base | properties)
        return self._formats[name]

    def sheet(self, name: str, footer: str, *, pages_wide: int = 1) -> Any:
        """A new sheet, ready to be printed on A4 landscape. `footer` stands left of the page number."""
        sheet = self.workbook.add_worksheet(name)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.set_margins(left=0.6, right=0.5, top=0.7, bottom=0.7)
        sheet.fit_to_pages(pages_wide, 0)
        sheet.set_footer(f"&L&8{inert(footer).replace('&', '&&')}&C&9&P/&N&R&8{inert(name).replace('&', '&&')}")
        sheet.hide_gridlines(2)
        return sheet

    def text(self, sheet: Any, row: int, col: int, text: str, look: Any) -> None:
        """`text` as text, whatever it begins with."""
        if text:
            sheet.write_string(row, col, inert(text), look)
        else:
            sheet.write_blank(row, col, None, look)

    def value(self, sheet: Any, row: int, col: int, value: object, **properties: Any) -> None:
        """A number, date, yes or no, or text."""
        if isinstance(value, bool):
            self.text(sheet, row, col, "Có" if value else "Không", self.look(**properties))
        elif isinstance(value, int | float):
            sheet.write_number(row, col, value, self.look(**{"num_format": number_format(value)} | properties))
        elif isinstance(value, date):
            sheet.write_datetime(row, col, value, self.look(**{"num_format": "dd/mm/yyyy"} | properties))
        else:
            self.text(sheet, row, col, "" if value is None else str(value), self.look(**properties))

    def link(self, sheet: Any, row: int, col: int, target: str, look: Any, tip: str = "") -> None:
        """Make a cell lead to `target` ("'PL1'!C7"); what it shows is written after this."""
        made = self._links.get(sheet.name, 0)
        if made < _MOST_LINKS:
            self._links[sheet.name] = made + 1
            sheet.write_url(row, col, f"internal:{target}", look, string="…", tip=inert(tip)[:255] or None)

    def head(self, sheet: Any, row: int, labels: Sequence[str]) -> None:
        """One row of column headings, repeated on every printed page."""
        look = self.look(bold=True, text_wrap=True, align="center", border=1, bg_color=HEAD)
        for col, label in enumerate(labels):
            self.text(sheet, row, col, label, look)
        sheet.repeat_rows(row)


def place(sheet: str, row: int, col: int) -> str:
    """A cell of a sheet as links name it, counted from 0: "'PL1'!C7"."""
    return f"'{_QUOTE.sub(chr(39) * 2, sheet)}'!{xlsxwriter.utility.xl_rowcol_to_cell(row, col)}"


def number_format(value: float, kind: str = "") -> str:
    """The format that shows 1500 as 1.500 and 12.5 as 12,5 in a Vietnamese Excel; percent behind a percentage."""
    whole = float(value).is_integer()
    if kind == "share":
        return "0%" if (value * 100).is_integer() else "0.0%"
    if kind == "percent":
        return '0"%"' if whole else '0.0#"%"'
    return "#,##0" if whole else "#,##0.0#"


def inert(text: str) -> str:
    """`text` without control characters, no longer than a cell may be."""
    return CONTROL.sub("\ufffd", text)[:EXCEL_TEXT]
