"""A report before it is laid out: what it says, with the truth standing in each cell. Disorders change it in place."""

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from bench.accuracy.truth import Want

Role = Literal["stt", "label", "value", "extra"]


@dataclass(slots=True)
class Cell:
    """One printed data cell: the text as shown and what a careful reader makes of it."""

    raw: str
    want: Want

    def put(self, want: Want) -> None:
        """Replaces both."""
        self.raw, self.want = want.raw, want


@dataclass(slots=True)
class Column:
    """A column of one table. `ident` ties cells to it; `key` is the form's column_key, None for the commune's own."""

    ident: str
    role: Role
    header: str
    key: str | None = None
    year: int | None = None
    width: int = 900


@dataclass(slots=True)
class Row:
    """A row of one table. `code` is the form's indicator, None for a row of the commune's own."""

    code: str | None
    stt: str
    label: str
    kind: str
    measure: str | None = None
    parent: str | None = None
    cells: dict[str, Cell] = field(default_factory=dict)
    told: dict[str, Want] = field(default_factory=dict)
    """column_key → the truth where no printed column of that key tells it."""
    number_list: int | None = None
    """The STT is an automatic number of this list (0 the main one, 1 the dashes) instead of typed text."""
    spans_all: bool = False
    """The label runs over all the value columns: a group row without value cells."""
    label_tail: str = ""
    """The end of the label stands in a further physical row below."""
    short: int = 0
    """So many cells are missing at the end of the row."""
    stray: str | None = None
    """The text of a further cell after the last column."""


@dataclass(slots=True)
class Table:
    """One appendix as the commune laid it out."""

    appendix: int
    number_line: str
    title: str
    note: str
    columns: list[Column]
    rows: list[Row]
    above: list[str] = field(default_factory=list)
    """Lines between the title and the table ('Đơn vị tính: …')."""
    title_place: Literal["above", "in_table", "text_box"] = "above"
    levels: Literal[1, 2, 3] = 1
    group_header: str = "Năm"
    merge_sides: bool = True
    """With two header levels: STT and label are merged downwards (else an empty cell stands below them)."""
    column_numbers: bool = False
    """A row (1) (2) (3) … under the header."""
    repeat_header_at: list[int] = field(default_factory=list)
    marked_header: bool = False
    landscape: bool = False
    merged_across: list[tuple[int, int, int]] = field(default_factory=list)
    """(row, first value column, number of columns) printed as one cell."""
    merged_down: list[tuple[int, int, int]] = field(default_factory=list)
    """(first row, value column, number of rows) printed as one cell."""

    ghosts: list[Row] = field(default_factory=list)
    """Rows of the form that are not printed but whose absence is not plain either."""

    def values(self) -> list[Column]:
        """The columns that hold data, the commune's own included."""
        return [column for column in self.columns if column.role in ("value", "extra")]

    def form_columns(self) -> list[Column]:
        """The columns of the form."""
        return [column for column in self.columns if column.role == "value"]

    def filled(self) -> list[tuple[Row, Column, Cell]]:
        """The non-empty cells of the form's rows and columns."""
        return [
            (row, column, row.cells[column.ident])
            for row in self.rows
            if row.code is not None and not row.spans_all
            for column in self.form_columns()
            if column.ident in row.cells and row.cells[column.ident].raw
        ]


@dataclass(slots=True)
class Heading:
    """A heading of the body with the text below it. `path` is the outline's, None for one of the commune's own."""

    path: str | None
    number: str
    title: str
    body: list[str] = field(default_factory=list)
    level: int = 1
    bold: bool = True
    joint: str = ". "
    """What stands between number and title."""
    end: str = ""
    automatic: bool = False
    styled: bool = False
    split_at: int | None = None
    run_in: bool = False
    """The text goes on in the heading's own paragraph."""

    @property
    def printed(self) -> str:
        """The heading as a reader sees it."""
        return f"{self.number}{self.joint}{self.title}{self.end}" if self.number else f"{self.title}{self.end}"


@dataclass(slots=True)
class Hand:
    """How this office types: drawn once a report."""

    fill: float
    thousands: str
    percent: str
    nothing: str
    yes: str
    no: str
    size: int
    """Half-points."""


@dataclass(slots=True)
class Sender:
    """Who sends, and where the file says so."""

    code: str
    name: str
    type: str
    number: str
    signed: date
    letterhead: Literal["table", "paragraphs", "boxes", "none"] = "table"
    committee: str = "ỦY BAN NHÂN DÂN"
    letterhead_name: str | None = None
    number_line: str | None = None
    date_line: str | None = None
    in_text: bool = True
    in_closing: bool = True
    signature: bool = True
    file_name: str = ""
    mentions: list[str] = field(default_factory=list)
    truth_code: str | None = None
    truth_number: str | None = None
    truth_date: date | None = None
    may_be_asked: bool = False


@dataclass(slots=True)
class Report:
    """A commune's report: sender, body, appendices, and how it is written."""

    sender: Sender
    hand: Hand
    title: str
    headings: list[Heading]
    tables: list[Table]
    form_codes: dict[int, list[str]]
    column_keys: dict[int, list[str]]
    disorders: list[tuple[str, int]] = field(default_factory=list)
    producer: Literal["word", "libreoffice"] = "word"
    split_share: float = 0.06
    """Share of runs that Word has cut in two."""
    appendices_first: bool = False
    contents_page: bool = False
    neighbours: list[str] = field(default_factory=list)
    """Names of other communes of the district."""
