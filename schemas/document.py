"""A document as a reader leaves it: paragraphs and tables in reading order, each with its place.

Readers finish their work (merged cells resolved, automatic numbers printed, tracked deletions left out) before a
`Document` leaves them; nothing re-opens the file afterwards.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from schemas.finding import Finding
from schemas.place import Place

Format = Literal["docx", "pdf", "scan", "doc"]


@dataclass(frozen=True, slots=True)
class Source:
    """The bytes a document was read from. `pages` is None where the format has no fixed pages (Word)."""

    sha256: str
    file_name: str
    format: Format
    bytes: int
    pages: int | None = None


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph as shown. `text` keeps soft line breaks as '\\n' and tabs as '\\t'; legacy fonts are decoded."""

    text: str
    place: Place
    label: str = ""
    """The automatic list number as Word prints it ('1.1.', 'a)', '-'), not part of `text`."""
    bold: bool = False
    """Every visible character is bold."""
    italic: bool = False
    centered: bool = False
    level: int | None = None
    """Outline level from 1 (Heading 1 …) where the style or the paragraph states one."""
    in_layout: bool = False
    """Comes from a borderless table used for layout (letterhead, signature block) or from a header or footer."""

    @property
    def shown(self) -> str:
        """The text with its automatic number, as printed."""
        return f"{self.label} {self.text}".strip() if self.label else self.text


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell, present once however many grid squares it covers. Rows and columns count from 1 (in `place`)."""

    text: str
    """Paragraphs and soft breaks separated by '\\n'; white space not folded."""
    place: Place
    row: int
    col: int
    row_span: int = 1
    col_span: int = 1
    label: str = ""
    """The automatic list number of the cell's first paragraph, as printed."""
    bold: bool = False
    confidence: float = 1.0
    """How sure the reader is of `text`: 1 for text formats, OCR's confidence for scans."""
    doubt: str = ""
    """A finding code where the reader itself doubts this cell ('' mostly): hidden text, OCR below confidence …"""

    @property
    def shown(self) -> str:
        """The text with its automatic number, as printed."""
        return f"{self.label} {self.text}".strip() if self.label else self.text


@dataclass(frozen=True, slots=True)
class Table:
    """A table with merges resolved; parts of one table cut by a page edge or an empty paragraph are already joined."""

    place: Place
    rows: int
    cols: int
    cells: tuple[Cell, ...]
    """In row, then column order."""
    is_layout: bool = False
    """A letterhead, signature or other borderless layout table: its text also stands in paragraphs, it holds no data."""
    is_nested: bool = False
    """Stood inside a cell of another table; follows that table in `Document.blocks`."""
    header_rows: int = 0
    """Rows the producer marked as repeated header; 0 where nothing was said."""
    part_rows: tuple[int, ...] = (1,)
    """First row of each part this table was joined from."""

    def grid(self) -> list[list[Cell | None]]:
        """`rows` × `cols` matrix; a merged cell stands in each square it covers, None where a row is short."""
        squares: list[list[Cell | None]] = [[None] * self.cols for _ in range(self.rows)]
        for cell in self.cells:
            for row in range(cell.row - 1, min(cell.row - 1 + cell.row_span, self.rows)):
                for col in range(cell.col - 1, min(cell.col - 1 + cell.col_span, self.cols)):
                    squares[row][col] = cell
        return squares


@dataclass(frozen=True, slots=True)
class Document:
    """Everything a reader saw, in reading order, with what it has to say about its own reading."""

    source: Source
    blocks: tuple[Paragraph | Table, ...]
    findings: tuple[Finding, ...] = field(default=())

    def paragraphs(self) -> Iterator[Paragraph]:
        """The paragraphs, in reading order."""
        return (block for block in self.blocks if isinstance(block, Paragraph))

    def tables(self) -> Iterator[Table]:
        """The tables, in reading order, layout tables included."""
        return (block for block in self.blocks if isinstance(block, Table))
