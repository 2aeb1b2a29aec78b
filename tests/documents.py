"""Documents built by hand for tests of the steps after reading: paragraphs and tables from plain lists."""

from collections.abc import Sequence

from schemas.document import Cell, Document, Paragraph, Source, Table
from schemas.place import Place

SOURCE = Source("0" * 64, "bao-cao.docx", "docx", 1)
Span = tuple[str, int, int]
"""Text, rows and columns of a merged cell."""


def document(*blocks: str | Sequence[Sequence[str | Span | None]]) -> Document:
    """Strings become paragraphs, lists of rows become tables. In a row, (text, rows, cols) is a merged cell and None a
    square that a merged cell covers."""
    built: list[Paragraph | Table] = []
    tables = 0
    for number, block in enumerate(blocks, 1):
        if isinstance(block, str):
            built.append(Paragraph(block, Place(block=number)))
        else:
            tables += 1
            built.append(table(block, number, tables))
    return Document(SOURCE, tuple(built))


def table(rows: Sequence[Sequence[str | Span | None]], block: int = 1, number: int = 1) -> Table:
    """One table; see `document`."""
    cells = []
    for r, row in enumerate(rows, 1):
        for c, item in enumerate(row, 1):
            if item is None:
                continue
            text, height, width = (item, 1, 1) if isinstance(item, str) else item
            cells.append(Cell(text, Place(block, None, number, r, c), r, c, height, width))
    return Table(Place(block, None, number), len(rows), max(map(len, rows)), tuple(cells))
