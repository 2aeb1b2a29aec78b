"""A report laid out: paragraphs and grids of cells, runs with their fonts and marks. What the DOCX writer is given."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from bench.accuracy.model import Cell, Table

Mark = Literal["", "ins", "del", "hidden", "sdt", "link", "smart", "field", "super"]


@dataclass(slots=True)
class Run:
    """A stretch of text. '\\n' is a soft break, '\\t' a tab. `font` is '' for the document's own."""

    text: str
    bold: bool = False
    italic: bool = False
    font: str = ""
    mark: Mark = ""


@dataclass(slots=True)
class Para:
    """A paragraph. `number` is (list, level) of an automatic number."""

    runs: list[Run]
    align: Literal["left", "center", "right", "both"] = "left"
    number: tuple[int, int] | None = None
    style: str = ""
    boxed: bool = False
    page_break: bool = False
    turn: Literal["", "portrait", "landscape"] = ""
    """A section ends with this paragraph: the pages up to here lie this way."""
    role: str = ""
    """'heading', 'title', 'body', 'letterhead' …: what disorders of the layout look for."""

    @property
    def text(self) -> str:
        """The text as shown."""
        return "".join(run.text for run in self.runs if run.mark not in ("del", "hidden"))


@dataclass(slots=True)
class Square:
    """A printed cell of a grid. `data` is set where it shows a data cell of the report."""

    paras: list[Para]
    row: int
    col: int
    down: int = 1
    across: int = 1
    role: Literal["header", "stt", "label", "value", "title", "layout", "other"] = "other"
    data: Cell | None = None
    nested: "Grid | None" = None
    wrapped: bool = False
    """The whole cell stands in a content control."""

    @property
    def text(self) -> str:
        """The text as shown, paragraphs separated by line breaks."""
        return "\n".join(para.text for para in self.paras)


@dataclass(slots=True)
class Grid:
    """A table as printed. `table` is the appendix it belongs to, None for letterheads and distractors."""

    rows: int
    widths: list[int]
    squares: list[Square]
    table: Table | None = None
    borders: bool = True
    header_rows: int = 0
    marked_header: bool = False
    wrapped: bool = False
    lacks_grid: bool = False
    """The file states no grid columns, only the cells' own widths."""
    deleted_rows: set[int] = field(default_factory=set)
    inserted_rows: set[int] = field(default_factory=set)
    wrapped_rows: set[int] = field(default_factory=set)

    def values(self) -> Iterator[Square]:
        """The squares that show data cells."""
        return (square for square in self.squares if square.data is not None)


Block = Para | Grid


def line(text: str, **looks: object) -> Para:
    """A paragraph of one run: `bold`, `italic` and `font` go to the run, the rest to the paragraph."""
    run = {key: looks.pop(key) for key in ("bold", "italic", "font") if key in looks}
    return Para([Run(text, **run)] if text else [], **looks)  # type: ignore[arg-type]
