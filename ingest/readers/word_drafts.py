"""Paragraphs and tables between the XML and the Document: read, merged and numbered, but not yet given their places."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple


class Note(NamedTuple):
    """Something to say about a place: the code of a finding and its texts."""

    code: str
    found: str = ""
    expected: str = ""


@dataclass(slots=True)
class DraftParagraph:
    """A paragraph with everything but its place."""

    text: str = ""
    label: str = ""
    bold: bool = False
    italic: bool = False
    centered: bool = False
    level: int | None = None
    contents_entry: bool = False
    has_picture: bool = False
    notes: list[Note] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Nothing is printed: no text, no number, no picture."""
        return not (self.label or self.has_picture or self.text.strip())


@dataclass(slots=True)
class DraftCell:
    """A cell once, at its top left square (rows and columns from 1), with what stands in it."""

    row: int
    col: int
    row_span: int = 1
    col_span: int = 1
    paragraphs: list[DraftParagraph] = field(default_factory=list)
    tables: list["DraftTable"] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    has_borders: bool | None = None
    """Whether a border is stated for this cell; None where nothing is."""
    text: str = ""
    label: str = ""
    bold: bool = False

    def settle(self) -> None:
        """Work out `text`, `label` and `bold` from the paragraphs; the empty ones at both ends are left out.

        `label` is the automatic number of the first line; those of further lines stand before them in the text.
        """
        if len(self.paragraphs) == 1:  # nearly every cell
            only = self.paragraphs[0]
            if only.label or only.text.strip():
                self.label, self.text, self.bold = only.label, only.text, only.bold and bool(only.text)
            return
        written = [at for at, paragraph in enumerate(self.paragraphs) if paragraph.label or paragraph.text.strip()]
        if not written:
            return
        first, *others = self.paragraphs[written[0] : written[-1] + 1]
        self.label, self.text = first.label, first.text
        for line in others:
            self.text += f"\n{line.label} {line.text}" if line.label else f"\n{line.text}"
        self.bold = all(self.paragraphs[at].bold or not self.paragraphs[at].text for at in written) and bool(self.text)

    def all_notes(self) -> list[Note]:
        """What there is to say about the cell and its paragraphs."""
        notes = self.notes
        for paragraph in self.paragraphs:
            if paragraph.notes:
                notes = notes + paragraph.notes
        return notes


@dataclass(slots=True)
class DraftTable:
    """A table with its merges resolved. `widths` are those of its grid in twips, [] where none are stated."""

    rows: int = 0
    cols: int = 0
    cells: list[DraftCell] = field(default_factory=list)
    widths: list[int] = field(default_factory=list)
    header_rows: int = 0
    part_rows: list[int] = field(default_factory=lambda: [1])
    style: str | None = None
    has_borders: bool | None = None
    """Whether the table itself states a border; None where it leaves that to its style."""
    notes: list[Note] = field(default_factory=list)

    def row_cells(self, row: int) -> list[DraftCell]:
        """The cells that begin in a row."""
        return [cell for cell in self.cells if cell.row == row]

    def say(self, code: str, text: str) -> None:
        """Note a text that is left out of the table; blank text is nothing to say."""
        if text.strip():
            self.notes.append(Note(code, text))

    def nested(self) -> Iterator["DraftTable"]:
        """The tables that stand in its cells."""
        return (table for cell in self.cells for table in cell.tables)


Draft = DraftParagraph | DraftTable
