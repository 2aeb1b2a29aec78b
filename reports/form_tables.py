"""The tables of a report form on paper: widths, head and the names of rows as the form has them."""

from collections.abc import Sequence

from docx.document import Document

from reports.docx_tables import Align, Box
from reports.official_docx import LANDSCAPE_MM, PORTRAIT_MM, appendix_pages, appendix_title
from schemas.form import Appendix, Indicator, Kind

STT = "STT"
ALIGN: dict[Kind, Align] = {
    "count": "center", "percent": "center", "ratio": "center", "yes_no": "center", "choice": "center", "text": "left",
    "heading": "center",
}  # fmt: skip
_STT_MM, _FEW, _NARROWEST, _WIDEST, _LONE = 12.0, 3, 14.0, 24.0, 42.0


def is_wide(columns: int) -> bool:
    """More value columns than a page held upright has room for beside the names of the rows."""
    return columns > _FEW


def widths(columns: int) -> list[float]:
    """Millimetres of STT, the rows' names and `columns` value columns over the whole width of the page."""
    page = LANDSCAPE_MM if is_wide(columns) else PORTRAIT_MM
    share = _LONE if columns == 1 else min(_WIDEST, max(_NARROWEST, page * 0.58 / max(columns, 1)))
    return [_STT_MM, page - _STT_MM - share * columns, *[share] * columns]


def begin_appendix(document: Document, appendix: Appendix, columns: int, reference: str) -> None:
    """New pages with the appendix's title; `reference` names the document that it goes with."""
    appendix_pages(document, landscape=is_wide(columns))
    appendix_title(document, appendix.number, appendix.title, reference)


def head(appendix: Appendix, labels: Sequence[str]) -> list[Box]:
    """The head of the form's table: STT, the heading of the names, the columns."""
    return [Box(STT), Box(appendix.row_header), *map(Box, labels)]


def names(row: Indicator) -> list[Box]:
    """Number and name of a row of the form; group rows are bold, rows under another one in italics as the form has them."""
    is_group = row.kind == "heading"
    return [Box(row.code, "center", bold=is_group), Box(row.label, bold=is_group, in_middle=True)]
